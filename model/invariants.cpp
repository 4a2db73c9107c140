// SPDX-License-Identifier: Apache-2.0
#include "model/invariants.h"

#include <array>

#include "model/invariant_checks.h"

namespace heddle {

namespace {

constexpr std::uint64_t mlocked = bit_mask(PG_mlocked);
constexpr std::uint64_t lru = bit_mask(PG_lru);
constexpr std::uint64_t active = bit_mask(PG_active);
constexpr std::uint64_t unevictable = bit_mask(PG_unevictable);

using enum InvariantMoment;

constexpr std::array invariant_table = {
    Invariant{"A1", "PG_lru <=> on exactly one LRU list", always, on_exactly_one_list, lru,
              Words::lists},
    Invariant{"A2", "on list l => page_lru() of the flags is l", always, on_the_list_of_its_flags,
              lru | active | unevictable, Words::lists},
    Invariant{"A3", "for each list: size counter == number of pages", always, sizes_match, lru,
              Words::lists},
    Invariant{"A4", "PG_lru => !(PG_active && PG_unevictable)", always, not_active_and_unevictable,
              lru | active | unevictable, Words::none},
    Invariant{"A5", "PG_unevictable && !PG_lru => isolated by one owner", always,
              unevictable_has_an_owner, lru | unevictable, Words::isolations},
    Invariant{"A6", "in an lru_add pagevec => isolated by nobody", always,
              waiting_pages_have_no_owner, lru, Words::pagevecs | Words::isolations},
    Invariant{"A7", "a pagevec slot has a reference, in lru_add also !PG_lru", always,
              slots_hold_references, lru, Words::pagevecs | Words::refcount},
    Invariant{"A8", "in an lru_add pagevec => !PG_unevictable", always,
              waiting_pages_are_not_unevictable, unevictable, Words::pagevecs},
    Invariant{"A10", "a tail => on no list and not isolated", always, no_tail_is_on_a_list, lru,
              Words::lists | Words::isolations, Subject::huge_pages},
    Invariant{"B1", "NR_MLOCK == number of pages with PG_mlocked, in each zone", quiescent,
              nr_mlock_counts_mlocked_pages, mlocked, Words::nr_mlock},
    Invariant{"B1'", "NR_MLOCK + flips not yet counted == number of pages with PG_mlocked", always,
              nr_mlock_lags_by_what_is_not_counted, mlocked, Words::nr_mlock | Words::flips},
    Invariant{"B1-excess", "NR_MLOCK == number of pages with PG_mlocked + failed isolations",
              quiescent, nr_mlock_exceeds_by_the_known_leak, mlocked,
              Words::nr_mlock | Words::flips},
    Invariant{"B2", "NR_MLOCK >= 0, in each zone", quiescent, nr_mlock_is_not_negative, 0,
              Words::nr_mlock},
    Invariant{"B3", "a tail => !PG_mlocked in its own word", always, no_tail_is_mlocked, mlocked,
              Words::none, Subject::huge_pages},
    Invariant{"B4", "PG_mlocked of a huge page => only pmds map it", quiescent,
              mlocked_huge_pages_are_mapped_by_pmds, mlocked, Words::mapcount | Words::entries,
              Subject::huge_pages},
    Invariant{"B5", "PG_mlocked => page_mapped", quiescent, mlocked_pages_are_mapped, mlocked,
              Words::mapcount},
    Invariant{"B6", "PG_mlocked => a VM_LOCKED vma maps the page", quiescent,
              mlocked_pages_are_in_a_locked_vma, mlocked, Words::vmas | Words::entries},
    Invariant{"C1", "on LRU_UNEVICTABLE => PG_mlocked or AS_UNEVICTABLE", drained,
              no_page_is_stranded, mlocked | unevictable | lru,
              Words::lists | Words::owed | Words::mapping_flags},
    Invariant{"C1'", "on LRU_UNEVICTABLE => PG_mlocked, AS_UNEVICTABLE, or somebody will look",
              always, nobody_leaves_a_page_stranded, mlocked | unevictable | lru,
              Words::lists | Words::owed | Words::mapping_flags},
    Invariant{"C2", "PG_mlocked && PG_lru => on LRU_UNEVICTABLE", culled,
              mlocked_pages_are_on_the_unevictable_list, mlocked | unevictable | lru, Words::lists},
    Invariant{"C3", "PG_mlocked => PG_lru", drained, mlocked_pages_are_on_a_list, mlocked | lru,
              Words::isolations},
    Invariant{"C5", "PG_unevictable => on LRU_UNEVICTABLE", drained,
              unevictable_pages_are_on_the_unevictable_list, unevictable | lru,
              Words::lists | Words::isolations},
    Invariant{"D1", "_refcount == number of holders", always, references_have_holders, 0,
              Words::refcount | Words::holders},
    Invariant{"D1-kinds", "references of entries and of caches == entries, and caches that have it",
              quiescent, references_are_what_they_say, 0,
              Words::holders | Words::entries | Words::caches},
    Invariant{"D1-anon", "refcount of an anon_vma == its users", quiescent,
              anon_vmas_count_their_users, 0, Words::anon_vmas},
    Invariant{"D2", "_mapcount + 1 == number of present entries", quiescent,
              mapcount_counts_entries, 0, Words::mapcount | Words::entries},
    Invariant{"D2-pmd", "compound_mapcount + 1 == number of entries of pmds", quiescent,
              compound_mapcount_counts_pmds, 0, Words::mapcount | Words::entries,
              Subject::huge_pages},
    Invariant{"D2-thps", "NR_ANON_THPS == anonymous huge pages mapped by pmds", quiescent,
              nr_anon_thps_counts_huge_pages, 0, Words::nr_anon_thps | Words::entries,
              Subject::huge_pages},
    Invariant{"D2-swap", "for each swap slot: count == number of swap entries, and of pages cached",
              quiescent, swap_slots_count_entries, bit_mask(PG_swapcache),
              Words::swap_map | Words::entries | Words::caches},
    Invariant{"D2-migration", "a migration entry => its page is locked", always,
              migration_entries_are_of_locked_pages, bit_mask(PG_locked), Words::entries},
    Invariant{"D4", "every isolation has ended", quiescent, isolations_have_ended, lru,
              Words::isolations},
    Invariant{"D4-count", "NR_ISOLATED_ANON == 0 and NR_ISOLATED_FILE == 0, in each zone",
              quiescent, no_isolation_is_counted, 0, Words::nr_isolated},
    Invariant{"D5", "a page that is not free has a holder that lives", drained, no_page_is_leaked,
              0, Words::holders | Words::free_pages},
    Invariant{"E1", "mm.locked_vm == pages of its VM_LOCKED vmas", always,
              locked_vm_counts_locked_vmas, 0, Words::locked_vm | Words::vmas},
    Invariant{"E1'", "mm.locked_vm == pages of its VM_LOCKED vmas + what was counted twice", always,
              locked_vm_exceeds_by_the_known_excess, 0, Words::locked_vm | Words::vmas},
    Invariant{"E2", "VM_LOCKONFAULT => VM_LOCKED", always, onfault_vmas_are_locked, 0, Words::vmas},
    Invariant{"E3", "VM_LOCKED => not a special vma", always, special_vmas_are_not_locked, 0,
              Words::vmas},
    Invariant{"E6", "mm.locked_vm >= 0", always, locked_vm_is_not_negative, 0, Words::locked_vm},
    Invariant{"F1", "locked_shm == pages of the segments locked for the user", always,
              locked_shm_counts_locked_segments, 0, Words::shm},
    Invariant{"F2", "VM_LOCKED of the segment's file <=> AS_UNEVICTABLE", always,
              locked_files_are_unevictable, 0, Words::shm | Words::mapping_flags},
    Invariant{"F3", "SHM_LOCKED <=> VM_LOCKED of the file, and => mlock_user", always,
              locked_segments_have_locked_files, 0, Words::shm},
    Invariant{"F4", "__count of a user == its processes + segments locked for it", always,
              users_have_a_reference_per_locked_segment, 0, Words::shm},
    Invariant{"F5", "after SHM_UNLOCK no page of the segment is stranded", drained,
              unlocked_segments_have_no_stranded_page, mlocked | unevictable | lru,
              Words::lists | Words::shm | Words::mapping_flags},
    Invariant{"H1", "PGMLOCKED == successful TestSets of PG_mlocked", quiescent,
              pgmlocked_counts_sets, mlocked, Words::events},
    Invariant{"H2", "PGCLEARED == successful TestClears of PG_mlocked in clear_page_mlock()",
              quiescent, pgcleared_counts_clears, mlocked, Words::events},
    Invariant{"H3", "PGSTRANDED == pages found off the lists with PG_unevictable", quiescent,
              pgstranded_counts_stranded_pages, unevictable, Words::events},
    Invariant{"H4", "TestClears of munlock == PGMUNLOCKED + stranded + mlocked again", quiescent,
              munlocked_flags_come_to_one_end, mlocked | unevictable, Words::events},
    Invariant{"H5", "pages with PG_mlocked == PGMLOCKED - PGCLEARED - TestClears of munlock",
              quiescent, events_count_mlocked_pages, mlocked, Words::events},
    Invariant{"H6", "NR_MLOCK - the known leak == the same", quiescent, events_count_nr_mlock,
              mlocked, Words::events | Words::nr_mlock | Words::flips, Subject::small_pages_only},
    Invariant{"H7", "pages with PG_unevictable == PGCULLED - PGRESCUED + new - freed", quiescent,
              events_count_unevictable_pages, unevictable, Words::events},
    Invariant{"H8", "PGSCANNED == pages looked at by SHM_UNLOCK", quiescent,
              pgscanned_counts_scanned_pages, unevictable, Words::events},
    Invariant{"L1", "a task holds at most one lru_lock", always, one_lru_lock_at_a_time, 0,
              Words::lru_locks},
    Invariant{"R2", "mlocked with return value 0 => a present entry, or one of migration",
              quiescent, promised_pages_are_in_memory, 0, Words::promises | Words::entries},
};

constexpr std::array path_invariants = {"B8", "B9", "B10", "D3",  "D6",  "D7",  "D8", "E4", "E5",
                                        "L5", "L8", "L9",  "L10", "L11", "L12", "R1", "R4", "MEM"};

}  // namespace

std::span<const Invariant> invariants() { return invariant_table; }

std::span<const char* const> invariants_of_paths() { return path_invariants; }

bool is_quiescent() {
    for (const struct page& page : pages()) {
        if (page.ghost.isolated_by != 0 ||
            page.ghost.references[static_cast<unsigned>(Holder::pin)] != 0) {
            return false;
        }
    }
    return true;
}

bool is_drained() {
    const struct machine& machine = this_machine();
    for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
        if (machine.lru_add_pvec.of[cpu].nr + machine.lru_rotate_pvecs.of[cpu].nr +
                machine.lru_deactivate_file_pvecs.of[cpu].nr +
                machine.lru_deactivate_pvecs.of[cpu].nr + machine.activate_page_pvecs.of[cpu].nr !=
            0) {
            return false;
        }
    }
    return true;
}

}  // namespace heddle
