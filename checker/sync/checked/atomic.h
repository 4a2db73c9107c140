// SPDX-License-Identifier: Apache-2.0
// Plain accesses that are meant to race, and the kernel's atomic counters.
// Orderings: Documentation/atomic_ops.txt (v4.8): operations that return a value are full barriers,
// the others order nothing.
#pragma once

#include <type_traits>

#include "checker/sync/mutation.h"
#include "checker/sync/operation.h"

namespace heddle {

struct atomic_t {
    int counter;
};

struct atomic_long_t {
    long counter;
};

// An operation on one object of 1, 2, 4 or 8 bytes.
template <class T>
Operation operation_on(const T& object, OperationKind kind, Ordering ordering, const char* name,
                       Where where) {
    static_assert(sizeof(T) <= 8, "an operation covers one machine word");
    Operation operation;
    operation.kind = kind;
    operation.ordering = ordering;
    operation.size = sizeof(T);
    operation.object = &object;
    operation.name = name;
    operation.where = where;
    return operation;
}

template <class T>
std::uint64_t as_observed(T value) {
    if constexpr (std::is_pointer_v<T>) {
        return reinterpret_cast<std::uintptr_t>(value);
    } else {
        return static_cast<std::uint64_t>(value);
    }
}

// Loads an integer, enumerator or pointer that other tasks may write at the same time.
template <class T>
T READ_ONCE(const T& object, Where where = Where::here()) {
    announce(operation_on(object, OperationKind::read, Ordering::none, "READ_ONCE", where));
    observe(as_observed(object));
    return object;
}

// Stores to an integer, enumerator or pointer that other tasks may access at the same time.
template <class T>
void WRITE_ONCE(T& object, std::type_identity_t<T> value, Where where = Where::here()) {
    const Operation operation =
        operation_on(object, OperationKind::write, Ordering::none, "WRITE_ONCE", where);
    if (is_left_out(operation, Change::store, as_observed(value))) {
        return;
    }
    announce(operation);
    object = value;
}

// Loads, and nothing that follows happens before it. Source: include/asm-generic/barrier.h (v4.8).
template <class T>
T smp_load_acquire(const T* object, Where where = Where::here()) {
    announce(
        operation_on(*object, OperationKind::read, Ordering::acquire, "smp_load_acquire", where));
    observe(as_observed(*object));
    return *object;
}

// Stores, and all that stands before it has happened.
template <class T>
void smp_store_release(T* object, std::type_identity_t<T> value, Where where = Where::here()) {
    const Operation operation =
        operation_on(*object, OperationKind::write, Ordering::release, "smp_store_release", where);
    if (is_left_out(operation, Change::store, as_observed(value))) {
        return;
    }
    announce(operation);
    *object = value;
}

template <class A>
concept Atomic = std::is_same_v<A, atomic_t> || std::is_same_v<A, atomic_long_t>;

template <Atomic A>
using value_of = decltype(A::counter);

template <Atomic A>
value_of<A> atomic_read(const A* v, Where where = Where::here()) {
    announce(operation_on(v->counter, OperationKind::read, Ordering::none, "atomic_read", where));
    observe(as_observed(v->counter));
    return v->counter;
}

template <Atomic A>
void atomic_set(A* v, std::type_identity_t<value_of<A>> value, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::write, Ordering::none, "atomic_set", where);
    if (is_left_out(operation, Change::store, as_observed(value))) {
        return;
    }
    announce(operation);
    v->counter = value;
}

template <Atomic A>
void atomic_add(std::type_identity_t<value_of<A>> value, A* v, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::add, Ordering::none, "atomic_add", where);
    if (is_left_out(operation, Change::add, as_observed(value))) {
        return;
    }
    announce(operation);
    v->counter += value;
}

template <Atomic A>
void atomic_sub(std::type_identity_t<value_of<A>> value, A* v, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::add, Ordering::none, "atomic_sub", where);
    if (is_left_out(operation, Change::add, as_observed(-value))) {
        return;
    }
    announce(operation);
    v->counter -= value;
}

template <Atomic A>
void atomic_inc(A* v, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::add, Ordering::none, "atomic_inc", where);
    if (is_left_out(operation, Change::add, as_observed(1))) {
        return;
    }
    announce(operation);
    v->counter += 1;
}

template <Atomic A>
void atomic_dec(A* v, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::add, Ordering::none, "atomic_dec", where);
    if (is_left_out(operation, Change::add, as_observed(-1))) {
        return;
    }
    announce(operation);
    v->counter -= 1;
}

// Between the read and the write of one operation: nobody comes in between unless a mutant splits
// it.
inline void split_here(const Operation& operation) {
    if (mutation_of(operation, only(Rule::split)) == Rule::split) {
        announce(operation);
    }
}

