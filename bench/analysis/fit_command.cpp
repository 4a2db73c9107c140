// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>

#include "bench/analysis/command.h"
#include "bench/analysis/fitted_series.h"
#include "bench/analysis/options.h"
#include "bench/analysis/text_table.h"

namespace heddle::bench {

namespace {

class Fit final : public BenchCommand {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string file_ = {};
    std::string filter_ = {};
    double confidence_ = 95;
    UslOptions options_ = {};
    bool allow_incomplete_ = false;
};

void Fit::add_options(CLI::App& app) {
    app.add_option("FILE", file_, "JSON of Google Benchmark")->required();
    add_filter(app, filter_);
    add_confidence(app, confidence_);
    add_fit_options(app, options_);
    add_allow_incomplete(app, allow_incomplete_);
    app.footer(
        "X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)): sigma is contention, kappa "
        "coherence.");
}

std::string text_of(const Interval& interval, int digits) {
    return fmt::format("{:.{}f} [{:.{}f}, {:.{}f}]", interval.value, digits, interval.low, digits,
                       interval.high, digits);
}

std::string text_of_peak(const Interval& peak) {
    const auto text = [](double threads) {
        return std::isinf(threads) ? "none" : fmt::format("{:.0f}", threads);
    };
    return text(peak.value) + " [" + text(peak.low) + ", " + text(peak.high) + "]";
}

std::string text_of_rate(const Interval& rate) {
    return short_number(rate.value) + " [" + short_number(rate.low) + ", " +
           short_number(rate.high) + "]";
}

ExitCode Fit::run() {
    options_.confidence = confidence_ / 100;
    const Measurements measurements = read_measurements(file_);
    const std::vector<Series> selected = selected_series(measurements, filter_);
    TextTable table{
        {"series", "threads", "lambda, ops/s", "sigma", "kappa", "peak, threads", "error"}, {}};
    std::vector<std::string> refusals;
    for (const Series& series : selected) {
        const FittedSeries fitted = fit_series(series, measurements.cores, options_);
        if (const auto* fit = std::get_if<UslFit>(&fitted.fit)) {
            table.rows.push_back({series.name().label(),
                                  fmt::format("{} to {}", fitted.threads_min, fitted.threads_max),
                                  text_of_rate(fit->lambda()), text_of(fit->sigma(), 4),
                                  text_of(fit->kappa(), 6), text_of_peak(fit->peak()),
                                  fmt::format("{:.1f} %", 100 * fit->error())});
        } else {
            refusals.push_back(series.name().label() + ": " + std::get<std::string>(fitted.fit));
        }
    }
    if (!table.rows.empty()) {
        std::cout << fmt::format("The Universal Scalability Law, with bounds of {:g} %:\n\n",
                                 confidence_);
        write_table(std::cout, table);
        std::cout << "\nA peak beyond the threads measured is extrapolated.\n";
    }
    for (const std::string& refusal : refusals) {
        std::cout << "No fit: " << refusal << '\n';
    }
    return exit_code_for(selected.size(), table.rows.size(), allow_incomplete_);
}

}  // namespace

std::unique_ptr<BenchCommand> make_fit() { return std::make_unique<Fit>(); }

}  // namespace heddle::bench
