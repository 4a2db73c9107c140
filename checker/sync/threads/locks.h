// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/atomic.h"
#include "checker/sync/threads/context.h"

namespace heddle {

struct spinlock_t {
    std::uint32_t owner;  // 0: free; otherwise the index of the task + 1
};

inline std::uint32_t owner_id() { return current_task() + 1; }

inline bool take_if_free(std::uint32_t& word) {
    std::uint32_t free = 0;
    return shared(word).compare_exchange_strong(free, owner_id(), std::memory_order_acquire,
                                                std::memory_order_relaxed);
}

// Waiting for a lock of one's own would never end. Threads that are no task cannot be told apart.
inline void check_not_own(std::uint32_t owner, Where where) {
    if (owner == owner_id() && current_task() != no_task) {
        fail({.claim = "deadlock",
              .formula = "a task does not wait for a lock that it holds",
              .where = where});
    }
}

inline bool try_acquire(std::uint32_t& word, const char* name, Where where) {
    begin_operation(name, &word, where);
    return end_operation(take_if_free(word));
}

inline void acquire(std::uint32_t& word, const char* name, Where where) {
    begin_operation(name, &word, where);
    spin_until([&word, where] {
        const std::uint32_t owner = shared(word).load(std::memory_order_relaxed);
        check_not_own(owner, where);
        return owner == 0 && take_if_free(word);
    });
    end_operation(owner_id());
}

inline void release(std::uint32_t& word, const char* name, Where where) {
    begin_operation(name, &word, where);
    const std::uint32_t owner = shared(word).load(std::memory_order_relaxed);
    if (owner != owner_id()) {
        fail({.claim = "unlock",
              .formula = "a lock is released by the task that took it",
              .left = owner,
              .right = owner_id(),
              .where = where});
    }
    end_operation(0);
    shared(word).store(0, std::memory_order_release);
}

inline bool spin_is_held(const spinlock_t* lock) {
    return shared(lock->owner).load(std::memory_order_relaxed) == owner_id();
}

inline bool spin_is_locked(const spinlock_t* lock) {
    return shared(lock->owner).load(std::memory_order_relaxed) != 0;
}

inline void spin_lock(spinlock_t* lock, Where where = Where::here()) {
    preempt_disable(where);
    acquire(lock->owner, "spin_lock", where);
}

inline void spin_lock_nested(spinlock_t* lock, unsigned, Where where = Where::here()) {
    preempt_disable(where);
    acquire(lock->owner, "spin_lock_nested", where);
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

inline void spin_unlock_wait(spinlock_t* lock, Where where = Where::here()) {
    begin_operation("spin_unlock_wait", lock, where);
    check_not_own(shared(lock->owner).load(std::memory_order_relaxed), where);
    spin_until([lock] { return shared(lock->owner).load(std::memory_order_acquire) == 0; });
    end_operation(0);
}

inline void spin_lock_irq(spinlock_t* lock, Where where = Where::here()) {
    if (irqs_disabled()) {
        fail({.claim = "context",
              .formula = "spin_lock_irq() is entered with interrupts on (rule L2)",
              .where = where});
    }
    local_irq_disable(where);
    preempt_disable(where);
    acquire(lock->owner, "spin_lock_irq", where);
}

inline void spin_unlock_irq(spinlock_t* lock, Where where = Where::here()) {
    release(lock->owner, "spin_unlock_irq", where);
    local_irq_enable(where);
    preempt_enable(where);
}

inline void spin_lock_irqsave(spinlock_t* lock, unsigned long& flags, Where where = Where::here()) {
    local_irq_save(flags, where);
    preempt_disable(where);
    acquire(lock->owner, "spin_lock_irqsave", where);
}

inline void spin_unlock_irqrestore(spinlock_t* lock, unsigned long flags,
                                   Where where = Where::here()) {
    release(lock->owner, "spin_unlock_irqrestore", where);
    local_irq_restore(flags, where);
    preempt_enable(where);
}

}  // namespace heddle
