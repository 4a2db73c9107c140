// SPDX-License-Identifier: Apache-2.0
// The engine's side of the facade: what checker/sync declares and an execution answers.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cassert>

#include "checker/execution_state.h"

namespace heddle {

namespace {

TaskState state_outside_tasks;
unsigned cpu_outside_tasks = 0;

void extend(History& history, std::uint64_t value) {
    const std::uint64_t seen[3] = {history.low, history.high, value};
    const XXH128_hash_t hash = XXH3_128bits(seen, sizeof(seen));
    history.low = hash.low64;
    history.high = hash.high64;
}

}  // namespace

std::uint16_t announce(const Operation& operation) {
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
    return execution->suspend(operation);
}

void observe(std::uint64_t value) {
    if (current_task() != no_task) {
        extend(current_execution->histories[current_task()], value);
    }
}

void forget(std::uint64_t live) {
    if (current_task() != no_task) {
        History& history = current_execution->histories[current_task()];
        const TaskState& state = current_state();
        history = {};
        extend(history, live);
        extend(history, state.preempt_count * 4U + state.irqs_off * 2U + state.in_interrupt);
    }
}

void fail(const Failure& failure) {
    Execution::Implementation* execution = current_execution;
    assert(execution != nullptr && execution->on_fiber && "a world is built without a violation");
    execution->failure = failure;
    execution->failed_task = current_task();
    // The operation lay in a frame that may be gone by now: nobody must look at it any more.
    execution->controls[execution->running].pending = nullptr;
    execution->leave_fiber();
    __builtin_unreachable();
}

unsigned current_task() {
    const Execution::Implementation* execution = current_execution;
    return execution == nullptr || execution->running == execution->tasks ? no_task
                                                                          : execution->running;
}

TaskState& current_state() {
    const unsigned task = current_task();
    return task == no_task ? state_outside_tasks : current_execution->controls[task].state;
}

unsigned current_cpu() {
    const unsigned task = current_task();
    return task == no_task ? cpu_outside_tasks : current_execution->setup->tasks()[task].cpu;
}

void set_cpu(unsigned cpu) { cpu_outside_tasks = cpu; }

unsigned nr_cpus() {
    return current_execution == nullptr ? cpus_max : current_execution->setup->cpus();
}

bool cpu_is_shared() {
    return current_task() != no_task && current_execution->cpu_shared[current_cpu()];
}

void* world_root() { return current_execution->setup->root(); }

}  // namespace heddle
