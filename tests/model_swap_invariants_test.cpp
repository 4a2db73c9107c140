// SPDX-License-Identifier: Apache-2.0
// Invariants that reclaim and migration are about: C2, D2-swap, D2-migration and R2 say no where
// they should.
#include <gtest/gtest.h>

#include <algorithm>

#include "checker/execution.h"
#include "model/ghost.h"
#include "model/invariants.h"
#include "model/pgtable.h"
#include "model/swapfile.h"
#include "tests/model_operations.h"
#include "tests/read_words.h"

namespace heddle::model_swap_invariants_test {
namespace {

const Invariant& named(const char* id) {
    return *std::find_if(invariants().begin(), invariants().end(),
                         [id](const Invariant& known) { return id == std::string(known.id); });
}

bool holds(const char* id) { return named(id).holds(nullptr); }

// A page on an evictable list, in the VM_LOCKED vma L, with a swap area of two slots.
ScenarioWords locked_page() {
    ScenarioWords words = world_of({{.where = "inactive_anon", .mapped_by = "L"}});
    words.machine.swap_slots = 2;
    return words;
}

pte_t& only_entry() { return this_machine().vmas[2].vm_mm->pgd[0].entries.value.pte[0]; }

TEST(SwapInvariants, C2WantsMlockedPagesOnTheUnevictableList) {
    const Execution execution(with_bodies(locked_page(), {}));
    EXPECT_TRUE(holds("C2"));
    pfn_to_page(0)->flags |= bit_mask(PG_mlocked);
    EXPECT_FALSE(holds("C2"));
    pfn_to_page(0)->flags &= ~bit_mask(PG_lru);  // whoever has it will see to it
    EXPECT_TRUE(holds("C2"));
}

TEST(SwapInvariants, R2IsBrokenByASwapEntryAndByNone) {
    const Execution execution(with_bodies(locked_page(), {}));
    const pte_t present = only_entry();
    const ReadWords before;
    EXPECT_TRUE(holds("R2"));
    EXPECT_FALSE(before.have_changed(named("R2")));
    only_entry() = swp_entry_to_pte(1);
    EXPECT_FALSE(holds("R2"));
    EXPECT_TRUE(before.have_changed(named("R2")));
    only_entry() = 0;
    EXPECT_FALSE(holds("R2"));
    only_entry() = make_migration_entry(pfn_to_page(0), false);
    EXPECT_TRUE(holds("R2"));
    only_entry() = present;
    ghost_end_promise(this_machine().vmas[2].vm_mm, 0, PAGE_SIZE);
    only_entry() = 0;
    EXPECT_TRUE(holds("R2"));
}

TEST(SwapInvariants, D2MigrationWantsThePageOfAnEntryLocked) {
    const Execution execution(with_bodies(locked_page(), {}));
    EXPECT_TRUE(holds("D2-migration"));
    only_entry() = make_migration_entry(pfn_to_page(0), false);
    EXPECT_FALSE(holds("D2-migration"));
    pfn_to_page(0)->flags |= bit_mask(PG_locked);
    EXPECT_TRUE(holds("D2-migration"));
}

TEST(SwapInvariants, R2PromisesNothingOfAnUnlockedOrOnfaultVma) {
    const Execution execution(with_bodies(locked_page(), {}));
    struct vm_area_struct& vma = this_machine().vmas[2];
    for (const vm_flags_t flags : {VM_WRITE, VM_WRITE | VM_LOCKED_MASK}) {
        ghost_end_promise(vma.vm_mm, 0, PAGE_SIZE);
        vma.vm_flags = flags;
        ghost_promise(vma.vm_mm, 0, PAGE_SIZE);
        EXPECT_EQ(vma.vm_mm->ghost.promised, 0);
    }
}

TEST(SwapInvariants, APromiseMovesWithItsPage) {
    const Execution execution(with_bodies(locked_page(), {}));
    struct mm_struct* mm = this_machine().vmas[2].vm_mm;
    ghost_move_promise(mm, 0, 3 * PAGE_SIZE);
    EXPECT_EQ(mm->ghost.promised, 1U << 3U);
    ghost_move_promise(mm, 0, 5 * PAGE_SIZE);  // none there
    EXPECT_EQ(mm->ghost.promised, 1U << 3U);
}

TEST(SwapInvariants, D2SwapCountsEntriesAndTheCache) {
    const Execution execution(with_bodies(locked_page(), {}));
    struct swap_area& swap = *this_machine().swap;
    EXPECT_TRUE(holds("D2-swap"));
    swap.swap_map[2] = 1;
    EXPECT_FALSE(holds("D2-swap"));
    only_entry() = swp_entry_to_pte(2);
    EXPECT_TRUE(holds("D2-swap"));
    swap.swap_map[2] |= SWAP_HAS_CACHE;
    EXPECT_FALSE(holds("D2-swap"));
    swap.swapper_space.page_tree[2] = entry_of(pfn_to_page(0));
    EXPECT_FALSE(holds("D2-swap"));  // the page does not know
    pfn_to_page(0)->flags |= bit_mask(PG_swapcache);
    pfn_to_page(0)->swap = 2;
    EXPECT_TRUE(holds("D2-swap"));
}

}  // namespace
}  // namespace heddle::model_swap_invariants_test
