// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/bitops.h"
#include "checker/sync/threads/locks.h"

namespace heddle {

// Whether the bit was set before.
inline bool set_for_lock(unsigned nr, unsigned long* word) {
    return (shared(*word).fetch_or(bit_mask(nr), std::memory_order_acquire) & bit_mask(nr)) != 0;
}

inline bool is_set(unsigned nr, const unsigned long* word) {
    return (shared(*word).load(std::memory_order_relaxed) & bit_mask(nr)) != 0;
}

inline bool test_and_set_bit_lock(unsigned nr, unsigned long* word, Where where = Where::here()) {
    begin_operation("test_and_set_bit_lock", word, where);
    return end_operation(set_for_lock(nr, word));
}

inline void wait_on_bit_lock(unsigned long* word, unsigned nr, Where where = Where::here()) {
    might_sleep(where);
    begin_operation("wait_on_bit_lock", word, where);
    spin_until([=] { return !is_set(nr, word) && !set_for_lock(nr, word); });
    end_operation(1);
}

inline void clear_bit_unlock(unsigned nr, unsigned long* word, Where where = Where::here()) {
    begin_operation("clear_bit_unlock", word, where);
    end_operation(0);
    shared(*word).fetch_and(~bit_mask(nr), std::memory_order_release);
}

inline void __clear_bit_unlock(unsigned nr, unsigned long* word, Where where = Where::here()) {
    load_and_store(word, ~bit_mask(nr), 0, "__clear_bit_unlock", where);
}

inline void bit_lock_is_born(unsigned, const unsigned long*, Where = Where::here()) {}

// Threads do not remember who holds a bit.
inline bool bit_lock_is_held(unsigned nr, const unsigned long* word) { return is_set(nr, word); }

inline void wait_on_bit(unsigned long* word, unsigned nr, Where where = Where::here()) {
    might_sleep(where);
    begin_operation("wait_on_bit", word, where);
    spin_until([=] { return !is_set(nr, word); });
    end_operation(0);
}

struct mutex {
    std::uint32_t owner;  // 0: free; otherwise the index of the task + 1
};

inline void mutex_lock(struct mutex* lock, Where where = Where::here()) {
    might_sleep(where);
    acquire(lock->owner, "mutex_lock", where);
}

inline bool mutex_trylock(struct mutex* lock, Where where = Where::here()) {
    return try_acquire(lock->owner, "mutex_trylock", where);
}

inline void mutex_unlock(struct mutex* lock, Where where = Where::here()) {
    release(lock->owner, "mutex_unlock", where);
}

struct rw_semaphore {
    std::uint32_t writer;   // 0: none; otherwise the index of the task + 1, maybe still waiting
    std::uint32_t readers;  // tasks that hold it for reading, or are about to find a writer
};

inline bool rwsem_is_locked(const struct rw_semaphore* sem) {
    return shared(sem->writer).load() != 0 || shared(sem->readers).load() != 0;
}
inline bool rwsem_is_writer(const struct rw_semaphore* sem) {
    return shared(sem->writer).load() == owner_id();
}
// Threads do not remember who reads.
inline bool rwsem_is_reader(const struct rw_semaphore* sem) {
    return shared(sem->readers).load() != 0;
}

// A reader announces itself, then looks for a writer; a writer the other way round. Both in full
// order, so that at least one sees the other.
inline bool read_if_no_writer(struct rw_semaphore* sem) {
    shared(sem->readers).fetch_add(1);
    if (shared(sem->writer).load() == 0) {
        return true;
    }
    shared(sem->readers).fetch_sub(1);
    return false;
}

inline bool down_read_trylock(struct rw_semaphore* sem, Where where = Where::here()) {
    begin_operation("down_read_trylock", sem, where);
    return end_operation(read_if_no_writer(sem));
}

inline void down_read(struct rw_semaphore* sem, Where where = Where::here()) {
    might_sleep(where);
    begin_operation("down_read", sem, where);
    spin_until([=] { return read_if_no_writer(sem); });
    end_operation(1);
}

inline void up_read(struct rw_semaphore* sem, Where where = Where::here()) {
    begin_operation("up_read", sem, where);
    if (shared(sem->readers).load() == 0) {
        fail({.claim = "unlock", .formula = "up_read() is called by a reader", .where = where});
    }
    end_operation(0);
    shared(sem->readers).fetch_sub(1);
}

inline bool down_write_trylock(struct rw_semaphore* sem, Where where = Where::here()) {
    begin_operation("down_write_trylock", sem, where);
    std::uint32_t none = 0;
    if (!shared(sem->writer).compare_exchange_strong(none, owner_id())) {
        return end_operation(false);
    }
    if (shared(sem->readers).load() == 0) {
        return end_operation(true);
    }
    shared(sem->writer).store(0);
    return end_operation(false);
}

// The writer takes its place before the readers have left. New ones find it and wait, so that
// readers that overlap cannot keep it out.
inline void take_for_writing(struct rw_semaphore* sem, const char* name, Where where) {
    might_sleep(where);
    begin_operation(name, sem, where);
    spin_until([=] {
        std::uint32_t owner = 0;
        const bool taken = shared(sem->writer).compare_exchange_strong(owner, owner_id());
        check_not_own(owner, where);
        return taken;
    });
    spin_until([=] { return shared(sem->readers).load() == 0; });
    end_operation(owner_id());
}

inline void down_write(struct rw_semaphore* sem, Where where = Where::here()) {
    take_for_writing(sem, "down_write", where);
}

inline void down_write_nested(struct rw_semaphore* sem, unsigned, Where where = Where::here()) {
    take_for_writing(sem, "down_write_nested", where);
}

inline void give_back_by_writer(struct rw_semaphore* sem, Where where) {
    if (shared(sem->writer).load() != owner_id()) {
        fail({.claim = "unlock",
              .formula = "a semaphore held for writing is given back by its writer",
              .where = where});
    }
    shared(sem->writer).store(0);
}

inline void up_write(struct rw_semaphore* sem, Where where = Where::here()) {
    begin_operation("up_write", sem, where);
    end_operation(0);
    give_back_by_writer(sem, where);
}

inline void downgrade_write(struct rw_semaphore* sem, Where where = Where::here()) {
    begin_operation("downgrade_write", sem, where);
    end_operation(1);
    shared(sem->readers).fetch_add(1);
    give_back_by_writer(sem, where);
}

}  // namespace heddle