// Adds and returns the new value.
template <Atomic A>
value_of<A> atomic_add_return(std::type_identity_t<value_of<A>> value, A* v,
                              Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::rmw, Ordering::full, "atomic_add_return", where);
    announce(operation);
    v->counter += value;
    split_here(operation);
    observe(as_observed(v->counter));
    return v->counter;
}

// True if the counter became 0.
template <Atomic A>
bool atomic_dec_and_test(A* v, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::rmw, Ordering::full, "atomic_dec_and_test", where);
    announce(operation);
    v->counter -= 1;
    split_here(operation);
    observe(v->counter == 0);
    return v->counter == 0;
}

// True if the counter became 0.
template <Atomic A>
bool atomic_inc_and_test(A* v, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::rmw, Ordering::full, "atomic_inc_and_test", where);
    announce(operation);
    v->counter += 1;
    split_here(operation);
    observe(v->counter == 0);
    return v->counter == 0;
}

// True if the counter became negative.
template <Atomic A>
bool atomic_add_negative(std::type_identity_t<value_of<A>> value, A* v,
                         Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::rmw, Ordering::full, "atomic_add_negative", where);
    announce(operation);
    v->counter += value;
    split_here(operation);
    observe(v->counter < 0);
    return v->counter < 0;
}

// Adds unless the counter is `unless`; true if it added.
template <Atomic A>
bool atomic_add_unless(A* v, std::type_identity_t<value_of<A>> value,
                       std::type_identity_t<value_of<A>> unless, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::rmw, Ordering::full, "atomic_add_unless", where);
    announce(operation);
    const bool adds = v->counter != unless;
    observe(adds);
    split_here(operation);
    v->counter += adds ? value : 0;
    return adds;
}

// Adds 1 unless the counter is 0; true if it added.
template <Atomic A>
bool atomic_inc_not_zero(A* v, Where where = Where::here()) {
    return atomic_add_unless(v, 1, 0, where);
}

// Stores `desired` if the counter is `expected`; returns the value found.
template <Atomic A>
value_of<A> atomic_cmpxchg(A* v, std::type_identity_t<value_of<A>> expected,
                           std::type_identity_t<value_of<A>> desired, Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::rmw, Ordering::full, "atomic_cmpxchg", where);
    announce(operation);
    const value_of<A> found = v->counter;
    observe(as_observed(found));
    split_here(operation);
    if (found == expected) {
        v->counter = desired;
    }
    return found;
}

// The same on a plain word.
inline unsigned long cmpxchg(unsigned long* word, unsigned long expected, unsigned long desired,
                             Where where = Where::here()) {
    const Operation operation =
        operation_on(*word, OperationKind::rmw, Ordering::full, "cmpxchg", where);
    announce(operation);
    const unsigned long found = *word;
    observe(found);
    split_here(operation);
    if (found == expected) {
        *word = desired;
    }
    return found;
}

// Stores `desired` and returns the value found.
template <Atomic A>
value_of<A> atomic_xchg(A* v, std::type_identity_t<value_of<A>> desired,
                        Where where = Where::here()) {
    const Operation operation =
        operation_on(v->counter, OperationKind::rmw, Ordering::full, "atomic_xchg", where);
    announce(operation);
    const value_of<A> found = v->counter;
    observe(as_observed(found));
    split_here(operation);
    v->counter = desired;
    return found;
}

inline void barrier_operation(Ordering ordering, const char* name, Where where) {
    Operation operation;
    operation.kind = OperationKind::barrier;
    operation.ordering = ordering;
    operation.name = name;
    operation.where = where;
    announce(operation);
}

inline void smp_mb(Where where = Where::here()) {
    barrier_operation(Ordering::full, "smp_mb", where);
}

inline void smp_rmb(Where where = Where::here()) {
    barrier_operation(Ordering::read, "smp_rmb", where);
}

inline void smp_wmb(Where where = Where::here()) {
    barrier_operation(Ordering::write, "smp_wmb", where);
}

inline void smp_mb__before_atomic(Where where = Where::here()) {
    barrier_operation(Ordering::full, "smp_mb__before_atomic", where);
}

inline void smp_mb__after_atomic(Where where = Where::here()) {
    barrier_operation(Ordering::full, "smp_mb__after_atomic", where);
}

// One of 0 .. alternatives - 1, every one of which the checker tries: what hardware, a list order
// or an allocator decides. `alternatives` is at least 1.
inline unsigned choose(unsigned alternatives, Where where = Where::here()) {
    Operation operation;
    operation.kind = OperationKind::choose;
    operation.alternatives = static_cast<std::uint16_t>(alternatives);
    operation.name = "choose";
    operation.where = where;
    if (alternatives <= 1) {
        return 0;
    }
    const std::uint16_t chosen = announce(operation);
    observe(chosen);
    return chosen;
}

}  // namespace heddle
