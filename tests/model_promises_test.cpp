// SPDX-License-Identifier: Apache-2.0
// What a path promises when it returns: B9, B10, E4, E5, and H3 and H8 where they happen, each in a
// world in which it does not hold.
#include <gtest/gtest.h>

#include "model/ghost.h"
#include "model/pgtable.h"
#include "tests/model_operations.h"

namespace heddle::model_promises_test {
namespace {

struct page* p() {
    return pfn_to_page(0);
}

// The vmas of world_of(): A and B, and VM_LOCKED L and M, each of its own mm.
struct vm_area_struct& vma(unsigned i) {
    return this_machine().vmas[i];
}
pte_t& entry(unsigned i) { return vma(i).vm_mm->pgd[0].entries.value.pte[0]; }

// The claim that a task breaks which does `body`; P is mlocked and mapped by the vmas.
std::string broken(const char* mapped_by, std::function<void()> body) {
    const ScenarioWords words = world_of(
        {{.where = "unevictable", .flags = "mlocked", .mapped_by = mapped_by, .pinned_by = ""}});
    return run(with_bodies(words, {std::move(body)}), {{"t"}}).violation;
}

void munlock_of_a_ends() { ghost_munlock_ends(&vma(0), 0, PAGE_SIZE); }

TEST(Promises, OfMunlockAreBrokenByAPageThatIsMlockedStill) {
    EXPECT_EQ(broken("A", munlock_of_a_ends), "B9");
    EXPECT_EQ(broken("A B", munlock_of_a_ends), "B9");
    EXPECT_EQ(broken("B", munlock_of_a_ends), "");  // not in A
    EXPECT_EQ(broken("A",
                     [] {
                         p()->flags &= ~bit_mask(PG_mlocked);
                         munlock_of_a_ends();
                     }),
              "");
}

TEST(Promises, OfMunlockLeaveOutPagesThatOthersHaveLocked) {
    EXPECT_EQ(broken("A L", munlock_of_a_ends), "");
    const auto with_entry_of_l = [](pte_t pte, std::uint32_t holder_of_ptl) {
        return broken("A L", [pte, holder_of_ptl] {
            entry(2) = pte;
            vma(2).vm_mm->pgd[0].ptl.owner = holder_of_ptl;
            munlock_of_a_ends();
        });
    };
    constexpr pte_t migration = _PAGE_MIGRATION;  // of page 0
    EXPECT_EQ(with_entry_of_l(migration, 0), "");
    EXPECT_EQ(with_entry_of_l(0, 0), "B9");
    EXPECT_EQ(with_entry_of_l(0, 2), "");  // somebody is about to write that entry
}

TEST(Promises, OfMunlockLeaveOutPagesThatOthersWillMunlock) {
    EXPECT_EQ(broken("A B",
                     [] {
                         ghost_munlock_starts(&vma(1), 0, PAGE_SIZE);
                         munlock_of_a_ends();
                     }),
              "");
    EXPECT_EQ(broken("A B",
                     [] {
                         ghost_munlock_starts(&vma(1), 0, PAGE_SIZE);
                         ghost_munlock_passes(&vma(1), 0, PAGE_SIZE);
                         munlock_of_a_ends();
                     }),
              "B9");
    EXPECT_EQ(broken("A",  // B does not map it
                     [] {
                         ghost_munlock_starts(&vma(1), 0, PAGE_SIZE);
                         munlock_of_a_ends();
                     }),
              "B9");
}

TEST(Promises, OfMunlockLeaveOutPagesThatACopyReplaces) {
    const auto replaced_in = [](unsigned i, bool munlocked) {
        return broken("A", [i, munlocked] {
            ghost_copy_replaces(p(), &vma(i));
            if (munlocked) {
                ghost_copy_has_replaced(p(), &vma(i));
            }
            munlock_of_a_ends();
        });
    };
    EXPECT_EQ(replaced_in(2, false), "");
    EXPECT_EQ(replaced_in(2, true), "B9");
    EXPECT_EQ(replaced_in(1, false), "B9");  // not VM_LOCKED: nobody munlocks for B
}

TEST(Promises, OfMlock) {
    EXPECT_EQ(broken("L", [] { ghost_require_mlocked(p()); }), "");
    EXPECT_EQ(broken("L",
                     [] {
                         p()->flags &= ~bit_mask(PG_mlocked);
                         ghost_require_mlocked(p());
                     }),
              "B10");
}

TEST(Promises, OfFork) {
    const auto with = [](unsigned locked_vm, vm_flags_t vm_flags, vm_flags_t def_flags) {
        return broken("A", [=] {
            struct mm_struct* mm = vma(0).vm_mm;
            mm->locked_vm.value = locked_vm;
            vma(0).vm_flags.value = vm_flags;
            mm->def_flags = def_flags;
            ghost_require_nothing_locked(mm);
        });
    };
    EXPECT_EQ(with(0, VM_WRITE, 0), "");
    EXPECT_EQ(with(1, VM_WRITE, 0), "E4");
    EXPECT_EQ(with(0, VM_LOCKED, 0), "E4");
    EXPECT_EQ(with(0, VM_WRITE, VM_LOCKED), "E4");
    EXPECT_EQ(with(0, VM_WRITE, VM_LOCKONFAULT), "E4");
}

// A has one page; `limit` is in pages.
TEST(Promises, OfTheLimit) {
    const auto grants = [](unsigned limit, unsigned locked_vm, bool is_locked, bool capable) {
        return broken("A", [=] {
            struct mm_struct* mm = vma(0).vm_mm;
            mm->memlock_limit = limit * PAGE_SIZE;
            mm->locked_vm.value = locked_vm;
            mm->cap_ipc_lock = capable;
            vma(0).vm_flags.value = is_locked ? VM_LOCKED : VM_WRITE;
            ghost_require_within_limit(mm, 0, PAGE_SIZE);
        });
    };
    EXPECT_EQ(grants(1, 0, false, false), "");
    EXPECT_EQ(grants(0, 0, false, false), "E5");
    EXPECT_EQ(grants(1, 1, false, false), "E5");
    EXPECT_EQ(grants(1, 1, true, false), "");  // it is counted already
    EXPECT_EQ(grants(1, 1, false, true), "");
}

TEST(Promises, OfCounts) {
    EXPECT_EQ(broken("L", [] { ghost_happened(Happened::st_c, pfn_to_page(0)); }), "H3");
    EXPECT_EQ(broken("L", [] { ghost_happened(Happened::clear_ends, pfn_to_page(0)); }), "H3");
    EXPECT_EQ(broken("L",
                     [] {
                         ghost_count_event(UNEVICTABLE_PGCLEARED, 1);
                         ghost_happened(Happened::st_c, pfn_to_page(0));
                     }),
              "");
    EXPECT_EQ(broken("L", [] { ghost_require_scanned(1, 1); }), "");
    EXPECT_EQ(broken("L", [] { ghost_require_scanned(2, 1); }), "H8");
}

}  // namespace
}  // namespace heddle::model_promises_test
