// SPDX-License-Identifier: Apache-2.0
// Historical changes that a scenario can put in or take back, one at a time.
#pragma once

#include "model/machine.h"

namespace heddle {

enum class Fix : unsigned {
    munlock_counts_cleared_flags,
    munlock_drops_pins_unlocked,
    putback_rechecks_evictable,
    mlock_fixup_counts_once,
    mlock_fixup_counts_in_long,
    do_mlock_subtracts_overlap,
    mlockall_refuses_onfault_alone,
    vma_merge_keeps_flags_of_next,
    shmem_lock_without_info_lock,
    shm_unlock_sees_swap_entries,
    migration_unmaps_under_ptl
};

struct FixInfo {
    Fix fix;
    const char* name;
    bool in_seed;
    const char* upstream;
    const char* what;
};

constexpr FixInfo fix_table[] = {
    {Fix::munlock_counts_cleared_flags, "munlock_counts_cleared_flags", false,
     "70feee0e1ef3 (v4.12, CVE-2017-18221)",
     "__munlock_pagevec() subtracts every page whose flag it cleared, isolated or not"},
    {Fix::munlock_drops_pins_unlocked, "munlock_drops_pins_unlocked", true, "3b25df93c6e3 (v3.13)",
     "__munlock_pagevec() drops the pins of pages it will not process after lru_lock is free"},
    {Fix::putback_rechecks_evictable, "putback_rechecks_evictable", true,
     "since the unevictable list exists (v2.6.28)",
     "putback_lru_page() looks again whether a page it made unevictable still is"},
    {Fix::mlock_fixup_counts_once, "mlock_fixup_counts_once", false, "b155b4fde5bd (v4.9)",
     "mlock_fixup() adds nothing to locked_vm for a vma that is VM_LOCKED already"},
    {Fix::mlock_fixup_counts_in_long, "mlock_fixup_counts_in_long", false, "2026",
     "mlock_fixup() counts pages in a long, not in an int"},
    {Fix::do_mlock_subtracts_overlap, "do_mlock_subtracts_overlap", false, "0cf2f6f6dc60 (v4.9)",
     "do_mlock() does not count pages against the limit that are locked already"},
    {Fix::mlockall_refuses_onfault_alone, "mlockall_refuses_onfault_alone", false,
     "dedca63504a2 (v5.2)", "mlockall(MCL_ONFAULT) alone is an error"},
    {Fix::vma_merge_keeps_flags_of_next, "vma_merge_keeps_flags_of_next", false,
     "e86f15ee64d8 (v4.9)",
     "vma_merge() case 8: the next vma grows down, so that no walk sees it with other flags"},
    {Fix::shmem_lock_without_info_lock, "shmem_lock_without_info_lock", false,
     "ea0dfeb4209b (v5.7)", "shmem_lock() does not take info->lock"},
    {Fix::shm_unlock_sees_swap_entries, "shm_unlock_sees_swap_entries", true,
     "245132643e1c and 85046579bde1 (v3.3)",
     "shmem_unlock_mapping() does not take a batch of swap entries for the end of the file"},
    {Fix::migration_unmaps_under_ptl, "migration_unmaps_under_ptl", false,
     "none for small pages; for splits TTU_SYNC of 732ed55823fc (v5.13)",
     "try_to_unmap(TTU_MIGRATION) takes the ptl before it looks whether an entry is present"},
};

constexpr unsigned long fix_bit(Fix fix) { return 1UL << static_cast<unsigned>(fix); }

// Whether the change is in the version of the kernel that this run models.
inline bool has(Fix fix) { return (this_machine().fixes & fix_bit(fix)) != 0; }

// The seed: mm/mlock.c of commit a52633d8e9 (July 2016).
constexpr unsigned long seed_fixes() {
    unsigned long bits = 0;
    for (const FixInfo& info : fix_table) {
        bits |= info.in_seed ? fix_bit(info.fix) : 0;
    }
    return bits;
}

}  // namespace heddle
