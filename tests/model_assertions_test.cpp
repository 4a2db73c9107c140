// SPDX-License-Identifier: Apache-2.0
// What a path must not do is reported under its name: the kernel's own assertions (section I of the
// notes on invariants), rules of context, and the ledgers of references and isolations.
#include <gtest/gtest.h>

#include "model/gup.h"
#include "model/mlock.h"
#include "model/mm_inline.h"
#include "model/page_alloc.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/vmscan.h"
#include "model/vmstat.h"
#include "tests/model_operations.h"

namespace heddle::model_assertions_test {
namespace {

struct page* p() {
    return pfn_to_page(0);
}
spinlock_t* lru_lock() { return page_lru_lock(p()); }

// The claim that a task breaks which does `body` to the page.
std::string broken(const PageSetting& page, std::function<void()> body) {
    return run(with_bodies(world_of({page}), {std::move(body)}), {{"t"}}).violation;
}

const PageSetting on_list = {.where = "inactive_anon"};
const PageSetting locked_on_list = {.where = "inactive_anon", .flags = "locked"};
const PageSetting on_unevictable = {.where = "unevictable"};
const PageSetting isolated = {.where = "isolated:t"};

TEST(Assertions, OfThePageLock) {
    EXPECT_EQ(broken(on_list, [] { mlock_vma_page(p()); }), "BUG_ON");
    EXPECT_EQ(broken(on_list, [] { munlock_vma_page(p()); }), "BUG_ON");
    EXPECT_EQ(broken(on_list, [] { unlock_page(p()); }), "VM_BUG_ON");
    EXPECT_EQ(broken(isolated, [] { try_to_munlock(p()); }), "VM_BUG_ON");
    EXPECT_EQ(broken(isolated,
                     [] {
                         struct pagevec pvec = {};
                         unsigned rescued = 0;
                         __putback_lru_fast_prepare(p(), &pvec, rescued);
                     }),
              "VM_BUG_ON");
    EXPECT_EQ(broken(on_list,
                     [] {
                         lock_page(p());
                         mlock_vma_page(p());
                         unlock_page(p());
                     }),
              "");
}

TEST(Assertions, OfMmapSem) {
    const auto populate = [] { populate_vma_page_range(&this_machine().vmas[0], 0, PAGE_SIZE); };
    const PageSetting mapped = {.where = "inactive_anon", .mapped_by = "A"};
    EXPECT_EQ(broken(mapped, populate), "VM_BUG_ON");
    EXPECT_EQ(broken(mapped,
                     [populate] {
                         struct rw_semaphore* sem = &this_machine().vmas[0].vm_mm->mmap_sem;
                         down_read(sem);
                         populate();
                         up_read(sem);
                     }),
              "");
}

TEST(Assertions, OfPgLruWhereAPageMustBeOffTheLists) {
    EXPECT_EQ(broken(on_list, [] { lru_cache_add(p()); }), "VM_BUG_ON");
    EXPECT_EQ(broken(on_list, [] { putback_lru_page(p()); }), "VM_BUG_ON");
    EXPECT_EQ(broken(locked_on_list, [] { try_to_munlock(p()); }), "VM_BUG_ON");
    EXPECT_EQ(broken(locked_on_list,
                     [] {
                         struct pagevec pvec = {};
                         unsigned rescued = 0;
                         __putback_lru_fast_prepare(p(), &pvec, rescued);
                     }),
              "VM_BUG_ON");
    EXPECT_EQ(broken(on_list,
                     [] {
                         struct pagevec pvec = {};
                         pagevec_add(&pvec, p());
                         __pagevec_lru_add(&pvec, Holder::pin);
                     }),
              "VM_BUG_ON");
}

TEST(Assertions, OfActiveAndUnevictable) {
    EXPECT_EQ(
        broken({.where = "isolated:t", .flags = "active unevictable"}, [] { lru_cache_add(p()); }),
        "VM_BUG_ON");
    EXPECT_EQ(broken({.where = "unevictable", .flags = "active"},
                     [] {
                         const page_slot pages[] = {p()};
                         check_move_unevictable_pages(pages, 1);
                     }),
              "VM_BUG_ON");
}

// paths: 2.4. A list's pages have PG_lru, and none but reclaim's own reasons keeps one from it.
TEST(Assertions, OfIsolateLruPages) {
    const auto isolate = [](lru_list lru) {
        page_set taken = 0;
        spin_lock_irq(lru_lock());
        isolate_lru_pages(1, page_lruvec(p()), taken, 0, lru);
    };
    EXPECT_EQ(broken(on_unevictable, [isolate] { isolate(LRU_UNEVICTABLE); }), "BUG_ON");
    EXPECT_EQ(broken(on_list,
                     [isolate] {
                         spin_lock_irq(lru_lock());
                         ClearPageLRU(p());
                         spin_unlock_irq(lru_lock());
                         isolate(LRU_INACTIVE_ANON);
                     }),
              "VM_BUG_ON");
}

// Lists of the kernel notice an entry that comes or goes twice, sets do not by themselves.
TEST(Assertions, OfLinks) {
    const auto change = [](auto change_list) {
        spin_lock_irq(lru_lock());
        change_list(p(), page_lruvec(p()), LRU_INACTIVE_ANON, Where::here());
    };
    EXPECT_EQ(broken(on_list, [change] { change(add_page_to_lru_list); }), "VM_BUG_ON");
    EXPECT_EQ(broken(isolated, [change] { change(del_page_from_lru_list); }), "VM_BUG_ON");
}

TEST(Assertions, OfLockedData) {
    struct lruvec* (*lruvec)() = [] { return page_lruvec(p()); };
    EXPECT_EQ(
        broken(on_list, [lruvec] { del_page_from_lru_list(p(), lruvec(), LRU_INACTIVE_ANON); }),
        "guarded-by");
    EXPECT_EQ(broken(isolated, [lruvec] { add_page_to_lru_list(p(), lruvec(), LRU_UNEVICTABLE); }),
              "guarded-by");
    EXPECT_EQ(broken(on_list, [] { __munlock_isolate_lru_page(p(), true); }), "L10");
    EXPECT_EQ(broken(on_list,
                     [lruvec] {
                         page_set taken = 0;
                         isolate_lru_pages(1, lruvec(), taken, 0, LRU_INACTIVE_ANON);
                     }),
              "guarded-by");
}

TEST(Assertions, OfInterruptsAndPreemption) {
    EXPECT_EQ(broken(on_list,
                     [] {
                         local_irq_disable();
                         isolate_lru_page(p());
                     }),
              "context");
    EXPECT_EQ(broken(isolated,
                     [] {
                         local_irq_disable();
                         add_page_to_unevictable_list(p(), false);
                     }),
              "context");
    EXPECT_EQ(broken(on_list, [] { __munlock_isolation_failed(p()); }), "context");
    EXPECT_EQ(broken(on_list,
                     [] {
                         spin_lock(lru_lock());  // not the form that masks interrupts
                         __munlock_isolate_lru_page(p(), true);
                     }),
              "L1");
}

TEST(Assertions, OfSleeping) {
    for (void (*sleep)() : {+[] { lock_page(p()); }, +[] { lru_add_drain_all(); }}) {
        EXPECT_EQ(broken(on_list,
                         [sleep] {
                             spin_lock_irq(lru_lock());
                             sleep();
                         }),
                  "sleeping-while-atomic");
    }
    EXPECT_EQ(broken({.where = "isolated:t",
                      .flags = "locked",
                      .mapped_by = "A",
                      .mapping = "file",
                      .cached = true},
                     [] {
                         preempt_disable();
                         try_to_munlock(p());
                     }),
              "sleeping-while-atomic");
    EXPECT_EQ(broken(on_list, [] { spin_lock_irq(lru_lock()); }), "lock-held-at-exit");
}

TEST(Assertions, OfTheLastReference) {
    const auto put_under_lock = [] {
        spin_lock_irq(lru_lock());
        put_page(p(), Holder::pin);
    };
    const auto release_under_lock = [] {
        page_slot slots[] = {page_slot(p())};
        spin_lock_irq(lru_lock());
        release_pages(slots, 1, Holder::pin);
    };
    EXPECT_EQ(broken(on_list, put_under_lock), "D6");
    EXPECT_EQ(broken(on_list, release_under_lock), "D6");

    ScenarioWords words = world_of({on_list}, {{.steps = "__munlock_pagevec P"}});
    words.fixes_without = words_in("munlock_drops_pins_unlocked");
    EXPECT_EQ(run(words).violation, "D6");
    words.invariants_off = words_in("D6");
    EXPECT_EQ(run(words).violation, "deadlock");
}

TEST(Assertions, OfTheLedgerOfReferences) {
    EXPECT_EQ(broken({.where = "none"},
                     [] {
                         atomic_set(&p()->_refcount, 0);
                         get_page(p(), Holder::pin);
                     }),
              "D7");
    EXPECT_EQ(broken({.where = "none"},
                     [] {
                         atomic_set(&p()->_refcount, 0);
                         put_page(p(), Holder::pin);
                     }),
              "D7");
    EXPECT_EQ(broken({.where = "none", .mapped_by = "A"},
                     [] {
                         put_page(p(), Holder::pin);
                         put_page(p(), Holder::pin);
                     }),
              "D1");
    EXPECT_EQ(broken({.where = "none"}, [] { putback_lru_page(p()); }), "D1");
}

TEST(Assertions, OfTheCallersReference) {
    const PageSetting not_mine = {
        .where = "inactive_anon", .flags = "locked", .mapped_by = "A", .pinned_by = ""};
    EXPECT_EQ(broken(not_mine, [] { isolate_lru_page(p()); }), "D8");
    EXPECT_EQ(broken(not_mine, [] { munlock_vma_page(p()); }), "D8");
    EXPECT_EQ(broken(not_mine,
                     [] {
                         struct pagevec pvec = {};
                         pagevec_add(&pvec, p());
                         __munlock_pagevec(&pvec, page_zone(p()));
                     }),
              "D8");
    EXPECT_EQ(broken(not_mine,
                     [] {
                         const page_slot pages[] = {p()};
                         check_move_unevictable_pages(pages, 1);
                     }),
              "D8");
}

// Somebody has the page isolated, and PG_lru says that it can be taken.
TEST(Assertions, OfASecondOwner) {
    EXPECT_EQ(broken(on_list,
                     [] {
                         isolate_lru_page(p());
                         spin_lock_irq(lru_lock());
                         SetPageLRU(p());
                         spin_unlock_irq(lru_lock());
                         isolate_lru_page(p());
                     }),
              "A6");
}

TEST(Assertions, OfPagesHandedToThePagevecDrain) {
    EXPECT_EQ(broken({.where = "isolated:t", .flags = "unevictable"},
                     [] {
                         struct pagevec pvec = {};
                         pagevec_add(&pvec, p());
                         __pagevec_lru_add(&pvec, Holder::isolation);
                     }),
              "A8");
}

TEST(Assertions, OfPagesThatAreFreed) {
    const auto put = [] { put_page(p(), Holder::pin); };
    for (const char* flag :
         {"locked", "private", "writeback", "swapcache", "active", "unevictable"}) {
        EXPECT_EQ(broken({.where = "none", .flags = flag}, put), "D3") << flag;
    }
    for (const char* flag : {"referenced", "uptodate", "dirty", "reclaim"}) {
        EXPECT_EQ(broken({.where = "none", .flags = flag}, put), "") << flag;
    }
    EXPECT_EQ(broken({.where = "none"},
                     [put] {
                         atomic_set(&p()->_mapcount, 0);
                         put();
                     }),
              "D3");
    EXPECT_EQ(broken({.where = "none"}, [] { free_hot_cold_page(p()); }), "D3");
    EXPECT_EQ(broken(on_list,
                     [put] {
                         spin_lock_irq(lru_lock());
                         ClearPageLRU(p());  // still linked
                         spin_unlock_irq(lru_lock());
                         put();
                     }),
              "D3");
}

// Both say the same of a page that nothing maps; B5 is asked first.
TEST(Assertions, OfMlockedPagesThatAreFreed) {
    const PageSetting page = {.where = "none", .flags = "mlocked"};
    EXPECT_EQ(broken(page, [] { put_page(p(), Holder::pin); }), "B8");
}

}  // namespace
}  // namespace heddle::model_assertions_test
