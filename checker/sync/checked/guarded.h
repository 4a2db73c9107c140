// SPDX-License-Identifier: Apache-2.0
// Plain data that a lock protects.
#pragma once

#include "checker/sync/checked/locks.h"

namespace heddle {

// A field declared with the spin lock that protects it, at no cost in bytes. `lock_of` finds the
// lock from the address of the field. An access by a task that does not hold the lock is a
// violation; because of that check an access is no operation: nobody else can look. It counts as
// having seen all of the data, for what a task goes by must be known to the search
// (Execution::fingerprint()).
//
//   spinlock_t* lru_lock_of(const void* lists);
//   struct lruvec { guarded<struct lru_lists, lru_lock_of> lists; };
template <class T, spinlock_t* (*lock_of)(const void*)>
struct guarded {
    T value;

    // The data; the running task must hold the lock. Building a world needs no lock.
    T& locked(Where where = Where::here()) {
        T& data = locked_to_write(where);
        observe_bytes(&data, sizeof(data));
        return data;
    }

    // The same for who only writes to it, or tells by observe() what it has read of it.
    T& locked_to_write(Where where = Where::here()) {
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

// A field that anybody may read and that only some may write, at no cost in bytes. A write by a
// task that the rule does not allow is a violation of the rule's name. Building a world is free.
//
//   struct locked_vm_rule {
//       static constexpr const char* claim = "L8";
//       static constexpr const char* formula = "mm.locked_vm is written under mmap_sem";
//       static bool allows(const void* field);
//   };
//   struct mm_struct { write_guarded<unsigned, locked_vm_rule> locked_vm; };
template <class T, class Rule>
struct write_guarded {
    T value;

    operator T() const {
        observe(as_observed(value));
        return value;
    }

    write_guarded& operator=(T to) {
        written({}) = to;
        return *this;
    }

    // The data, to be written; the rule must allow it.
    T& written(Where where = Where::here()) {
        if (current_task() != no_task && !Rule::allows(this)) {
            fail({.claim = Rule::claim, .formula = Rule::formula, .object = this, .where = where});
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
