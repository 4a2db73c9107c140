// SPDX-License-Identifier: Apache-2.0
// Spin locks. As in the kernel preemption (and interrupts, in the irq forms) go off before the
// lock is waited for. Source: include/linux/spinlock_api_smp.h (v4.8).
#pragma once

#include "checker/sync/checked/atomic.h"
#include "checker/sync/checked/context.h"

namespace heddle {

struct spinlock_t {
    std::uint32_t owner;  // 0: free; otherwise the index of the task + 1
};

// Free, as a zeroed one is.
inline void spin_lock_init(spinlock_t* lock) { lock->owner = 0; }

inline std::uint32_t owner_id() { return current_task() + 1; }

// The word of a lock as the engine sees it.
inline Operation lock_operation(const std::uint32_t& word, OperationKind kind, const char* name,
                                Where where) {
    const bool acquires = kind == OperationKind::acquire;
    Operation operation =
        operation_on(word, kind, acquires ? Ordering::acquire : Ordering::release, name, where);
    operation.bits = 0xffffffffU;
    operation.blocked_by = acquires ? operation.bits : 0;
    return operation;
}

inline void acquire(std::uint32_t& word, bool may_sleep, const char* name, Where where,
                    unsigned subclass = 0) {
    Operation operation = lock_operation(word, OperationKind::acquire, name, where);
    operation.may_sleep = may_sleep;
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return;
    }
    announce(operation);
    word = owner_id();
    hold({.object = &word, .bits = operation.bits, .subclass = subclass, .where = where});
}

inline bool try_acquire(std::uint32_t& word, const char* name, Where where) {
    Operation operation = operation_on(word, OperationKind::rmw, Ordering::acquire, name, where);
    operation.refused_by = 0xffffffffU;
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return true;
    }
    announce(operation);
    const bool taken = word == 0;
    observe(taken);
    if (taken) {
        word = owner_id();
        hold({.object = &word, .bits = 0xffffffffU, .waited = false, .where = where});
    }
    return taken;
}

inline void release(std::uint32_t& word, const char* name, Where where) {
    const Operation operation = lock_operation(word, OperationKind::release, name, where);
    if (lock_was_dropped(operation, operation.bits)) {
        return;
    }
    announce(operation);
    if (word != owner_id()) {
        fail({.claim = "unlock",
              .formula = "a lock is released by the task that took it",
              .left = word,
              .right = owner_id(),
              .object = &word,
              .where = where});
    }
    word = 0;
    unhold(&word, operation.bits);
}

// True if the running task holds the lock.
inline bool spin_is_held(const spinlock_t* lock) { return lock->owner == owner_id(); }

// True if anybody holds the lock. For claims; no operation.
inline bool spin_is_locked(const spinlock_t* lock) { return lock->owner != 0; }

inline void spin_lock(spinlock_t* lock, Where where = Where::here()) {
    preempt_disable(where);
    acquire(lock->owner, false, "spin_lock", where);
}

// For a lock taken while one of its class is held, in an order that something else makes safe: the
// rules about the order of locks see another class. `subclass` is 1 to 7.
inline void spin_lock_nested(spinlock_t* lock, unsigned subclass, Where where = Where::here()) {
    preempt_disable(where);
    acquire(lock->owner, false, "spin_lock_nested", where, subclass);
}

inline bool spin_trylock(spinlock_t* lock, Where where = Where::here()) {
    preempt_disable(where);
    const bool taken = try_acquire(lock->owner, "spin_trylock", where);
    if (!taken) {
        preempt_enable(where);
    }
    return taken;
}

inline void spin_unlock(spinlock_t* lock, Where where = Where::here()) {
    release(lock->owner, "spin_unlock", where);
    preempt_enable(where);
}

// Spins while anybody holds the lock, and takes nothing.
inline void spin_unlock_wait(spinlock_t* lock, Where where = Where::here()) {
    Operation operation =
        lock_operation(lock->owner, OperationKind::acquire, "spin_unlock_wait", where);
    operation.kind = OperationKind::wait;
    if (mutation_of(operation, only(Rule::skip)) == Rule::none) {
        announce(operation);
    }
}

// To be entered with interrupts on: spin_unlock_irq() turns them on whatever they were (rule L2).
inline void spin_lock_irq(spinlock_t* lock, Where where = Where::here()) {
    if (irqs_disabled()) {
        fail({.claim = "context",
              .formula = "spin_lock_irq() is entered with interrupts on (rule L2)",
              .object = lock,
              .where = where});
    }
    local_irq_disable(where);
    preempt_disable(where);
    acquire(lock->owner, false, "spin_lock_irq", where);
}

inline void spin_unlock_irq(spinlock_t* lock, Where where = Where::here()) {
    release(lock->owner, "spin_unlock_irq", where);
    local_irq_enable(where);
    preempt_enable(where);
}

inline void spin_lock_irqsave(spinlock_t* lock, unsigned long& flags, Where where = Where::here()) {
    local_irq_save(flags, where);
    preempt_disable(where);
    acquire(lock->owner, false, "spin_lock_irqsave", where);
}

inline void spin_unlock_irqrestore(spinlock_t* lock, unsigned long flags,
                                   Where where = Where::here()) {
    release(lock->owner, "spin_unlock_irqrestore", where);
    local_irq_restore(flags, where);
    preempt_enable(where);
}

}  // namespace heddle
