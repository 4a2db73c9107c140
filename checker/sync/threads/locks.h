// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/atomic.h"
#include "checker/sync/threads/context.h"
#include "checker/sync/threads/lock_kinds.h"

namespace heddle {

struct spinlock_t;

// Told when a lock that has one is taken and given back, by the thread that does it.
struct LockMeter {
    std::uint64_t (*waits)();  // before the wait; `taken` gets the result
    void (*taken)(spinlock_t& lock, std::uint64_t since);  // the lock is held
    void (*gives_back)(spinlock_t& lock);                  // the same
};

struct spinlock_t {
    std::uint32_t owner;     // 0: free; otherwise the index of the task + 1. Of test_and_set
    LockBody body;           // of the other kinds
    const LockMeter* meter;  // null: nobody measures
    // The meter's own, which the lock guards. Here they cost no cache line of their own.
    std::uint32_t last;
    std::uint32_t times_taken;
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

inline void spin_lock_init(spinlock_t* lock) {
    lock->owner = 0;
    init_body(lock->body);
}

inline bool spin_is_held(const spinlock_t* lock) {
    if (lock_kind == LockKind::test_and_set) {
        return shared(lock->owner).load(std::memory_order_relaxed) == owner_id();
    }
    return thread_state.holds(lock);
}

inline bool spin_is_locked(const spinlock_t* lock) {
    if (lock_kind == LockKind::test_and_set) {
        return shared(lock->owner).load(std::memory_order_relaxed) != 0;
    }
    LockBody& body = const_cast<LockBody&>(lock->body);
    const bool was_free = trylock_body(body);
    if (was_free) {
        unlock_body(body);
    }
    return !was_free;
}

inline void take(spinlock_t* lock, const char* name, Where where) {
    const std::uint64_t since = lock->meter == nullptr ? 0 : lock->meter->waits();
    if (lock_kind == LockKind::test_and_set) {
        acquire(lock->owner, name, where);
    } else {
        check_not_own(thread_state.holds(lock) ? owner_id() : 0, where);
        lock_body(lock->body);
        thread_state.hold(lock);
    }
    if (lock->meter != nullptr) {
        lock->meter->taken(*lock, since);
    }
}

inline bool try_take(spinlock_t* lock, const char* name, Where where) {
    const std::uint64_t since = lock->meter == nullptr ? 0 : lock->meter->waits();
    if (lock_kind == LockKind::test_and_set) {
        if (!try_acquire(lock->owner, name, where)) {
            return false;
        }
    } else {
        if (!trylock_body(lock->body)) {
            return false;
        }
        thread_state.hold(lock);
    }
    if (lock->meter != nullptr) {
        lock->meter->taken(*lock, since);
    }
    return true;
}

inline void give_back(spinlock_t* lock, const char* name, Where where) {
    if (lock->meter != nullptr) {
        lock->meter->gives_back(*lock);
    }
    if (lock_kind == LockKind::test_and_set) {
        release(lock->owner, name, where);
        return;
    }
    if (!thread_state.unhold(lock)) {
        fail({.claim = "unlock",
              .formula = "a lock is released by the task that took it",
              .where = where});
    }
    unlock_body(lock->body);
}

inline void spin_lock(spinlock_t* lock, Where where = Where::here()) {
    preempt_disable(where);
    take(lock, "spin_lock", where);
}

inline void spin_lock_nested(spinlock_t* lock, unsigned, Where where = Where::here()) {
    preempt_disable(where);
    take(lock, "spin_lock_nested", where);
}

inline bool spin_trylock(spinlock_t* lock, Where where = Where::here()) {
    preempt_disable(where);
    const bool taken = try_take(lock, "spin_trylock", where);
    if (!taken) {
        preempt_enable(where);
    }
    return taken;
}

inline void spin_unlock(spinlock_t* lock, Where where = Where::here()) {
    give_back(lock, "spin_unlock", where);
    preempt_enable(where);
}

inline void spin_unlock_wait(spinlock_t* lock, Where where = Where::here()) {
    begin_operation("spin_unlock_wait", lock, where);
    check_not_own(spin_is_held(lock) ? owner_id() : 0, where);
    spin_until([lock] { return !spin_is_locked(lock); });
    std::atomic_thread_fence(std::memory_order_acquire);
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
    take(lock, "spin_lock_irq", where);
}

inline void spin_unlock_irq(spinlock_t* lock, Where where = Where::here()) {
    give_back(lock, "spin_unlock_irq", where);
    local_irq_enable(where);
    preempt_enable(where);
}

inline void spin_lock_irqsave(spinlock_t* lock, unsigned long& flags, Where where = Where::here()) {
    local_irq_save(flags, where);
    preempt_disable(where);
    take(lock, "spin_lock_irqsave", where);
}

inline void spin_unlock_irqrestore(spinlock_t* lock, unsigned long flags,
                                   Where where = Where::here()) {
    give_back(lock, "spin_unlock_irqrestore", where);
    local_irq_restore(flags, where);
    preempt_enable(where);
}

}  // namespace heddle
