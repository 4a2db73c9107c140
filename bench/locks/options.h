// SPDX-License-Identifier: Apache-2.0
// What is to be measured, from the command line.
#pragma once

#include <string>
#include <vector>

#include "bench/locks/host_storm.h"
#include "bench/locks/storm.h"

namespace heddle {

struct LockBenchOptions {
    // Empty: the standard set. Otherwise every combination of these, each one with its default if
    // it is not given.
    std::vector<std::string> workloads;
    std::vector<std::string> layouts;
    std::vector<std::string> locks;
    std::vector<unsigned> batches;
    std::vector<std::string> placements;
    std::vector<unsigned> threads;  // empty: 1, 2, 4, ... and the number of cores
    bool host = false;              // the running kernel in the place of the model
    StormPlan common;               // pages and lengths; storm_ms 0: so that all take two minutes
    std::string histograms;         // a file; empty: none
};

// Why the options make no sense, with the one that does not and what was expected; empty: they do.
std::string wrong_option(const LockBenchOptions& options);

// In the order in which they are to be run. `skipped` becomes what this host or the model has no
// room for, a sentence each.
std::vector<StormPlan> storm_plans(const LockBenchOptions& options, const HostTopology& host,
                                   std::vector<std::string>& skipped);
std::vector<HostStormPlan> host_storm_plans(const LockBenchOptions& options,
                                            const HostTopology& host);

}  // namespace heddle
