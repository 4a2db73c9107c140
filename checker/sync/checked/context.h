// SPDX-License-Identifier: Apache-2.0
// Preemption and interrupts of the own CPU.
#pragma once

#include "checker/sync/operation.h"
#include "checker/sync/task_state.h"

namespace heddle {

// True while the running task can be neither preempted nor may sleep.
inline bool in_atomic() {
    const TaskState& state = current_state();
    return state.preempt_count > 0 || state.irqs_off || state.in_interrupt;
}

inline void mask_operation(const char* name, Where where) {
    if (cpu_is_shared()) {
        Operation operation;
        operation.kind = OperationKind::mask;
        operation.name = name;
        operation.where = where;
        announce(operation);
    }
}

// Until the matching preempt_enable() no other task runs on this CPU; interrupts do. Nests.
inline void preempt_disable(Where where = Where::here()) {
    if (!in_atomic()) {
        mask_operation("preempt_disable", where);
    }
    ++current_state().preempt_count;
}

inline void preempt_enable(Where where = Where::here()) {
    if (current_state().preempt_count == 0) {
        fail({.claim = "context",
              .formula = "preempt_enable() pairs with a preempt_disable()",
              .where = where});
    }
    --current_state().preempt_count;
}

inline bool irqs_disabled() { return current_state().irqs_off; }

inline bool in_interrupt() { return current_state().in_interrupt; }

// A violation with interrupts off: the caller goes on to turn them on, whether or not it gets that
// far this time (rule L2). Source: include/linux/lockdep.h (v4.16).
inline void lockdep_assert_irqs_enabled(Where where = Where::here()) {
    if (irqs_disabled() && current_task() != no_task) {
        fail({.claim = "context",
              .formula = "what ends with spin_unlock_irq() is entered with interrupts on (rule L2)",
              .where = where});
    }
}

// Until local_irq_enable() no interrupt and no other task runs on this CPU. Does not nest.
inline void local_irq_disable(Where where = Where::here()) {
    if (!irqs_disabled()) {
        mask_operation("local_irq_disable", where);
    }
    current_state().irqs_off = true;
}

// A violation while interrupts are on already: the caller would turn them on under somebody who
// relies on their being off (rule L2).
inline void local_irq_enable(Where where = Where::here()) {
    if (!irqs_disabled()) {
        fail({.claim = "context",
              .formula = "local_irq_enable() runs with interrupts off",
              .where = where});
    }
    current_state().irqs_off = false;
    if (current_state().locks_held > 0) {
        irqs_on_with_locks_held(where);
    }
}

// As local_irq_disable(), and nests: `flags` keeps what local_irq_restore() goes back to.
inline void local_irq_save(unsigned long& flags, Where where = Where::here()) {
    flags = irqs_disabled() ? 1 : 0;
    local_irq_disable(where);
}

inline void local_irq_restore(unsigned long flags, Where where = Where::here()) {
    if (flags == 0) {
        local_irq_enable(where);
    }
}

// A violation in atomic context. Every operation that may wait by giving up the CPU calls it.
inline void might_sleep(Where where = Where::here()) {
    if (in_atomic() && current_task() != no_task) {
        fail({.claim = "sleeping-while-atomic",
              .formula = "nothing sleeps with preemption or interrupts off (rule L3)",
              .left = current_state().preempt_count,
              .right = current_state().irqs_off ? 1U : 0U,
              .where = where});
    }
}

// The number of the CPU. A violation while the task could be moved to another.
inline unsigned smp_processor_id(Where where = Where::here()) {
    if (!in_atomic() && current_task() != no_task) {
        fail({.claim = "context",
              .formula = "smp_processor_id() is asked with preemption off",
              .where = where});
    }
    return current_cpu();
}

}  // namespace heddle
