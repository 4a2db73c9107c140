// SPDX-License-Identifier: Apache-2.0
// Options that several commands have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/analysis/extrapolation.h"
#include "bench/analysis/measurements.h"
#include "bench/analysis/usl.h"
#include "scenarios/exit_code.h"
#include "scenarios/program/cli.h"

namespace heddle::bench {

void add_filter(CLI::App& app, std::string& filter);
void add_confidence(CLI::App& app, double& percent);
void add_allow_incomplete(CLI::App& app, bool& allowed);
void add_checked(CLI::App& app, std::string& folder);

// --resamples and --seed.
void add_fit_options(CLI::App& app, UslOptions& options);

// The machine to simulate, as the command line says it.
struct SimulationWords {
    std::vector<unsigned> cores = {4, 16, 64, 256, 1024};
    unsigned nodes = 1;
    std::optional<unsigned> zones;  // without it as many as were measured; so are the next two
    std::optional<unsigned> mem_cgroups;
    std::optional<unsigned> page_hash_locks;
    std::optional<double> remote_percent;
    std::optional<double> handover_local_ns;
    std::optional<double> handover_remote_ns;
    std::uint64_t takings = SimulationOptions{}.takings;
};
void add_simulation_options(CLI::App& app, SimulationWords& words);
ExtrapolationOptions extrapolation_options(const SimulationWords& words,
                                           const Measurements& measurements, std::uint64_t seed);

// Those whose name contains the filter.
std::vector<Series> selected_series(const Measurements& measurements, const std::string& filter);

// How a command ends that had `nr_selected` series and got something out of `nr_done`.
ExitCode exit_code_for(std::size_t nr_selected, std::size_t nr_done, bool allow_incomplete);

}  // namespace heddle::bench
