// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <optional>

#include "bench/analysis/command.h"
#include "bench/analysis/comparison.h"
#include "bench/analysis/options.h"
#include "bench/analysis/text_table.h"

namespace heddle::bench {

namespace {

class Compare final : public BenchCommand {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string verdict_on(const ComparedBenchmark& compared) const;

    std::string before_ = {};
    std::string after_ = {};
    double confidence_ = 95;
    std::optional<double> fail_above_ = {};
};

void Compare::add_options(CLI::App& app) {
    app.add_option("BEFORE", before_, "JSON of Google Benchmark, with repetitions")->required();
    app.add_option("AFTER", after_, "The same after the change")->required();
    add_confidence(app, confidence_);
    app.add_option("--fail-above", fail_above_,
                   "End with 1 if a benchmark is slower by more than this, with confidence")
        ->check(CLI::Range(0.0, 100.0))
        ->type_name("PERCENT")
        ->envname("HEDDLE_BENCH_FAIL_ABOVE");
    app.footer(
        "Ratios are of throughput, after by before, with the bounds of a two-sided Mann-Whitney "
        "test.");
}

std::string Compare::verdict_on(const ComparedBenchmark& compared) const {
    if (!compared.estimate.has_bounds) {
        return "too few repetitions";
    }
    if (fail_above_ && compared.is_slower_by(*fail_above_)) {
        return fmt::format("SLOWER by more than {:g} %", *fail_above_);
    }
    return compared.is_faster()   ? "faster"
           : compared.is_slower() ? "slower"
                                  : "no difference shown";
}

ExitCode Compare::run() {
    const double confidence = confidence_ / 100;
    const Comparison comparison =
        compare(read_measurements(before_), read_measurements(after_), confidence);
    TextTable table{{"benchmark", "before/s", "after/s", "repetitions", "ratio", "bounds", ""}, {}};
    for (const ComparedBenchmark& compared : comparison.both) {
        const Interval& ratio = compared.estimate.ratio;
        const bool has_bounds = compared.estimate.has_bounds;
        table.rows.push_back(
            {compared.name, short_number(compared.before), short_number(compared.after),
             fmt::format("{}, {}", compared.nr_before, compared.nr_after),
             fmt::format("{:.3f}", ratio.value),
             has_bounds ? fmt::format("[{:.3f}, {:.3f}]", ratio.low, ratio.high) : "-",
             verdict_on(compared)});
    }
    write_table(std::cout, table);
    for (const std::string& name : comparison.only_before) {
        std::cout << "only before: " << name << '\n';
    }
    for (const std::string& name : comparison.only_after) {
        std::cout << "only after: " << name << '\n';
    }
    for (const std::string& broken : comparison.broken) {
        std::cout << "not compared: " << broken << '\n';
    }
    const auto& both = comparison.both;
    const auto nr_bounded = std::count_if(both.begin(), both.end(), [](const auto& compared) {
        return compared.estimate.has_bounds;
    });
    std::cout << fmt::format(
        "\n{} compared with bounds of {:g} %: without any change about {:.1f} would be called "
        "different.\n",
        nr_bounded, confidence_, static_cast<double>(nr_bounded) * (1 - confidence));
    if (static_cast<std::size_t>(nr_bounded) < both.size()) {
        std::cout << fmt::format(
            "{} with too few repetitions for that: {} before and after are needed at least "
            "(--benchmark_repetitions).\n",
            both.size() - static_cast<std::size_t>(nr_bounded), repetitions_min(confidence));
    }
    if (both.empty()) {
        std::cerr << "heddle-bench: no benchmark stands in both files\n";
        return ExitCode::nothing;
    }
    const bool fails =
        fail_above_ && std::any_of(both.begin(), both.end(), [this](const auto& compared) {
            return compared.is_slower_by(*fail_above_);
        });
    return fails ? ExitCode::not_met : ExitCode::met;
}

}  // namespace

std::unique_ptr<BenchCommand> make_compare() { return std::make_unique<Compare>(); }

}  // namespace heddle::bench
