// SPDX-License-Identifier: Apache-2.0
// How long a tick of the facade's clock is.
#pragma once

#include <chrono>
#include <cstdint>

#include "checker/sync/threads/round.h"

namespace heddle {

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
