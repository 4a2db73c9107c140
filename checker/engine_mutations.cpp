// SPDX-License-Identifier: Apache-2.0
#include "checker/engine_mutations.h"

#include <array>
#include <cstddef>

namespace heddle {

namespace {

constexpr std::array names = {
    "none",
    "unlock_wakes_nobody",
    "rewind_leaves_a_stack",
    "rewind_keeps_failure",
    "rewind_keeps_choices",
    "rewind_keeps_world_hash",
    "mark_shares_any_stack",
    "fingerprint_without_heap",
    "fingerprint_of_half_the_world",
    "fingerprint_without_histories",
    "fingerprint_without_last_task",
    "fingerprint_without_failure",
    "observation_lost",
    "observations_in_any_order",
    "forget_keeps_what_was_seen",
    "forget_loses_what_lives",
    "forget_loses_context",
    "forget_goes_on_watching",
    "wait_looks_at_first_word",
    "wait_ignores_own_writes",
    "bit_watched_as_word",
    "trylock_watched_as_word",
    "race_with_atomic_missed",
    "race_of_who_cannot_run",
    "livelock_called_deadlock",
    "blocked_by_ignored",
    "preemption_off_ignored",
    "irqs_off_ignored",
    "deadlock_called_finished",
    "busy_daemon_called_finished",
    "idle_claims_not_asked",
    "final_claims_not_asked",
    "claims_of_moments_confused",
    "broken_claim_remembered",
    "lock_stays_in_hand",
    "reads_and_writes_commute",
    "set_and_clear_commute",
    "adds_and_reads_commute",
    "reader_and_writer_commute",
    "overlap_missed",
    "watcher_and_writer_commute",
    "visited_by_half_a_fingerprint",
    "visited_loses_one_on_growth",
    "visited_zero_is_empty",
    "switch_from_blocked_is_preemption",
    "preemptions_not_counted",
    "bounded_without_last_task",
    "bounded_steps_not_counted",
    "bounded_cut_forgotten",
    "bounded_skips_last_choice",
    "first_schedule_kept",
    "lock_order_before_violation",
    "sometimes_never_missing",
    "states_unlimited",
    "schedule_run_off_by_one",
    "schedule_without_alternatives",
    "schedule_of_any_version",
    "replay_goes_on_after_plus",
    "order_of_innermost_only",
    "trylock_waits",
    "readers_wait_for_readers",
    "cycles_of_two_missed",
    "levels_ignored",
    "irq_chains_missed",
    "known_facts_not_cleared",
    "lock_classes_ignored",
};
static_assert(names.size() == static_cast<std::size_t>(EngineMutation::end));

}  // namespace

EngineMutation active_engine_mutation = EngineMutation::none;

const char* name_of(EngineMutation mutation) { return names[static_cast<std::size_t>(mutation)]; }

}  // namespace heddle
