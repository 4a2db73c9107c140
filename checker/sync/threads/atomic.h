// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <type_traits>

#include "checker/sync/operation.h"
#include "checker/sync/threads/cpu.h"

#if defined(__SANITIZE_THREAD__)
#define HEDDLE_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HEDDLE_THREAD_SANITIZER 1
#endif
#endif

namespace heddle {

struct atomic_t {
    int counter;
};

struct atomic_long_t {
    long counter;
};

// The plain object as an atomic one. A const object is only loaded from.
template <class T>
std::atomic_ref<T> shared(T& object) {
    return std::atomic_ref<T>(object);
}
template <class T>
std::atomic_ref<T> shared(const T& object) {
    return std::atomic_ref<T>(const_cast<T&>(object));
}

// READ_ONCE() orders what depends on the address that it has read, which C++ calls consume.
constexpr auto dependency = std::memory_order_consume;

// ThreadSanitizer does not know fences: a store after smp_wmb() would publish nothing, nor would an
// update after smp_mb__before_atomic().
#ifdef HEDDLE_THREAD_SANITIZER
constexpr auto after_fence = std::memory_order_release;
#else
constexpr auto after_fence = std::memory_order_relaxed;
#endif

template <class T>
T READ_ONCE(const T& object, Where where = Where::here()) {
    begin_operation("READ_ONCE", &object, where);
    return end_operation(shared(object).load(dependency));
}

template <class T>
void WRITE_ONCE(T& object, std::type_identity_t<T> value, Where where = Where::here()) {
    begin_operation("WRITE_ONCE", &object, where);
    shared(object).store(value, after_fence);
    end_operation(value);
}

template <class T>
T smp_load_acquire(const T* object, Where where = Where::here()) {
    begin_operation("smp_load_acquire", object, where);
    return end_operation(shared(*object).load(std::memory_order_acquire));
}

template <class T>
void smp_store_release(T* object, std::type_identity_t<T> value, Where where = Where::here()) {
    begin_operation("smp_store_release", object, where);
    end_operation(value);
    shared(*object).store(value, std::memory_order_release);
}

// Makes a sequentially consistent read-modify-write the kernel's full barrier, which also orders
// what stands before it with what follows it. On x86 the instruction does, elsewhere it need not.
template <class T>
T fully_ordered(T result) {
#if defined(__x86_64__) || defined(HEDDLE_THREAD_SANITIZER)
    std::atomic_signal_fence(std::memory_order_seq_cst);
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
    return result;
}

template <class A>
concept Atomic = std::is_same_v<A, atomic_t> || std::is_same_v<A, atomic_long_t>;

template <Atomic A>
using value_of = decltype(A::counter);

template <Atomic A>
value_of<A> atomic_read(const A* v, Where where = Where::here()) {
    begin_operation("atomic_read", v, where);
    return end_operation(shared(v->counter).load(std::memory_order_relaxed));
}

template <Atomic A>
void atomic_set(A* v, std::type_identity_t<value_of<A>> value, Where where = Where::here()) {
    begin_operation("atomic_set", v, where);
    shared(v->counter).store(value, std::memory_order_relaxed);
    end_operation(value);
}

// Unordered, under the name of the caller.
template <Atomic A>
void add_to(A* v, value_of<A> value, const char* name, Where where) {
    begin_operation(name, v, where);
    end_operation(shared(v->counter).fetch_add(value, std::memory_order_relaxed) + value);
}

// In full order, the same way; returns the sum.
template <Atomic A>
value_of<A> add_and_return(A* v, value_of<A> value, const char* name, Where where) {
    begin_operation(name, v, where);
    return end_operation(fully_ordered(shared(v->counter).fetch_add(value)) + value);
}

template <Atomic A>
void atomic_add(std::type_identity_t<value_of<A>> value, A* v, Where where = Where::here()) {
    add_to(v, value, "atomic_add", where);
}

template <Atomic A>
void atomic_sub(std::type_identity_t<value_of<A>> value, A* v, Where where = Where::here()) {
    add_to(v, -value, "atomic_sub", where);
}

template <Atomic A>
void atomic_inc(A* v, Where where = Where::here()) {
    add_to(v, value_of<A>{1}, "atomic_inc", where);
}

template <Atomic A>
void atomic_dec(A* v, Where where = Where::here()) {
    add_to(v, value_of<A>{-1}, "atomic_dec", where);
}

template <Atomic A>
value_of<A> atomic_add_return(std::type_identity_t<value_of<A>> value, A* v,
                              Where where = Where::here()) {
    return add_and_return(v, value, "atomic_add_return", where);
}

template <Atomic A>
bool atomic_dec_and_test(A* v, Where where = Where::here()) {
    return add_and_return(v, value_of<A>{-1}, "atomic_dec_and_test", where) == 0;
}

template <Atomic A>
bool atomic_inc_and_test(A* v, Where where = Where::here()) {
    return add_and_return(v, value_of<A>{1}, "atomic_inc_and_test", where) == 0;
}

template <Atomic A>
bool atomic_add_negative(std::type_identity_t<value_of<A>> value, A* v,
                         Where where = Where::here()) {
    return add_and_return(v, value, "atomic_add_negative", where) < 0;
}

template <Atomic A>
bool atomic_add_unless(A* v, std::type_identity_t<value_of<A>> value,
                       std::type_identity_t<value_of<A>> unless, Where where = Where::here()) {
    begin_operation("atomic_add_unless", v, where);
    value_of<A> seen = shared(v->counter).load();
    while (seen != unless) {
        if (shared(v->counter).compare_exchange_weak(seen, seen + value)) {
            return end_operation(fully_ordered(true));
        }
    }
    return end_operation(false);
}

template <Atomic A>
bool atomic_inc_not_zero(A* v, Where where = Where::here()) {
    return atomic_add_unless(v, 1, 0, where);
}

template <Atomic A>
value_of<A> atomic_cmpxchg(A* v, std::type_identity_t<value_of<A>> expected,
                           std::type_identity_t<value_of<A>> desired, Where where = Where::here()) {
    begin_operation("atomic_cmpxchg", v, where);
    shared(v->counter).compare_exchange_strong(expected, desired);
    return end_operation(fully_ordered(expected));
}

inline unsigned long cmpxchg(unsigned long* word, unsigned long expected, unsigned long desired,
                             Where where = Where::here()) {
    begin_operation("cmpxchg", word, where);
    shared(*word).compare_exchange_strong(expected, desired);
    return end_operation(fully_ordered(expected));
}

template <Atomic A>
value_of<A> atomic_xchg(A* v, std::type_identity_t<value_of<A>> desired,
                        Where where = Where::here()) {
    begin_operation("atomic_xchg", v, where);
    return end_operation(fully_ordered(shared(v->counter).exchange(desired)));
}

// ThreadSanitizer does not know fences; a read-modify-write of one shared word orders as much, at a
// price that only matters there.
inline void fence([[maybe_unused]] std::memory_order order) {
#ifdef HEDDLE_THREAD_SANITIZER
    static std::atomic<int> word{0};
    word.fetch_add(1);
#else
    std::atomic_thread_fence(order);
#endif
}

inline void barrier(std::memory_order order, const char* name, Where where) {
    begin_operation(name, nullptr, where);
    fence(order);
    end_operation(0);
}

inline void smp_mb(Where where = Where::here()) {
    barrier(std::memory_order_seq_cst, "smp_mb", where);
}
inline void smp_rmb(Where where = Where::here()) {
    barrier(std::memory_order_acquire, "smp_rmb", where);
}
inline void smp_wmb(Where where = Where::here()) {
    barrier(std::memory_order_release, "smp_wmb", where);
}
inline void smp_mb__before_atomic(Where where = Where::here()) {
    barrier(std::memory_order_seq_cst, "smp_mb__before_atomic", where);
}
inline void smp_mb__after_atomic(Where where = Where::here()) {
    barrier(std::memory_order_seq_cst, "smp_mb__after_atomic", where);
}

// A number drawn from the thread's own sequence (xorshift64, Marsaglia 2003).
inline unsigned choose(unsigned alternatives, Where where = Where::here()) {
    if (alternatives <= 1) {
        return 0;
    }
    begin_operation("choose", nullptr, where);
    std::uint64_t& x = thread_state.random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return end_operation(static_cast<unsigned>(x % alternatives));
}

}  // namespace heddle
