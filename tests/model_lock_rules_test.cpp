// SPDX-License-Identifier: Apache-2.0
// Rules of what must be held or masked: L2, L5, L8 to L12 and that of trees, and of what an event
// counts at its moment; each broken in a few lines.
#include <gtest/gtest.h>

#include "model/mlock.h"
#include "model/mm_inline.h"
#include "model/pagevec.h"
#include "model/swap.h"
#include "model/vmscan.h"
#include "tests/model_operations.h"

namespace heddle::model_lock_rules_test {
namespace {

struct page* p() {
    return pfn_to_page(0);
}
struct page* q() {
    return pfn_to_page(1);
}
struct vm_area_struct& vma() {
    return this_machine().vmas[0];
}
struct mm_struct& mm() {
    return *vma().vm_mm;
}
spinlock_t* ptl() { return &mm().pgd[0].ptl; }

const PageSetting on_list = {.where = "inactive_anon"};
const PageSetting off_lists = {.where = "none"};
const PageSetting isolated = {.where = "isolated:t"};

std::string broken(const std::vector<PageSetting>& pages, std::function<void()> body) {
    return run(with_bodies(world_of(pages), {std::move(body)}), {{"t"}}).violation;
}

// Also where the lock is not taken this time: the page is on no list.
TEST(LockRules, L2EntersWithInterruptsOn) {
    const auto masked = [](auto path) {
        return [path] {
            local_irq_disable();
            path();
        };
    };
    const auto munlock_pagevec = [] {
        struct pagevec pvec = {};
        pagevec_add(&pvec, p());
        __munlock_pagevec(&pvec, page_zone(p()));
    };
    const auto scan = [] { check_move_unevictable_pages(nullptr, 0); };
    const PageSetting locked = {.where = "isolated:t", .flags = "locked"};
    EXPECT_EQ(broken({off_lists}, masked([] { isolate_lru_page(p()); })), "context");
    EXPECT_EQ(broken({isolated}, masked([] { putback_lru_page(p()); })), "context");
    EXPECT_EQ(broken({locked}, masked([] { munlock_vma_page(p()); })), "context");
    EXPECT_EQ(broken({off_lists}, masked(munlock_pagevec)), "context");
    EXPECT_EQ(broken({off_lists}, masked(scan)), "context");
    EXPECT_EQ(broken({off_lists}, scan), "");
}

TEST(LockRules, TreesOfMappingsAreWalkedAndChangedUnderTheirLock) {
    const auto tree = [] { return this_machine().anon_vmas; };
    const PageSetting mapped = {.where = "inactive_anon", .mapped_by = "L"};
    EXPECT_EQ(broken({mapped}, [=] { ghost_require_tree_reader(tree()->rb_root); }), "guarded-by");
    EXPECT_EQ(broken({mapped},
                     [=] {
                         down_read(&tree()->root->rwsem);
                         ghost_require_tree_reader(tree()->rb_root);
                         up_read(&tree()->root->rwsem);
                     }),
              "");
    EXPECT_EQ(broken({mapped},
                     [=] {
                         down_read(&tree()->root->rwsem);
                         ghost_require_tree_writer(tree()->rb_root);
                     }),
              "guarded-by");
    EXPECT_EQ(broken({mapped},
                     [=] {
                         down_write(&tree()->root->rwsem);
                         ghost_require_tree_reader(tree()->rb_root);
                         ghost_require_tree_writer(tree()->rb_root);
                         up_write(&tree()->root->rwsem);
                     }),
              "");
}

TEST(LockRules, PageCachesChangeUnderTreeLock) {
    struct address_space* (*mapping)() = [] { return this_machine().mappings; };
    const PageSetting cached = {.where = "inactive_file", .mapping = "file", .cached = true};
    EXPECT_EQ(broken({cached}, [=] { ghost_require_tree_lock(mapping()); }), "guarded-by");
    EXPECT_EQ(broken({cached},
                     [=] {
                         spin_lock_irq(&mapping()->tree_lock);
                         ghost_require_tree_lock(mapping());
                         spin_unlock_irq(&mapping()->tree_lock);
                     }),
              "");
}

TEST(LockRules, NobodyFaultsForEver) {
    EXPECT_EQ(broken({isolated}, [] { ghost_require_end(16); }), "");
    EXPECT_EQ(broken({isolated}, [] { ghost_require_end(17); }), "livelock");
}

TEST(LockRules, H3StrandsAPageWithPgUnevictable) {
    EXPECT_EQ(broken({isolated}, [] { ghost_happened(Happened::st_m, p()); }), "H3");
}

TEST(LockRules, L5TakesASecondPageLockOfAPrivatePageOnly) {
    const auto both = [] {
        lock_page(p());
        const bool taken = trylock_page(q());
        BUG_ON(!taken);
        unlock_page(q());
        unlock_page(p());
    };
    const PageSetting mine = {.name = "Q", .where = "isolated:t", .pinned_by = ""};
    const PageSetting pinned = {.name = "Q", .where = "isolated:t"};
    const PageSetting listed = {.name = "Q", .where = "inactive_anon"};
    EXPECT_EQ(broken({on_list, mine}, both), "");
    EXPECT_EQ(broken({on_list, pinned}, both), "L5");
    EXPECT_EQ(broken({on_list, listed}, both), "L5");
    EXPECT_EQ(broken({on_list, listed},
                     [] {
                         lock_page(p());
                         lock_page(q());
                     }),
              "L5");
    EXPECT_EQ(broken({on_list, listed},
                     [] {
                         lock_page(p());
                         unlock_page(p());
                         lock_page(q());
                         unlock_page(q());
                     }),
              "");
}

TEST(LockRules, L8WritesLockedVmUnderMmapSem) {
    EXPECT_EQ(broken({on_list}, [] { add_locked_vm(&mm(), 1); }), "L8");
    EXPECT_EQ(broken({on_list},
                     [] {
                         down_read(&mm().mmap_sem);
                         add_locked_vm(&mm(), 1);
                     }),
              "L8");
    EXPECT_EQ(broken({on_list},
                     [] {
                         spin_lock(&mm().page_table_lock);
                         add_locked_vm(&mm(), 1);
                     }),
              "L8");
    EXPECT_EQ(broken({on_list},
                     [] {
                         down_read(&mm().mmap_sem);
                         spin_lock(&mm().page_table_lock);
                         add_locked_vm(&mm(), 1);
                         spin_unlock(&mm().page_table_lock);
                         up_read(&mm().mmap_sem);
                     }),
              "");
    EXPECT_EQ(broken({on_list},
                     [] {
                         down_write(&mm().mmap_sem);
                         add_locked_vm(&mm(), 1);
                         up_write(&mm().mmap_sem);
                     }),
              "");
}

TEST(LockRules, L9WritesVmFlagsUnderMmapSem) {
    EXPECT_EQ(broken({on_list}, [] { WRITE_ONCE(vma().vm_flags, VM_LOCKED); }), "L9");
    EXPECT_EQ(broken({on_list}, [] { vma().vm_flags = VM_LOCKED; }), "L9");
    EXPECT_EQ(broken({on_list},
                     [] {
                         down_read(&mm().mmap_sem);
                         WRITE_ONCE(vma().vm_flags, VM_LOCKED);
                     }),
              "L9");
    EXPECT_EQ(broken({on_list},
                     [] {
                         down_write(&mm().mmap_sem);
                         WRITE_ONCE(vma().vm_flags, VM_LOCKED);
                         up_write(&mm().mmap_sem);
                     }),
              "");
    EXPECT_EQ(broken({on_list},  // exit_mmap()
                     [] {
                         mm().mm_users.counter = 0;
                         WRITE_ONCE(vma().vm_flags, VM_WRITE);
                     }),
              "");
    EXPECT_EQ(broken({on_list},  // a copy that nobody else knows
                     [] {
                         struct vm_area_struct like = vma();
                         like.vm_flags = VM_LOCKED;
                         BUG_ON(like.vm_flags != VM_LOCKED);
                     }),
              "");
}

TEST(LockRules, L10ChangesPgLruUnderTheLruLockOfItsNode) {
    for (void (*change)(struct page*, Where) :
         {+[](struct page*page, Where where) { SetPageLRU(page, where); },
          +[](struct page*page, Where where) { ClearPageLRU(page, where); },
          +[](struct page*page, Where where) { __ClearPageLRU(page, where); }}) {
        EXPECT_EQ(broken({on_list}, [change] { change(p(), Where::here()); }), "L10");
        EXPECT_EQ(broken({on_list},
                         [change] {
                             spin_lock_irq(page_lru_lock(p()));
                             change(p(), Where::here());
                             spin_unlock_irq(page_lru_lock(p()));
                         }),
                  "");
    }
}

TEST(LockRules, L11SetsPgMlockedUnderThePageLockOrThePtlOfANewPage) {
    const auto set_under_ptl = [] {
        spin_lock(ptl());
        TestSetPageMlocked(p());
        spin_unlock(ptl());
    };
    EXPECT_EQ(broken({off_lists}, [] { TestSetPageMlocked(p()); }), "L11");
    EXPECT_EQ(broken({off_lists}, set_under_ptl), "");
    EXPECT_EQ(broken({on_list}, set_under_ptl), "L11");
    EXPECT_EQ(broken({isolated}, set_under_ptl), "L11");
    EXPECT_EQ(broken({on_list},
                     [] {
                         lock_page(p());
                         TestSetPageMlocked(p());
                         unlock_page(p());
                     }),
              "");
}

TEST(LockRules, L12ChangesTheOwnCpusPagevecsOnly) {
    const auto add = [](per_cpu<struct pagevec> machine::*pvecs, unsigned cpu) {
        pagevec_add(&(this_machine().*pvecs).of[cpu], p());
    };
    EXPECT_EQ(broken({off_lists}, [add] { add(&machine::lru_add_pvec, 0); }), "L12");
    const auto with_preemption_off = [add](per_cpu<struct pagevec> machine::*pvecs, unsigned cpu) {
        return broken({off_lists}, [add, pvecs, cpu] {
            preempt_disable();
            add(pvecs, cpu);
            preempt_enable();
        });
    };
    EXPECT_EQ(with_preemption_off(&machine::lru_add_pvec, 0), "");
    EXPECT_EQ(with_preemption_off(&machine::lru_add_pvec, 1), "L12");
    EXPECT_EQ(with_preemption_off(&machine::activate_page_pvecs, 0), "");
    EXPECT_EQ(with_preemption_off(&machine::lru_rotate_pvecs, 0), "L12");
    EXPECT_EQ(broken({off_lists},
                     [add] {
                         local_irq_disable();
                         add(&machine::lru_rotate_pvecs, 0);
                         local_irq_enable();
                     }),
              "");
    EXPECT_EQ(broken({off_lists},
                     [] {
                         struct pagevec pvec = {};
                         pagevec_add(&pvec, p());
                     }),
              "");
    EXPECT_EQ(broken({off_lists}, [] { pagevec_reinit(&this_machine().lru_add_pvec.of[1]); }),
              "L12");
}

}  // namespace
}  // namespace heddle::model_lock_rules_test
