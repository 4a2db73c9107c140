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
    migration_unmaps_under_ptl,
    munlock_skips_huge_page_not_mlocked,
    munlock_skips_only_what_was_mlocked,
    munlock_ignores_mask_of_lookup,
    nr_mlock_counts_subpages,
    events_count_subpages,
    unevictable_scan_skips_tails,
    pmd_split_clears_mlock,
    pmd_split_needs_no_page_lock,
    munlock_takes_lru_lock,
    split_unmaps_for_sure,
    retract_tests_exit,
    populate_forces_access,
    change_huge_pmd_keeps_entry,
    unmap_clears_mlock,
    rmap_walk_checks_entry,
    stack_growth_counts_under_lock,
    ksm_moves_mlock,
    ksm_mlocks_what_is_mapped,
    munlock_batch_compares_zones,
    munlock_batch_is_of_one_zone,
    munlock_event_by_flag,
    munlock_walk_drops_ptl,
    mlock_takes_page_lock,
    mlock_drains_before_mmap_sem,
    mlock_leaves_pagevecs,
    mlock_goes_on_from_merged_end,
    mlock_refuses_length_that_wraps,
    count_mlocked_pages_in_long,
    count_ends_without_vma,
    vm_special_has_mixedmap,
    pagevec_drain_looks_again,
    hwpoison_drains_after_unmap
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
    {Fix::munlock_skips_huge_page_not_mlocked, "munlock_skips_huge_page_not_mlocked", true,
     "c424be1cbbf8 (v3.13)",
     "munlock_vma_page() has its caller skip a huge page that is not mlocked, not go on with its "
     "tails, which the caller does not know"},
    {Fix::munlock_skips_only_what_was_mlocked, "munlock_skips_only_what_was_mlocked", false,
     "655548bf6271 (v4.9)",
     "munlock_vma_page() has its caller skip one page only if PG_mlocked was clear"},
    {Fix::munlock_ignores_mask_of_lookup, "munlock_ignores_mask_of_lookup", false,
     "6ebb4a1b848f (v4.11)",
     "munlock_vma_pages_range() goes on with the next page unless munlock_vma_page() says more"},
    {Fix::nr_mlock_counts_subpages, "nr_mlock_counts_subpages", true, "8449d21fb49e (v3.7)",
     "a huge page counts in NR_MLOCK by the number of its pages"},
    {Fix::events_count_subpages, "events_count_subpages", false, "0964730bf46b (v5.9)",
     "the events of mlocking a huge page count its pages"},
    {Fix::unevictable_scan_skips_tails, "unevictable_scan_skips_tails", false,
     "8d8869ca5d2d (v5.9)",
     "check_move_unevictable_pages() skips tails and counts the pages of a huge page"},
    {Fix::pmd_split_clears_mlock, "pmd_split_clears_mlock", true,
     "e90309c9f772 and 7479df6da950 (v4.5)",
     "a huge page that gets a mapping by ptes loses PG_mlocked"},
    {Fix::pmd_split_needs_no_page_lock, "pmd_split_needs_no_page_lock", true, "5f7377147c7d (v4.6)",
     "__split_huge_pmd() clears PG_mlocked without the page lock, which its caller may hold"},
    {Fix::munlock_takes_lru_lock, "munlock_takes_lru_lock", true, "01cc2e58697e (v3.14)",
     "munlock_vma_page() reads the size and clears PG_mlocked under lru_lock"},
    {Fix::split_unmaps_for_sure, "split_unmaps_for_sure", false,
     "732ed55823fc, b7e188ec98b1, 504e070dc08f (v5.13)",
     "try_to_unmap() for a split waits for whoever is clearing or moving the entry of the pmd, and "
     "goes by page_mapped()"},
    {Fix::retract_tests_exit, "retract_tests_exit", false, "18e77600f7a1 (v5.9, CVE-2022-48991)",
     "retract_page_tables() leaves a process alone that is exiting"},
    {Fix::populate_forces_access, "populate_forces_access", true, "fdf4c587a793 (v2.6.38)",
     "populate faults in whatever is not PROT_NONE, also if it may only be written"},
    {Fix::change_huge_pmd_keeps_entry, "change_huge_pmd_keeps_entry", false, "ced108037c2a (v4.12)",
     "change_huge_pmd() leaves the entry of the pmd empty at no time"},
    {Fix::unmap_clears_mlock, "unmap_clears_mlock", true, "e6c509f85455 (v3.7)",
     "page_remove_rmap() clears PG_mlocked with the last mapping, not the truncation of a file"},
    {Fix::rmap_walk_checks_entry, "rmap_walk_checks_entry", true, "508b9f8efdad (v2.6.3x)",
     "try_to_unmap_one() believes that a VM_LOCKED vma maps the page if an entry says so"},
    {Fix::stack_growth_counts_under_lock, "stack_growth_counts_under_lock", true,
     "87e8827b37c0 (v4.4)", "expand_downwards() changes locked_vm under page_table_lock"},
    {Fix::ksm_moves_mlock, "ksm_moves_mlock", true, "73848b4684e8 (v2.6.33)",
     "try_to_merge_one_page() of a VM_LOCKED vma munlocks the page and mlocks the KSM page"},
    {Fix::ksm_mlocks_what_is_mapped, "ksm_mlocks_what_is_mapped", false, "none",
     "try_to_merge_one_page() looks, with the KSM page locked, whether the vma still maps it"},
    {Fix::munlock_batch_compares_zones, "munlock_batch_compares_zones", false,
     "9472f23c9eee (v4.15)",
     "__munlock_pagevec_fill() compares zones, not page_zone_id(), which differs by memory "
     "section"},
    {Fix::munlock_batch_is_of_one_zone, "munlock_batch_is_of_one_zone", true,
     "since there are batches (7a8010cd3627, v3.12)",
     "__munlock_pagevec_fill() ends a batch at a page of another zone"},
    {Fix::munlock_event_by_flag, "munlock_event_by_flag", false, "192d7232569a (v4.12)",
     "__munlock_isolated_page() counts PGMUNLOCKED if PG_mlocked is clear, whatever the walk says"},
    {Fix::munlock_walk_drops_ptl, "munlock_walk_drops_ptl", true,
     "023e1a8dd502 (v5.14, where it was lost for a while)",
     "try_to_munlock() drops the ptl if VM_LOCKED is gone once it has it"},
    {Fix::mlock_takes_page_lock, "mlock_takes_page_lock", true,
     "57e68e9cd65b (v3.15, CVE-2014-3122) for try_to_unmap_cluster()",
     "whoever mlocks a page he comes by locks it first, or leaves it"},
    {Fix::mlock_drains_before_mmap_sem, "mlock_drains_before_mmap_sem", true,
     "8891d6da17db (v2.6.28)", "do_mlock() calls lru_add_drain_all() before it takes mmap_sem"},
    {Fix::mlock_leaves_pagevecs, "mlock_leaves_pagevecs", false, "72b03fcd5d51 (v4.15)",
     "mlock() and mlockall() do not call lru_add_drain_all() any more"},
    {Fix::mlock_goes_on_from_merged_end, "mlock_goes_on_from_merged_end", true,
     "2658f94d6792 (v6.5, where it was lost since v6.1)",
     "apply_vma_lock_flags() goes on from the end of what the vma was merged with"},
    {Fix::mlock_refuses_length_that_wraps, "mlock_refuses_length_that_wraps", false,
     "proposed in 2023, not merged", "a length that wraps to 0 as it is aligned is EINVAL"},
    {Fix::count_mlocked_pages_in_long, "count_mlocked_pages_in_long", true,
     "0874bb49bb21 (v5.2), for what do_mlock_subtracts_overlap brought",
     "count_mm_mlocked_page_nr() counts bytes in a long, not in an int"},
    {Fix::count_ends_without_vma, "count_ends_without_vma", true,
     "48b03eea321c (v5.12), for what do_mlock_subtracts_overlap brought",
     "count_mm_mlocked_page_nr() does not start over at the first vma if there is none"},
    {Fix::vm_special_has_mixedmap, "vm_special_has_mixedmap", true, "9050d7eba40b (v3.14)",
     "mlock_fixup() takes VM_MIXEDMAP for special, and does not lock it"},
    {Fix::pagevec_drain_looks_again, "pagevec_drain_looks_again", false, "9c4e6b1a7027 (v4.16)",
     "all pages come to their lists by a pagevec, whose drain looks whether they are evictable"},
    {Fix::hwpoison_drains_after_unmap, "hwpoison_drains_after_unmap", false, "286c469a988f (v4.12)",
     "memory_failure() drains the pagevecs again once it has unmapped a mlocked page"},
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
