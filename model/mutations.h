// SPDX-License-Identifier: Apache-2.0
// Mistakes that nobody has made: each must break an invariant, or it says why it breaks none. They
// are what the catalogue is measured by, besides those that are generated from operations
// (checker/mutation.h), and exist only in a build with HEDDLE_MUTATION.
#pragma once

#include "checker/sync/sync.h"
#include "model/mm_types.h"

namespace heddle {

enum class Mutation : unsigned {
    putback_without_recheck,
    putback_without_barrier,
    munlock_clears_flag_late,
    munlock_clears_vm_flags_late,
    isolate_tests_lru_outside_only,
    unmap_tests_vm_locked_early,
    munlock_drops_pins_under_lru_lock,
    munlock_without_extra_pin,
    fast_putback_without_mapcount,
    migration_leaves_mlocking_to_reclaim,
    isolation_clears_lru_first,
    unmapping_leaves_mlocked,
    isolation_gets_page_last,
    lru_cache_add_to_remote_cpu
};

struct MutationInfo {
    Mutation mutation;
    const char* name;
    const char*
        breaks;        // names of claims, with blanks between, one of which must break; or nothing
    const char* what;  // if nothing must break: and why
};

// Section M of the kernel notes, in its order.
constexpr MutationInfo mutation_table[] = {
    {Mutation::putback_without_recheck, "putback_without_recheck", "C1 C1'",
     "putback_lru_page() does not look again at a page that it made unevictable"},
    {Mutation::putback_without_barrier, "putback_without_barrier", "",
     "putback_lru_page() without smp_mb(): under sequential consistency nothing is reordered; a "
     "memory model with store buffers must break C1"},
    {Mutation::munlock_clears_flag_late, "munlock_clears_flag_late", "C1 C1' B9",
     "munlock clears PG_mlocked after it has tried to isolate the page"},
    {Mutation::munlock_clears_vm_flags_late, "munlock_clears_vm_flags_late", "B6 B9",
     "munlock_vma_pages_range() clears VM_LOCKED after its walk"},
    {Mutation::isolate_tests_lru_outside_only, "isolate_tests_lru_outside_only", "A1 A6 VM_BUG_ON",
     "isolate_lru_page() does not look at PG_lru again under lru_lock"},
    {Mutation::unmap_tests_vm_locked_early, "unmap_tests_vm_locked_early", "R1 B8",
     "try_to_unmap_one() looks at VM_LOCKED before it has the ptl, and not again"},
    {Mutation::munlock_drops_pins_under_lru_lock, "munlock_drops_pins_under_lru_lock",
     "D6 deadlock", "__munlock_pagevec() drops pins in phase 1, under lru_lock"},
    {Mutation::munlock_without_extra_pin, "munlock_without_extra_pin", "D8 D3 D7 VM_BUG_ON",
     "__munlock_pagevec() goes the slow way without a reference of its own"},
    {Mutation::fast_putback_without_mapcount, "fast_putback_without_mapcount", "kept",
     "__putback_lru_fast_prepare() does not ask for the mapcount: a page that another VM_LOCKED "
     "vma "
     "maps loses PG_mlocked, which no invariant forbids (B7 is none) but a scenario's claim"},
    {Mutation::migration_leaves_mlocking_to_reclaim, "migration_leaves_mlocking_to_reclaim",
     "moved",
     "remove_migration_pte() does not mlock the page, which no invariant forbids (B7 is none, "
     "reclaim mlocks it again) but a scenario's claim"},
    {Mutation::isolation_clears_lru_first, "isolation_clears_lru_first", "A1 D3 VM_BUG_ON",
     "__isolate_lru_page() clears PG_lru before it has a reference: A1 breaks first"},
    {Mutation::unmapping_leaves_mlocked, "unmapping_leaves_mlocked", "B5 B8",
     "page_remove_rmap() does not call clear_page_mlock()"},
    {Mutation::isolation_gets_page_last, "isolation_gets_page_last", "",
     "isolate_lru_page() takes its reference after it has cleared PG_lru: both are under lru_lock, "
     "and the caller has a reference"},
    {Mutation::lru_cache_add_to_remote_cpu, "lru_cache_add_to_remote_cpu", "A6 A7 L12",
     "__lru_cache_add() uses the vector of another CPU"},
};

// The functions of mm/mlock.c as munlock_clears_flag_late has them.
unsigned munlock_vma_page_clearing_late(struct page* page);
void munlock_pagevec_clearing_late(struct pagevec* pvec);

// Whether the mutation is the one that is tried.
inline bool mutated(Mutation mutation) { return switch_is_on(static_cast<unsigned>(mutation)); }

}  // namespace heddle
