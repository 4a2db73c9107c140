// SPDX-License-Identifier: Apache-2.0
// Mistakes of the engine itself, each of which its tests must notice. Only in a build with
// HEDDLE_MUTATION: elsewhere the question is a constant and nothing is left of it.
#pragma once

#include <cstdint>

namespace heddle {

// Named after what goes wrong. To add one: its name here, its row in engine_mutations.cpp, and the
// question at the place where the mistake is made.
enum class EngineMutation : std::uint8_t {
    none,
    // execution.cpp, execution_marks.cpp, facade.cpp: states
    unlock_wakes_nobody,
    rewind_leaves_a_stack,
    rewind_keeps_failure,
    rewind_keeps_choices,
    rewind_keeps_world_hash,
    mark_shares_any_stack,
    fingerprint_without_heap,
    fingerprint_of_half_the_world,
    fingerprint_without_histories,
    fingerprint_without_last_task,
    observation_lost,
    observations_in_any_order,
    forget_keeps_what_was_seen,
    forget_loses_what_lives,
    forget_loses_context,
    forget_goes_on_watching,
    // execution_waits.cpp: waiting and races
    wait_looks_at_first_word,
    wait_ignores_own_writes,
    bit_watched_as_word,
    trylock_watched_as_word,
    race_with_atomic_missed,
    race_of_who_cannot_run,
    livelock_called_deadlock,
    // execution_claims.cpp: who may run, what is wrong
    blocked_by_ignored,
    preemption_off_ignored,
    irqs_off_ignored,
    deadlock_called_finished,
    busy_daemon_called_finished,
    idle_claims_not_asked,
    final_claims_not_asked,
    claims_of_moments_confused,
    broken_claim_remembered,
    lock_stays_in_hand,
    // dependence.cpp
    reads_and_writes_commute,
    set_and_clear_commute,
    adds_and_reads_commute,
    reader_and_writer_commute,
    overlap_missed,
    watcher_and_writer_commute,
    // exhaustive.cpp, partial_order.cpp, footprints.cpp
    visible_steps_hidden,
    ghosts_reduced,
    cycles_not_widened,
    learnt_too_late,
    nothing_relied_on,
    wrong_pass_kept,
    set_closed_once,
    set_without_its_cpu,
    own_objects_met_by_nobody,
    footprint_of_first_watched_word,
    footprint_without_pending,
    footprint_not_handed_back,
    // local_states.cpp and execution.cpp
    locals_of_half_the_stack,
    locals_without_context,
    locals_without_what_is_watched,
    steps_after_forget_missed,
    locals_lost_on_growth,
    // symmetry.cpp, execution_symmetry.cpp
    symmetry_moves_nothing,
    symmetry_renames_nothing,
    symmetry_leaves_histories,
    pending_not_observed,
    guarded_not_observed,
    symmetry_forgets_locks,
    // races.cpp, dpor.cpp, happens_before.h, run_tree.cpp
    races_not_reversed,
    races_of_who_waits_missed,
    races_reversed_again,
    reversal_without_its_past,
    clock_without_own_past,
    clock_without_what_it_depends_on,
    dpor_alternatives_left_out,
    dpor_plain_races_missed,
    dpor_sometimes_asked_once,
    dpor_claims_see_nothing,
    dpor_cpus_not_shared,
    dpor_waits_for_ever,
    tree_leaves_out_a_step,
    tree_keeps_last_of_tasks,
    // visited.cpp, bounded.cpp, check.cpp, sometimes.cpp, budget.cpp: searches
    visited_by_half_a_fingerprint,
    visited_loses_one_on_growth,
    visited_zero_is_empty,
    switch_from_blocked_is_preemption,
    preemptions_not_counted,
    bounded_without_last_task,
    bounded_steps_not_counted,
    bounded_cut_forgotten,
    bounded_skips_last_choice,
    first_schedule_kept,
    lock_order_before_violation,
    sometimes_never_missing,
    states_unlimited,
    // sampling.cpp
    random_takes_the_first,
    pct_priorities_stay,
    pct_priorities_in_order,
    pct_chance_without_steps,
    // liveness.cpp, fair_run.cpp
    ends_of_runs_not_asked,
    unfair_cycles_taken,
    held_up_tasks_not_served,
    closed_components_joined,
    stem_through_any_state,
    // work_board.h, worker.cpp, shared_table.cpp, shared_insert.h: several processes
    offered_work_lost,
    done_with_work_on_offer,
    offered_work_kept,
    choice_of_the_dead_not_done_again,
    reached_claims_untold,
    lock_order_untold,
    shared_table_loses_one_on_growth,
    shared_table_by_half,
    insertion_blind_to_others,
    // checkpoint.cpp, coordinator_checkpoint.cpp
    checkpoint_of_any_search,
    checkpoint_unchecked,
    checkpoint_without_counts,
    checkpoint_without_claims_reached,
    checkpoint_without_offers,
    // schedule.cpp
    schedule_run_off_by_one,
    schedule_without_alternatives,
    schedule_of_any_version,
    replay_goes_on_after_plus,
    // lock_graph.cpp, acquisitions.cpp
    order_of_innermost_only,
    trylock_waits,
    readers_wait_for_readers,
    cycles_of_two_missed,
    levels_ignored,
    irq_chains_missed,
    known_facts_not_cleared,
    lock_classes_ignored,
    end  // not one
};

// What is told of a mutation.
struct EngineMutationRow {
    const char* name;    // of the enumerator
    const char* what;    // the engine does
    const char* killer;  // a test that notices it, as GoogleTest calls it: the quickest known
};
const EngineMutationRow& row_of(EngineMutation mutation);

#ifdef HEDDLE_MUTATION

extern EngineMutation active_engine_mutation;

// Whether the engine is to make this mistake.
inline bool engine_mutated(EngineMutation mutation) { return active_engine_mutation == mutation; }

#else

constexpr bool engine_mutated(EngineMutation) { return false; }

#endif

}  // namespace heddle
