// SPDX-License-Identifier: Apache-2.0
// Locks whose waiters sleep: a bit of a flag word (the page lock), mutex, rw_semaphore.
#pragma once

#include "checker/sync/checked/bitops.h"
#include "checker/sync/checked/locks.h"

namespace heddle {

// Takes a lock bit, sleeping while somebody has it. Source: wait_on_bit_lock() (v4.8).
inline void wait_on_bit_lock(unsigned long* word, unsigned nr, Where where = Where::here()) {
    might_sleep(where);
    Operation operation = on_bit(nr, operation_on(*word, OperationKind::acquire, Ordering::acquire,
                                                  "wait_on_bit_lock", where));
    operation.blocked_by = bit_mask(nr);
    operation.may_sleep = true;
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return;
    }
    announce(operation);
    *word |= bit_mask(nr);
    hold({.object = word, .bits = bit_mask(nr), .where = where});
}

// Takes a lock bit if nobody has it; returns the old bit, true meaning somebody had.
inline bool test_and_set_bit_lock(unsigned nr, unsigned long* word, Where where = Where::here()) {
    const Operation operation = on_bit(
        nr,
        operation_on(*word, OperationKind::rmw, Ordering::acquire, "test_and_set_bit_lock", where));
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return false;
    }
    announce(operation);
    const bool old = (*word & bit_mask(nr)) != 0;
    *word |= bit_mask(nr);
    observe(old);
    if (!old) {
        hold({.object = word, .bits = bit_mask(nr), .waited = false, .where = where});
    }
    return old;
}

// Gives a lock bit back and wakes those who wait for it. The owner need not be the caller.
inline void clear_bit_unlock(unsigned nr, unsigned long* word, Where where = Where::here()) {
    const Operation operation = on_bit(
        nr,
        operation_on(*word, OperationKind::release, Ordering::release, "clear_bit_unlock", where));
    if (lock_was_dropped(operation, operation.bits)) {
        return;
    }
    announce(operation);
    *word &= ~bit_mask(nr);
    unhold(word, bit_mask(nr));
}

// The same as a load and a store of the whole word, for a word that nobody else writes to.
inline void __clear_bit_unlock(unsigned nr, unsigned long* word, Where where = Where::here()) {
    __clear_bit(nr, word, where);
    unhold(word, bit_mask(nr));
}

// The running task has set the lock bit by a store, in a word whose lock nobody can want yet. No
// operation.
inline void bit_lock_is_born(unsigned nr, const unsigned long* word, Where where = Where::here()) {
    hold({.object = word, .bits = bit_mask(nr), .waited = false, .where = where});
}

// True if the running task holds the lock bit. For rules; no operation.
inline bool bit_lock_is_held(unsigned nr, const unsigned long* word) {
    return holds(word, bit_mask(nr));
}

// Sleeps while the bit is set, and takes nothing. Orders nothing (v4.8).
inline void wait_on_bit(unsigned long* word, unsigned nr, Where where = Where::here()) {
    might_sleep(where);
    Operation operation =
        on_bit(nr, operation_on(*word, OperationKind::wait, Ordering::none, "wait_on_bit", where));
    operation.blocked_by = bit_mask(nr);
    operation.may_sleep = true;
    if (mutation_of(operation, only(Rule::skip)) == Rule::none) {
        announce(operation);
    }
}

struct mutex {
    std::uint32_t owner;  // 0: free; otherwise the index of the task + 1
};

inline void mutex_lock(struct mutex* lock, Where where = Where::here()) {
    might_sleep(where);
    acquire(lock->owner, true, "mutex_lock", where);
}

inline bool mutex_trylock(struct mutex* lock, Where where = Where::here()) {
    return try_acquire(lock->owner, "mutex_trylock", where);
}

inline void mutex_unlock(struct mutex* lock, Where where = Where::here()) {
    release(lock->owner, "mutex_unlock", where);
}

struct rw_semaphore {
    std::uint32_t writer;   // 0: none; otherwise the index of the task + 1
    std::uint32_t readers;  // tasks that hold it for reading
};

constexpr std::uint64_t rwsem_writer_bits = 0xffffffffU;
constexpr std::uint64_t rwsem_reader_bits = rwsem_writer_bits << 32;

// True if anybody holds the semaphore, if the running task holds it for writing, for reading. For
// rules and assertions; no operation.
inline bool rwsem_is_locked(const struct rw_semaphore* sem) {
    return sem->writer != 0 || sem->readers != 0;
}
inline bool rwsem_is_writer(const struct rw_semaphore* sem) { return sem->writer == owner_id(); }
inline bool rwsem_is_reader(const struct rw_semaphore* sem) {
    return sem->readers != 0 && holds(sem, rwsem_reader_bits);
}

