// SPDX-License-Identifier: Apache-2.0
// A clock that is quick to read: the time stamp counter where it runs at one speed.
#pragma once

#include <chrono>
#include <cstdint>

namespace heddle {

inline std::uint64_t ticks() {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

// How many nanoseconds a tick takes; measures for 20 ms.
inline double ns_per_tick() {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    const std::uint64_t first = ticks();
    while (Clock::now() - start < std::chrono::milliseconds(20)) {
    }
    const std::uint64_t passed = ticks() - first;
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
           static_cast<double>(passed);
}

}  // namespace heddle
