// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>
#include <type_traits>

#include "checker/sync/threads/atomic.h"

namespace heddle {

template <class T>
T plain_load(const T& object, Where where = Where::here()) {
    begin_operation("plain_load", &object, where);
    return end_operation(object);
}

template <class T>
void plain_store(T& object, std::type_identity_t<T> value, Where where = Where::here()) {
    begin_operation("plain_store", &object, where);
    object = value;
    end_operation(value);
}

template <class T>
T peek(const T& object) {
    return shared(object).load(std::memory_order_relaxed);
}
template <class T>
void poke(T& object, std::type_identity_t<T> value) {
    shared(object).store(value, std::memory_order_relaxed);
}

template <class T>
bool claim_if_free(T& place, std::type_identity_t<T> value) {
    T free = 0;
    return shared(place).compare_exchange_strong(free, value);
}
template <class T>
void vacate(T& place) {
    shared(place).store(0, std::memory_order_release);
}

// There may be more threads than cores.
inline void cpu_relax(Where where = Where::here()) {
    begin_operation("cpu_relax", nullptr, where);
    std::this_thread::yield();
}

}  // namespace heddle
