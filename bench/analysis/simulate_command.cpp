// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/analysis/command.h"
#include "bench/analysis/options.h"
#include "bench/analysis/text_table.h"

namespace heddle::bench {

namespace {

class Simulate final : public BenchCommand {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string file_ = {};
    std::string histograms_ = {};
    std::string filter_ = {};
    SimulationWords words_ = {};
    std::uint64_t seed_ = 1;
    bool allow_incomplete_ = false;
};

void Simulate::add_options(CLI::App& app) {
    app.add_option("FILE", file_, "JSON of Google Benchmark")->required();
    app.add_option("--histograms", histograms_, "The times of the same benchmarks, a line for each")
        ->type_name("FILE.ndjson")
        ->required()
        ->envname("HEDDLE_BENCH_HISTOGRAMS");
    add_filter(app, filter_);
    add_simulation_options(app, words_);
    app.add_option("--seed", seed_, "Of the simulation: the same seed, the same numbers")
        ->type_name("N")
        ->envname("HEDDLE_BENCH_SEED");
    add_allow_incomplete(app, allow_incomplete_);
}

std::string what_it_is(const SimulatedPoint& point) {
    if (point.is_calibrated) {
        return "calibrated";
    }
    return point.measured ? percent(point.error()) : "EXTRAPOLATED";
}

void write_extrapolation(const std::string& label, const Extrapolation& extrapolation) {
    std::cout << fmt::format(
        "{}\n  times of {} threads, {}; {}; hand-over {:.0f} ns, to another node {:.0f} ns\n",
        label, extrapolation.from_threads,
        extrapolation.policy == LockPolicy::fifo ? "first come, first served"
                                                 : "whoever waits is as likely to be next",
        extrapolation.own_lock ? "each core its own lock of them" : "any lock",
        extrapolation.handover_local_ns, extrapolation.handover_remote_ns);
    TextTable table{{"  cores", "locks", "measured/s", "simulated/s", "+-", "busy", "wait p50",
                     "p99", "p99.9", "Jain", "error"},
                    {}};
    for (const SimulatedPoint& point : extrapolation.points) {
        const SimulatedRates& rates = point.rates;
        table.rows.push_back(
            {fmt::format("  {}", point.cores), std::to_string(point.locks),
             point.measured ? short_number(*point.measured) : "-", short_number(point.simulated),
             short_number(point.simulated_error), fmt::format("{:.0f} %", 100 * rates.busy),
             short_time(rates.wait_p50_ns), short_time(rates.wait_p99_ns),
             short_time(rates.wait_p999_ns), fmt::format("{:.3f}", rates.jain), what_it_is(point)});
    }
    write_table(std::cout, table);
    if (const auto error = extrapolation.validation_error()) {
        std::cout << fmt::format(
            "  mean error where it was measured and nothing fitted: {:.1f} %\n", 100 * *error);
    }
    for (const std::string& note : extrapolation.notes) {
        std::cout << "  note: " << note << '\n';
    }
    std::cout << '\n';
}

ExitCode Simulate::run() {
    const Measurements measurements = read_measurements(file_);
    const std::vector<Distributions> distributions = read_distributions(histograms_);
    const ExtrapolationOptions options = extrapolation_options(words_, measurements, seed_);
    const std::vector<Series> selected = selected_series(measurements, filter_);
    std::size_t nr_simulated = 0;
    for (const Series& series : selected) {
        const auto found = extrapolate(series, distributions, measurements.cores, options);
        if (const auto* extrapolation = std::get_if<Extrapolation>(&found)) {
            write_extrapolation(series.name().label(), *extrapolation);
            ++nr_simulated;
        } else {
            std::cout << "No simulation: " << series.name().label() << ": "
                      << std::get<std::string>(found) << '\n';
        }
    }
    return exit_code_for(selected.size(), nr_simulated, allow_incomplete_);
}

}  // namespace

std::unique_ptr<BenchCommand> make_simulate() { return std::make_unique<Simulate>(); }

}  // namespace heddle::bench
