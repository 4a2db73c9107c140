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

    T& locked_to_write(Where where = Where::here()) { return locked(where); }

    const T& peek() const { return value; }
};

template <class T, class Rule>
struct write_guarded {
    T value;

    operator T() const { return value; }

    write_guarded& operator=(T to) {
        written({}) = to;
        return *this;
    }

    T& written(Where where = Where::here()) {
        if (current_task() != no_task && !Rule::allows(this)) {
            fail({.claim = Rule::claim, .formula = Rule::formula, .where = where});
        }
        return value;
    }
};

template <class T, class Rule>
T READ_ONCE(const write_guarded<T, Rule>& field, Where where = Where::here()) {
    return READ_ONCE(field.value, where);
}

template <class T, class Rule>
void WRITE_ONCE(write_guarded<T, Rule>& field, std::type_identity_t<T> to,
                Where where = Where::here()) {
    WRITE_ONCE(field.written(where), to, where);
}

}  // namespace heddle
