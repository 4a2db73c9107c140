// SPDX-License-Identifier: Apache-2.0
// How far does each search get on the canonical workloads, how fast, and in how much memory?
#include <benchmark/benchmark.h>

#include <algorithm>
#include <optional>

#include "checker/search.h"
#include "scenarios/catalogue.h"

namespace heddle {
namespace {

// A search that takes longer is told as such, so that the whole table ends.
constexpr Limits limits_of_a_row = {.seconds = 60, .memory_bytes = std::uint64_t{4} << 30};

constexpr unsigned no_n = 0;

struct Row {
    const char* search;
    bool reduced;
    const char* scenario;
    unsigned n;
    double seconds_wanted;  // the aim; 0: none
};

constexpr Row rows[] = {
    {"exhaustive", false, "munlock-mini/fixed", 8, 0},
    {"exhaustive", false, "munlock-mini/fixed", 14, 0},
    {"exhaustive", false, "clean-3-migrate-exit-drain", no_n, 0},
    {"exhaustive", true, "munlock-mini/fixed", 10, 0.05},
    {"exhaustive", true, "munlock-mini/fixed", 30, 60},
    {"exhaustive", true, "mutex-inc", 30, 60},
    {"exhaustive", true, "indexer", 15, 1},
    {"exhaustive", true, "filesystem", 24, 1},
    {"exhaustive", true, "clean-3-migrate-exit-drain", no_n, 0},
    {"dpor", true, "lastzero", 15, 0.7},
    {"dpor", true, "indexer", 15, 0.2},
    {"dpor", true, "readers", 20, 0.8},
    {"dpor", true, "mutex-inc", 9, 4},
    {"dpor", true, "filesystem", 24, 0.4},
    {"dpor", true, "munlock-mini/fixed", 6, 0},
};

std::optional<Scenario> scenario_of(const Row& row) {
    static const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    const auto found =
        std::find_if(catalogue.scenarios.begin(), catalogue.scenarios.end(),
                     [&row](const Scenario& scenario) { return scenario.name == row.scenario; });
    if (found == catalogue.scenarios.end()) {
        return std::nullopt;
    }
    return row.n == no_n ? *found : with_parameter(*found, "n", row.n);
}

std::string name_of(const Row& row) {
    return std::string(row.search) + (row.reduced ? "/" : "_unreduced/") + row.scenario +
           (row.n == no_n ? "" : "/n=" + std::to_string(row.n));
}

// The rate is by processor time, which others on the machine hardly change.
void count(benchmark::State& state, const Row& row, const Summary& summary) {
    const auto states = static_cast<double>(summary.states);
    const auto transitions = static_cast<double>(summary.transitions);
    if (summary.states > 0) {
        state.counters["states"] = states;
        state.counters["bytes/state"] = static_cast<double>(summary.visited_bytes) / states;
    }
    state.counters["runs"] = static_cast<double>(summary.executions);
    state.counters["transitions"] = transitions;
    state.counters["transitions/s"] =
        benchmark::Counter(transitions, benchmark::Counter::kIsIterationInvariantRate);
    if (row.seconds_wanted > 0) {
        state.counters["wanted_s"] = row.seconds_wanted;
    }
}

void search(benchmark::State& state, const Row& row) {
    const std::optional<Scenario> scenario = scenario_of(row);
    if (!scenario || find_search(row.search) == nullptr) {
        state.SkipWithError(scenario ? "there is no search of that name"
                                     : "the catalogue lacks the scenario");
        return;
    }
    const CheckOptions options = {
        .search = row.search,
        .how = {.reductions = row.reduced ? Reductions::all() : Reductions::none()},
        .limits = limits_of_a_row};
    Summary summary;
    for ([[maybe_unused]] auto iteration : state) {
        summary = check(*scenario, options);
    }
    count(state, row, summary);
    if (summary.verdict.kind != Verdict::Kind::pass) {
        const std::string outcome = std::string(name_of(summary.verdict.kind)) + ": " +
                                    summary.verdict.reason + " after " +
                                    std::to_string(summary.states) + " states, " +
                                    std::to_string(summary.executions) + " runs";
        state.SkipWithError(outcome.c_str());
    }
}

// By default each row is searched at least once and for half a second in all.
void register_rows() {
    for (const Row& row : rows) {
        benchmark::RegisterBenchmark(name_of(row).c_str(), search, row)
            ->Unit(benchmark::kMillisecond);
    }
}

}  // namespace
}  // namespace heddle

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
        return 2;
    }
    heddle::register_rows();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
