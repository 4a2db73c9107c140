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

// A look and a store that are no operations: at what the running task has to itself or under a
// lock, while others may look without one.
template <class T>
T peek(const T& object) {
    return object;
}
template <class T>
void poke(T& object, std::type_identity_t<T> value) {
    object = value;
}

// Takes the first place of a table that is found free, which is 0, and gives it back: what stands
// for an allocator whose locks are not modelled. No operations either. False if it is not free.
template <class T>
bool claim_if_free(T& place, std::type_identity_t<T> value) {
    const bool free = place == 0;
    place = free ? value : place;
    return free;
}
template <class T>
void vacate(T& place) {
    place = 0;
}

// In a loop that does nothing but look whether somebody else has done something: see
// wait_for_change(). Whoever gives up after a number of turns must not call it.
inline void cpu_relax(Where where = Where::here()) { wait_for_change("cpu_relax", where); }

}  // namespace heddle
