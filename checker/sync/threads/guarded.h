// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/locks.h"

namespace heddle {

template <class T, spinlock_t* (*lock_of)(const void*)>
struct guarded {
    T value;

    T& locked(Where where = Where::here()) {
        const spinlock_t* lock = lock_of(this);
        if (current_task() != no_task && !spin_is_held(lock)) {
            fail({.claim = "guarded-by",
                  .formula = "guarded data is accessed by the holder of its lock",
                  .where = where});
        }
        return value;
    }

    const T& peek() const { return value; }
};

}  // namespace heddle
