// SPDX-License-Identifier: Apache-2.0
// Accesses that are meant not to race, and loops that wait for others.
#pragma once

#include "checker/sync/checked/atomic.h"

namespace heddle {

// Loads an integer, enumerator or pointer that no other task may write at the same time: that is a
// violation of "data-race".
template <class T>
T plain_load(const T& object, Where where = Where::here()) {
    Operation operation =
        operation_on(object, OperationKind::read, Ordering::none, "plain_load", where);
    operation.plain = true;
    announce(operation);
    observe(as_observed(object));
    return object;
}

// Stores to an integer, enumerator or pointer that no other task may access at the same time.
template <class T>
void plain_store(T& object, std::type_identity_t<T> value, Where where = Where::here()) {
    Operation operation =
        operation_on(object, OperationKind::write, Ordering::none, "plain_store", where);
    operation.plain = true;
    if (is_left_out(operation, Change::store, as_observed(value))) {
        return;
    }
    announce(operation);
    object = value;
}

// In a loop that does nothing but look whether somebody else has done something: see
// wait_for_change(). Whoever gives up after a number of turns must not call it.
inline void cpu_relax(Where where = Where::here()) { wait_for_change("cpu_relax", where); }

}  // namespace heddle
