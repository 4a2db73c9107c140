// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <thread>
#include <type_traits>

#include "checker/sync/operation.h"

namespace heddle {

template <class T>
T plain_load(const T& object, Where = Where::here()) {
    return object;
}

template <class T>
void plain_store(T& object, std::type_identity_t<T> value, Where = Where::here()) {
    object = value;
}

// There may be more threads than cores.
inline void cpu_relax(Where = Where::here()) { std::this_thread::yield(); }

}  // namespace heddle
