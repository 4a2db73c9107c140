// SPDX-License-Identifier: Apache-2.0
// Preemption and interrupts of the simulated CPU: threads of a CPU exclude each other by its two
// locks. Real threads run in parallel where the kernel's tasks of one CPU would take turns.
#pragma once

#include "checker/sync/threads/bug.h"
#include "checker/sync/threads/cpu.h"

namespace heddle {

inline bool irqs_disabled() { return thread_state.irqs_off; }
inline bool in_interrupt() { return thread_state.in_interrupt; }

inline bool in_atomic() {
    return thread_state.preempt_count > 0 || irqs_disabled() || in_interrupt();
}

inline void mask(SimpleLock& lock, const char* name, Where where) {
    begin_operation(name, nullptr, where);
    lock.lock();
    end_operation(0);
}

inline void preempt_disable(Where where = Where::here()) {
    // A handler interrupts whoever has preemption off, so it does not wait for him.
    if (thread_state.preempt_count++ == 0 && !in_interrupt()) {
        mask(simulated_cpus[thread_state.cpu].preemption, "preempt_disable", where);
    }
}

inline void preempt_enable(Where where = Where::here()) {
    if (thread_state.preempt_count == 0) {
        fail({.claim = "context",
              .formula = "preempt_enable() pairs with a preempt_disable()",
              .where = where});
    }
    if (--thread_state.preempt_count == 0 && !in_interrupt()) {
        simulated_cpus[thread_state.cpu].preemption.unlock();
    }
}

inline void lockdep_assert_irqs_enabled(Where where = Where::here()) {
    if (irqs_disabled() && current_task() != no_task) {
        fail({.claim = "context",
              .formula = "what ends with spin_unlock_irq() is entered with interrupts on (rule L2)",
              .where = where});
    }
}

inline void local_irq_disable(Where where = Where::here()) {
    if (!irqs_disabled()) {
        // In this order everywhere: no thread waits for preemption with interrupts off.
        preempt_disable(where);
        if (!in_interrupt()) {
            mask(simulated_cpus[thread_state.cpu].interrupts, "local_irq_disable", where);
        }
        thread_state.irqs_off = true;
    }
}

inline void local_irq_enable(Where where = Where::here()) {
    if (!irqs_disabled()) {
        fail({.claim = "context",
              .formula = "local_irq_enable() runs with interrupts off",
              .where = where});
    }
    thread_state.irqs_off = false;
    if (!in_interrupt()) {
        simulated_cpus[thread_state.cpu].interrupts.unlock();
    }
    preempt_enable(where);
}

inline void local_irq_save(unsigned long& flags, Where where = Where::here()) {
    flags = irqs_disabled() ? 1 : 0;
    local_irq_disable(where);
}

inline void local_irq_restore(unsigned long flags, Where where = Where::here()) {
    if (flags == 0) {
        local_irq_enable(where);
    }
}

inline void might_sleep(Where where = Where::here()) {
    if (in_atomic() && current_task() != no_task) {
        fail({.claim = "sleeping-while-atomic",
              .formula = "nothing sleeps with preemption or interrupts off (rule L3)",
              .where = where});
    }
}

inline unsigned smp_processor_id(Where where = Where::here()) {
    if (!in_atomic() && current_task() != no_task) {
        fail({.claim = "context",
              .formula = "smp_processor_id() is asked with preemption off",
              .where = where});
    }
    return current_cpu();
}

}  // namespace heddle
