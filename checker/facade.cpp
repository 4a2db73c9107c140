// SPDX-License-Identifier: Apache-2.0
// The engine's side of the facade: what checker/sync declares and an execution answers.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cassert>

#include "checker/engine_mutations.h"
#include "checker/execution_state.h"

namespace heddle {

namespace {

TaskState state_outside_tasks;
unsigned cpu_outside_tasks = 0;
Operation operation_outside_tasks;

}  // namespace

void extend(History& history, std::uint64_t value) {
    if (engine_mutated(EngineMutation::observations_in_any_order)) {
        history.low += value * 0x9e3779b97f4a7c15ULL;
        return;
    }
    const std::uint64_t seen[3] = {history.low, history.high, value};
    const XXH128_hash_t hash = XXH3_128bits(seen, sizeof(seen));
    history.low = hash.low64;
    history.high = hash.high64;
}

Running running_now = {.state = &state_outside_tasks};
Operation* next_operation = &operation_outside_tasks;

void run_as(unsigned task, TaskState& state, Operation& next) {
    running_now.task = task;
    running_now.state = &state;
    next_operation = &next;
}

void run_as_nobody() { run_as(no_task, state_outside_tasks, operation_outside_tasks); }

std::uint16_t announce_next() {
    const Operation& operation = *next_operation;
    Execution::Implementation* execution = current_execution;
    if (execution == nullptr || !execution->on_fiber) {
        return 0;
    }
    if (execution->running == execution->tasks) {
        if (execution->is_blocked(operation)) {
            fail({.claim = "deadlock",
                  .formula = "the epilogue finds every lock free",
                  .object = operation.object,
                  .where = operation.where});
        }
        return 0;
    }
    return execution->suspend();
}

void note_ghost_state() {
    Execution::Implementation* execution = current_execution;
    if (current_task() != no_task && !execution->ghosts_are_known &&
        !engine_mutated(EngineMutation::ghosts_reduced)) {
        execution->ghosts_are_known = true;
        execution->reductions_are_wrong = execution->local_numbers != LocalNumbers::off;
    }
}

void observe(std::uint64_t value) {
    if (current_task() != no_task && !engine_mutated(EngineMutation::observation_lost)) {
        extend(current_execution->histories[current_task()], value);
    }
}

void observe_bytes(const void* object, std::size_t bytes) {
    if (!engine_mutated(EngineMutation::guarded_not_observed)) {
        observe(XXH3_64bits(object, bytes));
    }
}

void forget(std::uint64_t live) {
    if (current_task() != no_task) {
        do_what_is_held_back();
        History& history = current_execution->histories[current_task()];
        const TaskState& state = current_state();
        const std::uint64_t context =
            state.preempt_count * 4U + state.irqs_off * 2U + state.in_interrupt;
        if (!engine_mutated(EngineMutation::forget_keeps_what_was_seen)) {
            history = {};
        }
        if (!engine_mutated(EngineMutation::forget_goes_on_watching)) {
            current_execution->controls[current_task()].watched = {};
        }
        extend(history, engine_mutated(EngineMutation::forget_loses_what_lives) ? 0 : live);
        extend(history, engine_mutated(EngineMutation::forget_loses_context) ? 0 : context);
    }
}

void wait_for_change(const char* name, Where where) {
    if (current_task() == no_task) {
        return;
    }
    const std::uint64_t task_bit = std::uint64_t{1} << current_task();
    if ((current_execution->relaxing_tasks & task_bit) == 0) {
        current_execution->relaxing_tasks |= task_bit;
        current_execution->reductions_are_wrong =
            current_execution->local_numbers == LocalNumbers::merge;
    }
    WatchedWords& watched = current_execution->controls[current_task()].watched;
    Operation operation;
    operation.kind = OperationKind::wait;
    operation.watched = &watched;
    operation.name = name;
    operation.where = where;
    announce(operation);
    watched = {};
}

void fail(const Failure& failure) {
    Execution::Implementation* execution = current_execution;
    assert(execution != nullptr && execution->on_fiber && "a world is built without a violation");
    execution->failure = failure;
    execution->failed_task = current_task();
    execution->end_fiber();
}

unsigned current_cpu() {
    const unsigned task = current_task();
    return task == no_task ? cpu_outside_tasks : current_execution->setup->tasks()[task].cpu;
}

void set_cpu(unsigned cpu) { cpu_outside_tasks = cpu; }

bool cpu_is_shared() {
    return current_task() != no_task &&
           (current_execution->on_shared_cpu >> current_task() & 1) != 0;
}

}  // namespace heddle
