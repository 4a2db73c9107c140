// SPDX-License-Identifier: Apache-2.0
// Storms as benchmarks of Google Benchmark: a storm is one iteration, and its figures are counters.
#pragma once

#include <ostream>
#include <vector>

#include "bench/locks/host_storm.h"
#include "bench/locks/storm.h"

namespace heddle {

// Registers one benchmark for each. A line of JSON about each run goes to `histograms`, if there is
// one, which outlives the benchmarks, as `host` does.
void register_storms(const std::vector<StormPlan>& plans, const StormHost& host,
                     std::ostream* histograms);
void register_host_storms(const std::vector<HostStormPlan>& plans, const StormHost& host,
                          std::ostream* histograms);

}  // namespace heddle
