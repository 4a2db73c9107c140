// SPDX-License-Identifier: Apache-2.0
// Counters of the processor for the calling thread, by perf_event_open(2).
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace heddle {

inline constexpr std::array perf_names = {"cycles", "instructions", "cache_misses"};

// By perf_names. `counted` is false where the host does not let us.
struct PerfFigures {
    bool counted;
    std::array<std::uint64_t, perf_names.size()> values;
};

// One group, so that all count the same stretch of time, in user space only.
class PerfCounters {
  public:
    // Opens them for the calling thread; they stand still.
    PerfCounters();
    ~PerfCounters();
    PerfCounters(const PerfCounters&) = delete;
    PerfCounters& operator=(const PerfCounters&) = delete;

    void start();

    // What was counted since start(); scaled up if the group had to share the hardware.
    PerfFigures stop();

    // Why they are not available; empty if they are.
    const std::string& reason() const { return reason_; }

  private:
    std::array<int, perf_names.size()> files_;
    std::string reason_;
};

}  // namespace heddle
