// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/clock.h"

#include <chrono>

#include "checker/sync/threads/round.h"

namespace heddle {

namespace {

double measure_ticks_per_ns() {
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds long_enough(5);
    const auto start = Clock::now();
    const std::uint64_t first = ticks();
    auto now = start;
    while (now - start < long_enough) {
        now = Clock::now();
    }
    const std::chrono::duration<double, std::nano> spent = now - start;
    return static_cast<double>(ticks() - first) / spent.count();
}

double ticks_per_ns() {
    static const double measured = measure_ticks_per_ns();
    return measured;
}

}  // namespace

std::uint64_t ticks_of(double nanoseconds) {
    return static_cast<std::uint64_t>(nanoseconds * ticks_per_ns());
}

double nanoseconds_of(std::uint64_t ticks) { return static_cast<double>(ticks) / ticks_per_ns(); }

}  // namespace heddle
