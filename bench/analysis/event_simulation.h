// SPDX-License-Identifier: Apache-2.0
// A discrete-event simulation of cores that take locks: knows nothing of files and measurements.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bench/analysis/histograms.h"

namespace heddle::bench {

// Draws a time in nanoseconds, 0 or more.
using Times = std::function<double(Random&)>;

// Who of those that wait gets a lock next.
enum class LockPolicy {
    fifo,   // the one that has waited longest: ticket, MCS, the kernel's queued spinlock
    random  // any, alike: test-and-set, where whoever sees it free first has it
};

// Each core, for ever: works for `between`, takes a lock, holds it for `hold`, gives it back.
struct LockedSystem {
    unsigned cores = 1;  // core c belongs to node c % nodes
    unsigned nodes = 1;
    unsigned locks = 1;     // lock l belongs to node l % nodes
    bool own_lock = false;  // core c takes lock c % locks alone; otherwise any, alike
    // Of takings that are of another node's locks, any of them; below 0: there is no such rule.
    double remote_part = -1;
    Times between;
    Times hold;
    // What it takes until another core has the lock, of the same node and of another; the core that
    // gave it back last has it at once. In nanoseconds.
    double handover_local_ns = 0;
    double handover_remote_ns = 0;
    LockPolicy policy = LockPolicy::fifo;
};

struct SimulationOptions {
    std::uint64_t takings = 20'000;       // counted, after a tenth as many that are not
    std::uint64_t takings_per_core = 20;  // at least as many as these
    std::uint64_t seed = 1;
};

struct SimulatedRates {
    double takings_per_s = 0;  // of all cores
    double error_per_s = 0;    // standard error, by 20 batches
    double busy = 0;           // part of the time that a lock is held or handed over, mean of all
    double wait_mean_ns = 0;
    double wait_p50_ns = 0;
    double wait_p99_ns = 0;
    double wait_p999_ns = 0;
    double jain = 1;  // fairness of what the cores have done: R. Jain et al., DEC TR-301, 1984
    double local_part = 1;  // of takings by the node that had the lock before
};

// Runs it. The same options, the same rates.
SimulatedRates simulate(const LockedSystem& system, const SimulationOptions& options);

}  // namespace heddle::bench
