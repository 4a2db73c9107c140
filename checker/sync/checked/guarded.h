// SPDX-License-Identifier: Apache-2.0
// Plain data that a lock protects.
#pragma once

#include "checker/sync/checked/locks.h"

namespace heddle {

// A field declared with the spin lock that protects it, at no cost in bytes. `lock_of` finds the
// lock from the address of the field. An access by a task that does not hold the lock is a
// violation; because of that check an access is no operation: nobody else can look.
//
//   spinlock_t* lru_lock_of(const void* lists);
//   struct lruvec { guarded<struct lru_lists, lru_lock_of> lists; };
template <class T, spinlock_t* (*lock_of)(const void*)>
struct guarded {
    T value;

    // The data; the running task must hold the lock. Building a world needs no lock.
    T& locked(Where where = Where::here()) {
        const spinlock_t* lock = lock_of(this);
        if (current_task() != no_task && !spin_is_held(lock)) {
            fail({.claim = "guarded-by",
                  .formula = "guarded data is accessed by the holder of its lock",
                  .left = lock->owner,
                  .right = owner_id(),
                  .object = lock,
                  .where = where});
        }
        return value;
    }

    // The data for claims and reports, whoever holds the lock.
    const T& peek() const { return value; }
};

}  // namespace heddle
