// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <map>

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

std::vector<std::string> row_of(const std::string& label, const FittedSeries& fitted) {
    const auto& fit = std::get<UslFit>(fitted.fit);
    return {label,
            fmt::format("{} to {}", fitted.threads_min, fitted.threads_max),
            text_of_rate(fit.lambda()),
            text_of(fit.sigma(), 4),
            text_of(fit.kappa(), 6),
            text_of_peak(fit.peak()),
            fmt::format("{:.1f} %", 100 * fit.error())};
}

std::vector<BenchmarkName> names_of(const std::vector<Series>& all) {
    std::vector<BenchmarkName> names;
    names.reserve(all.size());
    for (const Series& series : all) {
        names.push_back(series.name());
    }
    return names;
}

// By reason, each with its series.
using Refusals = std::map<std::string, TextTable>;

void add_refusal(Refusals& refusals, const std::string& label, const FittedSeries& fitted) {
    TextTable& table = refusals[std::get<std::string>(fitted.fit)];
    table.heads = {"  series", "X(2) / X(1)", "sigma + 2 kappa", ""};
    const auto text = [&fitted](double number) {
        return fitted.two_by_one ? fmt::format("{:.2f}", number) : "-";
    };
    table.rows.push_back({"  " + label, text(fitted.two_by_one.value_or(0)),
                          text(fitted.two_by_one ? fitted.sigma_and_kappa() : 0), ""});
}

void write_refusals(const Refusals& refusals) {
    for (const auto& [why, table] : refusals) {
        std::cout << "\nNo fit: " << why << '\n';
        write_table(std::cout, table);
    }
    if (!refusals.empty()) {
        std::cout
            << "\nOne and two threads tell sigma + 2 kappa; which of the two it is, and where the "
               "peak lies,\ncannot be concluded from them.\n";
    }
}

ExitCode Fit::run() {
    options_.confidence = confidence_ / 100;
    const Measurements measurements = read_measurements(file_);
    const std::vector<Series> selected = selected_series(measurements, filter_);
    const Labels labels = labels_of(names_of(selected));
    TextTable table{{"series", "threads", "ops/s of one", "sigma", "kappa", "peak", "error"}, {}};
    Refusals refusals;
    for (std::size_t i = 0; i < selected.size(); ++i) {
        const FittedSeries fitted = fit_series(selected[i], measurements.cores, options_);
        if (std::holds_alternative<UslFit>(fitted.fit)) {
            table.rows.push_back(row_of(labels.each[i], fitted));
        } else {
            add_refusal(refusals, labels.each[i], fitted);
        }
    }
    std::cout << labels.common << (labels.common.empty() ? "" : "\n");
    if (!table.rows.empty()) {
        std::cout << fmt::format("Universal Scalability Law, bounds of {:g} %:\n\n", confidence_);
        write_table(std::cout, table);
        std::cout << "\nA peak beyond the threads measured is extrapolated.\n";
    }
    write_refusals(refusals);
    return exit_code_for(selected.size(), table.rows.size(), allow_incomplete_);
}

}  // namespace

std::unique_ptr<BenchCommand> make_fit() { return std::make_unique<Fit>(); }

}  // namespace heddle::bench
