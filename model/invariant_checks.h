// SPDX-License-Identifier: Apache-2.0
// The predicates behind the table of invariants, and what they share. Only reads.
#pragma once

#include <span>
#include <string>

#include "model/machine.h"

namespace heddle {

// ---- A and C: invariants_of_lists.cpp
bool on_exactly_one_list(std::string* sides);
bool on_the_list_of_its_flags(std::string* sides);
bool sizes_match(std::string* sides);
bool not_active_and_unevictable(std::string* sides);
bool unevictable_has_an_owner(std::string* sides);
bool waiting_pages_have_no_owner(std::string* sides);
bool no_tail_is_on_a_list(std::string* sides);
bool slots_hold_references(std::string* sides);
bool waiting_pages_are_not_unevictable(std::string* sides);
bool no_page_is_stranded(std::string* sides);
bool nobody_leaves_a_page_stranded(std::string* sides);
bool mlocked_pages_are_on_the_unevictable_list(std::string* sides);
bool mlocked_pages_are_on_a_list(std::string* sides);
bool unevictable_pages_are_on_the_unevictable_list(std::string* sides);

// ---- B, D and L: invariants_of_counts.cpp
bool nr_mlock_counts_mlocked_pages(std::string* sides);
bool nr_mlock_lags_by_what_is_not_counted(std::string* sides);
bool nr_mlock_exceeds_by_the_known_leak(std::string* sides);
bool nr_mlock_is_not_negative(std::string* sides);
bool mlocked_pages_are_mapped(std::string* sides);
bool mlocked_pages_are_in_a_locked_vma(std::string* sides);
bool references_have_holders(std::string* sides);
bool references_are_what_they_say(std::string* sides);
bool no_tail_is_mlocked(std::string* sides);
bool mlocked_huge_pages_are_mapped_by_pmds(std::string* sides);
bool compound_mapcount_counts_pmds(std::string* sides);
bool nr_anon_thps_counts_huge_pages(std::string* sides);
bool mapcount_counts_entries(std::string* sides);
bool swap_slots_count_entries(std::string* sides);
bool migration_entries_are_of_locked_pages(std::string* sides);
bool isolations_have_ended(std::string* sides);
bool no_isolation_is_counted(std::string* sides);
bool no_page_is_leaked(std::string* sides);
bool one_lru_lock_at_a_time(std::string* sides);

// ---- H: invariants_of_events.cpp
bool pgmlocked_counts_sets(std::string* sides);
bool pgcleared_counts_clears(std::string* sides);
bool pgstranded_counts_stranded_pages(std::string* sides);
bool munlocked_flags_come_to_one_end(std::string* sides);
bool events_count_mlocked_pages(std::string* sides);
bool events_count_nr_mlock(std::string* sides);
bool events_count_unevictable_pages(std::string* sides);
bool pgscanned_counts_scanned_pages(std::string* sides);

// ---- E and R: invariants_of_vmas.cpp
bool locked_vm_counts_locked_vmas(std::string* sides);
bool locked_vm_exceeds_by_the_known_excess(std::string* sides);
bool onfault_vmas_are_locked(std::string* sides);
bool special_vmas_are_not_locked(std::string* sides);
bool locked_vm_is_not_negative(std::string* sides);
bool promised_pages_are_in_memory(std::string* sides);
bool anon_vmas_count_their_users(std::string* sides);

// ---- F: invariants_of_shm.cpp
bool locked_shm_counts_locked_segments(std::string* sides);
bool locked_files_are_unevictable(std::string* sides);
bool locked_segments_have_locked_files(std::string* sides);
bool users_have_a_reference_per_locked_segment(std::string* sides);
bool unlocked_segments_have_no_stranded_page(std::string* sides);

// ---- shared

// On the unevictable list, and evictable: in invariants_of_lists.cpp.
bool is_stranded(const struct page& page);

inline bool flag(const struct page& page, pageflags nr) { return (page.flags & bit_mask(nr)) != 0; }

inline std::string number(long value) { return std::to_string(value); }

inline std::string name(const struct page& page) { return "page#" + number(page_to_pfn(&page)); }

inline std::span<struct page> pages() { return {this_machine().mem_map, this_machine().nr_pages}; }
inline std::span<struct zone> zones() { return {this_machine().zones, this_machine().nr_zones}; }
inline std::span<struct mm_struct> mms() { return {this_machine().mms, this_machine().nr_mms}; }
inline std::span<struct vm_area_struct> vmas() {
    return {this_machine().vmas, this_machine().nr_vmas};
}

// Both sides as text; the formula does not hold if they are reported.
inline bool violated(std::string* sides, const std::string& text) {
    if (sides != nullptr) {
        *sides = text;
    }
    return false;
}

// Whether the predicate holds of each page that is not free; `what` is said of one of which it does
// not.
template <class Predicate>
bool for_all_pages(std::string* sides, const char* what, Predicate holds) {
    for (const struct page& page : pages()) {
        if (!page.ghost.free && !holds(page)) {
            return violated(sides, name(page) + ": " + what);
        }
    }
    return true;
}

}  // namespace heddle
