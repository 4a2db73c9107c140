// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "bench/analysis/command.h"
#include "bench/analysis/options.h"
#include "bench/analysis/pareto.h"
#include "bench/analysis/text_table.h"

namespace heddle::bench {

namespace {

class Pareto final : public BenchCommand {
  public:
    void add_options(CLI::App& app) override;
    ExitCode run() override;

  private:
    std::string file_ = {};
    std::string checked_ = {};
    std::string filter_ = {};
};

void Pareto::add_options(CLI::App& app) {
    app.add_option("FILE", file_, "JSON of Google Benchmark")->required();
    add_checked(app, checked_);
    app.get_option("--checked")->required();
    add_filter(app, filter_);
    app.footer(
        "'fastest': of those that pass. 'front': none that passes is both faster and has a shorter "
        "p99 wait.");
}

// The report with the counterexample, of what is broken.
std::string report_of(const Candidate& candidate) {
    for (const CheckedVerdict* verdict : {candidate.layout, candidate.lock}) {
        if (verdict != nullptr && verdict->kind == CheckedVerdict::Kind::broken &&
            !verdict->report.empty()) {
            return "; see " + verdict->report;
        }
    }
    return "";
}

TextTable table_of(const Contest& contest) {
    TextTable table{{"layout", "lock", "ops/s", "wait p99", "Jain", "", "verdict"}, {}};
    for (const Candidate& candidate : contest.candidates) {
        const Measurement& measured = *candidate.measured;
        const auto counter = [&measured](const char* name, std::string (*text)(double)) {
            const auto found = measured.counters.find(name);
            return found == measured.counters.end() ? "-" : text(found->second);
        };
        table.rows.push_back({measured.name.word("layout"), measured.name.word("lock"),
                              short_number(measured.rate()), counter("wait_p99_ns", short_time),
                              counter("jain", short_number),
                              candidate.is_fastest    ? "fastest"
                              : candidate.is_on_front ? "front"
                                                      : "",
                              verdict_text(candidate) + report_of(candidate)});
    }
    return table;
}

ExitCode Pareto::run() {
    const Measurements measurements = read_measurements(file_);
    const CheckedVerdicts verdicts = read_verdicts(checked_);
    const std::vector<Series> selected = selected_series(measurements, filter_);
    const std::vector<Contest> contests = contests_of(selected, measurements.cores, verdicts);
    for (const Contest& contest : contests) {
        std::cout << fmt::format("{}, {} threads\n", contest.name, contest.threads);
        write_table(std::cout, table_of(contest));
        std::cout << '\n';
    }
    if (contests.empty()) {
        std::cerr << "heddle-bench: " << file_ << ": no benchmark with a layout\n";
        return ExitCode::nothing;
    }
    return ExitCode::met;
}

}  // namespace

std::unique_ptr<BenchCommand> make_pareto() { return std::make_unique<Pareto>(); }

}  // namespace heddle::bench
