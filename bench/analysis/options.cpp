// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/options.h"

#include <CLI/CLI.hpp>
#include <iostream>

namespace heddle::bench {

void add_filter(CLI::App& app, std::string& filter) {
    app.add_option("--filter", filter, "Only series whose name contains this")
        ->type_name("TEXT")
        ->envname("HEDDLE_BENCH_FILTER");
}

void add_confidence(CLI::App& app, double& percent) {
    app.add_option("--confidence", percent, "Per cent of confidence of all bounds")
        ->check(CLI::Range(50.0, 99.9))
        ->type_name("PERCENT")
        ->envname("HEDDLE_BENCH_CONFIDENCE");
}

void add_allow_incomplete(CLI::App& app, bool& allowed) {
    app.add_flag("--allow-incomplete", allowed,
                 "End with 0 although too little was measured for any result")
        ->envname("HEDDLE_BENCH_ALLOW_INCOMPLETE");
}

void add_checked(CLI::App& app, std::string& folder) {
    app.add_option("--checked", folder,
                   "Folder with the verdicts of each layout and kind of lock, as "
                   "check_layouts.sh writes it")
        ->type_name("FOLDER")
        ->envname("HEDDLE_BENCH_CHECKED");
}

void add_fit_options(CLI::App& app, UslOptions& options) {
    app.add_option("--resamples", options.resamples, "Resamples of the bootstrap, for the bounds")
        ->check(CLI::Range(20U, 100'000U))
        ->type_name("N")
        ->envname("HEDDLE_BENCH_RESAMPLES");
    app.add_option("--seed", options.seed, "Of everything that is drawn by chance")
        ->type_name("N")
        ->envname("HEDDLE_BENCH_SEED");
}

void add_simulation_options(CLI::App& app, SimulationWords& words) {
    const CLI::Range few(1U, 4096U);
    const CLI::Range ns(0.0, 1e9);
    app.add_option("--cores", words.cores, "Numbers of cores to simulate, with commas")
        ->delimiter(',')
        ->check(few)
        ->type_name("LIST")
        ->envname("HEDDLE_BENCH_CORES");
    app.add_option("--nodes", words.nodes, "Nodes of the machine with more cores than measured")
        ->check(CLI::Range(1U, 64U))
        ->envname("HEDDLE_BENCH_NODES");
    app.add_option("--zones", words.zones, "Its zones per node; without it as measured")
        ->check(few)
        ->envname("HEDDLE_BENCH_ZONES");
    app.add_option("--mem-cgroups", words.mem_cgroups,
                   "Its memory cgroups; without it one for each core")
        ->check(few)
        ->envname("HEDDLE_BENCH_MEM_CGROUPS");
    app.add_option("--page-hash-locks", words.page_hash_locks,
                   "Its locks per node in the layout page-hash; without it as measured")
        ->check(few)
        ->envname("HEDDLE_BENCH_PAGE_HASH_LOCKS");
    app.add_option("--remote", words.remote_percent,
                   "Per cent of pages that lie on another node; without it any lock is as likely")
        ->check(CLI::Range(0.0, 100.0))
        ->type_name("PERCENT")
        ->envname("HEDDLE_BENCH_REMOTE");
    app.add_option("--handover-local", words.handover_local_ns,
                   "From giving a lock back to a core of the same node having it; without it "
                   "calibrated")
        ->check(ns)
        ->type_name("NS")
        ->envname("HEDDLE_BENCH_HANDOVER_LOCAL");
    app.add_option("--handover-remote", words.handover_remote_ns,
                   "The same to another node; without it as the local one")
        ->check(ns)
        ->type_name("NS")
        ->envname("HEDDLE_BENCH_HANDOVER_REMOTE");
    app.add_option("--takings", words.takings, "Takings of a lock to simulate for each point")
        ->check(CLI::Range(1'000U, 100'000'000U))
        ->type_name("N")
        ->envname("HEDDLE_BENCH_TAKINGS");
}

ExtrapolationOptions extrapolation_options(const SimulationWords& words,
                                           const Measurements& measurements, std::uint64_t seed) {
    ExtrapolationOptions options;
    options.cores = words.cores;
    options.measured = measured_shape(measurements);
    options.beyond = {
        .nodes = words.nodes,
        .zones = words.zones.value_or(options.measured.zones),
        .mem_cgroups = words.mem_cgroups.value_or(options.measured.mem_cgroups),
        .page_hash_locks = words.page_hash_locks.value_or(options.measured.page_hash_locks)};
    options.remote_part = words.remote_percent ? *words.remote_percent / 100 : -1;
    options.handover_local_ns = words.handover_local_ns;
    options.handover_remote_ns = words.handover_remote_ns;
    options.simulation.takings = words.takings;
    options.simulation.seed = seed;
    return options;
}

std::vector<Series> selected_series(const Measurements& measurements, const std::string& filter) {
    std::vector<Series> selected;
    for (const Series& series : series_of(measurements)) {
        if (series.name().series.find(filter) != std::string::npos) {
            selected.push_back(series);
        }
    }
    if (selected.empty()) {
        std::cerr << "heddle-bench: " << measurements.file << ": no series '" << filter << "'\n";
    }
    return selected;
}

ExitCode exit_code_for(std::size_t nr_selected, std::size_t nr_done, bool allow_incomplete) {
    if (nr_selected == 0) {
        return ExitCode::nothing;
    }
    return nr_done > 0 || allow_incomplete ? ExitCode::met : ExitCode::incomplete;
}

}  // namespace heddle::bench
