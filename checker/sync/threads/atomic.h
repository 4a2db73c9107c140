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

template <class T>
T READ_ONCE(const T& object, Where = Where::here()) {
    return shared(object).load(std::memory_order_relaxed);
}

template <class T>
void WRITE_ONCE(T& object, std::type_identity_t<T> value, Where = Where::here()) {
    shared(object).store(value, std::memory_order_relaxed);
}

template <class T>
T smp_load_acquire(const T* object, Where = Where::here()) {
    return shared(*object).load(std::memory_order_acquire);
}

template <class T>
void smp_store_release(T* object, std::type_identity_t<T> value, Where = Where::here()) {
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
value_of<A> atomic_read(const A* v, Where = Where::here()) {
    return shared(v->counter).load(std::memory_order_relaxed);
}

template <Atomic A>
void atomic_set(A* v, std::type_identity_t<value_of<A>> value, Where = Where::here()) {
    shared(v->counter).store(value, std::memory_order_relaxed);
}

template <Atomic A>
void atomic_add(std::type_identity_t<value_of<A>> value, A* v, Where = Where::here()) {
    shared(v->counter).fetch_add(value, std::memory_order_relaxed);
}

template <Atomic A>
void atomic_sub(std::type_identity_t<value_of<A>> value, A* v, Where = Where::here()) {
    shared(v->counter).fetch_sub(value, std::memory_order_relaxed);
}

template <Atomic A>
void atomic_inc(A* v, Where where = Where::here()) {
    atomic_add(1, v, where);
}

template <Atomic A>
void atomic_dec(A* v, Where where = Where::here()) {
    atomic_sub(1, v, where);
}

template <Atomic A>
value_of<A> atomic_add_return(std::type_identity_t<value_of<A>> value, A* v,
                              Where = Where::here()) {
    return fully_ordered(shared(v->counter).fetch_add(value)) + value;
}

template <Atomic A>
bool atomic_dec_and_test(A* v, Where where = Where::here()) {
    return atomic_add_return(-1, v, where) == 0;
}

template <Atomic A>
bool atomic_inc_and_test(A* v, Where where = Where::here()) {
    return atomic_add_return(1, v, where) == 0;
}

template <Atomic A>
bool atomic_add_negative(std::type_identity_t<value_of<A>> value, A* v,
                         Where where = Where::here()) {
    return atomic_add_return(value, v, where) < 0;
}

template <Atomic A>
bool atomic_add_unless(A* v, std::type_identity_t<value_of<A>> value,
                       std::type_identity_t<value_of<A>> unless, Where = Where::here()) {
    value_of<A> seen = shared(v->counter).load();
    while (seen != unless) {
        if (shared(v->counter).compare_exchange_weak(seen, seen + value)) {
            return fully_ordered(true);
        }
    }
    return false;
}

template <Atomic A>
bool atomic_inc_not_zero(A* v, Where where = Where::here()) {
    return atomic_add_unless(v, 1, 0, where);
}

template <Atomic A>
value_of<A> atomic_cmpxchg(A* v, std::type_identity_t<value_of<A>> expected,
                           std::type_identity_t<value_of<A>> desired, Where = Where::here()) {
    shared(v->counter).compare_exchange_strong(expected, desired);
    return fully_ordered(expected);
}

inline unsigned long cmpxchg(unsigned long* word, unsigned long expected, unsigned long desired,
                             Where = Where::here()) {
    shared(*word).compare_exchange_strong(expected, desired);
    return fully_ordered(expected);
}

template <Atomic A>
value_of<A> atomic_xchg(A* v, std::type_identity_t<value_of<A>> desired, Where = Where::here()) {
    return fully_ordered(shared(v->counter).exchange(desired));
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

inline void smp_mb(Where = Where::here()) { fence(std::memory_order_seq_cst); }
inline void smp_rmb(Where = Where::here()) { fence(std::memory_order_acquire); }
inline void smp_wmb(Where = Where::here()) { fence(std::memory_order_release); }
inline void smp_mb__before_atomic(Where = Where::here()) { fence(std::memory_order_seq_cst); }
inline void smp_mb__after_atomic(Where = Where::here()) { fence(std::memory_order_seq_cst); }

// A number drawn from the thread's own sequence (xorshift64, Marsaglia 2003).
inline unsigned choose(unsigned alternatives, Where = Where::here()) {
    if (alternatives <= 1) {
        return 0;
    }
    std::uint64_t& x = thread_state.random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return static_cast<unsigned>(x % alternatives);
}

}  // namespace heddle