inline Operation rwsem_operation(const struct rw_semaphore& sem, OperationKind kind,
                                 std::uint64_t blocked_by, const char* name, Where where) {
    const bool takes = kind != OperationKind::release;
    Operation operation =
        operation_on(sem, kind, takes ? Ordering::acquire : Ordering::release, name, where);
    operation.blocked_by = blocked_by;
    operation.may_sleep = kind == OperationKind::acquire;
    return operation;
}

// The operation of one reader of several.
inline Operation shared(Operation operation) {
    operation.shared = true;
    return operation;
}

inline void down_read(struct rw_semaphore* sem, Where where = Where::here()) {
    might_sleep(where);
    const Operation operation = shared(
        rwsem_operation(*sem, OperationKind::acquire, rwsem_writer_bits, "down_read", where));
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return;
    }
    announce(operation);
    ++sem->readers;
    hold({.object = sem, .bits = rwsem_reader_bits, .shared = true, .where = where});
}

inline bool down_read_trylock(struct rw_semaphore* sem, Where where = Where::here()) {
    Operation operation = rwsem_operation(*sem, OperationKind::rmw, 0, "down_read_trylock", where);
    operation.refused_by = rwsem_writer_bits;
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return true;
    }
    announce(operation);
    const bool taken = sem->writer == 0;
    observe(taken);
    if (taken) {
        ++sem->readers;
        hold({.object = sem,
              .bits = rwsem_reader_bits,
              .shared = true,
              .waited = false,
              .where = where});
    }
    return taken;
}

inline void up_read(struct rw_semaphore* sem, Where where = Where::here()) {
    const Operation operation =
        shared(rwsem_operation(*sem, OperationKind::release, 0, "up_read", where));
    if (lock_was_dropped(operation, rwsem_reader_bits)) {
        return;
    }
    announce(operation);
    if (!holds(sem, rwsem_reader_bits)) {
        fail({.claim = "unlock",
              .formula = "up_read() is called by a reader",
              .object = sem,
              .where = where});
    }
    --sem->readers;
    unhold(sem, rwsem_reader_bits);
}

inline void down_write(struct rw_semaphore* sem, Where where = Where::here()) {
    might_sleep(where);
    const Operation operation = rwsem_operation(
        *sem, OperationKind::acquire, rwsem_writer_bits | rwsem_reader_bits, "down_write", where);
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return;
    }
    announce(operation);
    sem->writer = owner_id();
    hold({.object = sem, .bits = rwsem_writer_bits, .where = where});
}

// See spin_lock_nested().
inline void down_write_nested(struct rw_semaphore* sem, unsigned subclass,
                              Where where = Where::here()) {
    might_sleep(where);
    const Operation operation =
        rwsem_operation(*sem, OperationKind::acquire, rwsem_writer_bits | rwsem_reader_bits,
                        "down_write_nested", where);
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return;
    }
    announce(operation);
    sem->writer = owner_id();
    hold({.object = sem, .bits = rwsem_writer_bits, .subclass = subclass, .where = where});
}

inline bool down_write_trylock(struct rw_semaphore* sem, Where where = Where::here()) {
    Operation operation = rwsem_operation(*sem, OperationKind::rmw, 0, "down_write_trylock", where);
    operation.refused_by = rwsem_writer_bits | rwsem_reader_bits;
    if (mutation_of(operation, rules_of_locks) != Rule::none) {
        return true;
    }
    announce(operation);
    const bool taken = sem->writer == 0 && sem->readers == 0;
    observe(taken);
    if (taken) {
        sem->writer = owner_id();
        hold({.object = sem, .bits = rwsem_writer_bits, .waited = false, .where = where});
    }
    return taken;
}

inline void check_writer(const struct rw_semaphore* sem, Where where) {
    if (sem->writer != owner_id()) {
        fail({.claim = "unlock",
              .formula = "a semaphore held for writing is given back by its writer",
              .left = sem->writer,
              .right = owner_id(),
              .object = sem,
              .where = where});
    }
}

inline void up_write(struct rw_semaphore* sem, Where where = Where::here()) {
    const Operation operation = rwsem_operation(*sem, OperationKind::release, 0, "up_write", where);
    if (lock_was_dropped(operation, rwsem_writer_bits)) {
        return;
    }
    announce(operation);
    check_writer(sem, where);
    sem->writer = 0;
    unhold(sem, rwsem_writer_bits);
}

// From writer to reader without letting another writer in between.
inline void downgrade_write(struct rw_semaphore* sem, Where where = Where::here()) {
    const Operation operation =
        rwsem_operation(*sem, OperationKind::release, 0, "downgrade_write", where);
    if (lock_was_dropped(operation, rwsem_writer_bits)) {
        return;
    }
    announce(operation);
    check_writer(sem, where);
    sem->writer = 0;
    sem->readers = 1;
    unhold(sem, rwsem_writer_bits);
    hold({.object = sem,
          .bits = rwsem_reader_bits,
          .shared = true,
          .waited = false,
          .where = where});
}

}  // namespace heddle
