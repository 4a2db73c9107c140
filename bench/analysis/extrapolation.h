// SPDX-License-Identifier: Apache-2.0
// From what was measured on few cores to what a simulation says of many.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "bench/analysis/event_simulation.h"
#include "bench/analysis/machine_shape.h"
#include "bench/analysis/measurements.h"

namespace heddle::bench {

struct ExtrapolationOptions {
    std::vector<unsigned> cores = {4, 16, 64, 256, 1024};
    MachineShape measured;    // the machine of the benchmark
    MachineShape beyond;      // the one to simulate with more cores than were measured
    double remote_part = -1;  // see LockedSystem; of the machine beyond
    std::optional<double> handover_local_ns;   // without it: calibrated
    std::optional<double> handover_remote_ns;  // without it: as the local one
    SimulationOptions simulation;
};

// The same number of cores, measured and simulated.
struct SimulatedPoint {
    unsigned cores = 1;
    unsigned locks = 1;
    std::optional<double> measured = {};  // operations a second; nothing where it is extrapolated
    bool is_calibrated = false;           // the hand-over was chosen so that this point fits
    double simulated = 0;                 // operations a second
    double simulated_error = 0;           // its standard error
    SimulatedRates rates = {};

    double error() const { return simulated / *measured - 1; }
};

struct Extrapolation {
    unsigned from_threads = 1;  // whose times are used for all points
    bool own_lock = true;       // see LockedSystem
    LockPolicy policy = LockPolicy::fifo;
    double handover_local_ns = 0;
    double handover_remote_ns = 0;
    std::vector<SimulatedPoint> points = {};  // cores ascending, those measured first
    std::vector<std::string> notes = {};      // what it does not rest on

    // Mean of the errors without their signs, over measured points that nothing was fitted to.
    std::optional<double> validation_error() const;
};

// Simulates a series with the times for holding a lock and between two of them that were measured
// with the most threads that have a core each. The hand-over cannot be measured by itself: unless
// it is given, it is what makes the simulated throughput at that point the measured one; the other
// points are there to judge the simulation by.
//   cores    of the host; 0 if not known
//   returns  the points; or what is missing for it. Throws InputError if the layout is none.
std::variant<Extrapolation, std::string> extrapolate(
    const Series& series, const std::vector<Distributions>& distributions, unsigned cores,
    const ExtrapolationOptions& options);

}  // namespace heddle::bench
