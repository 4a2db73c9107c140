// SPDX-License-Identifier: Apache-2.0
// How fast does exhaustive search go on the largest clean scenarios, and in how much memory?
#include <benchmark/benchmark.h>

#include <cstdio>

#include "checker/search.h"
#include "scenarios/catalogue.h"

namespace heddle {
namespace {

const Scenario* find_scenario(const Catalogue& catalogue, const std::string& name) {
    for (const Scenario& scenario : catalogue.scenarios) {
        if (scenario.name == name) {
            return &scenario;
        }
    }
    return nullptr;
}

void exhaustive_search(benchmark::State& state, const std::string& name) {
    const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    const Scenario* scenario = find_scenario(catalogue, name);
    if (scenario == nullptr) {
        state.SkipWithError("the catalogue lacks the scenario");
        return;
    }
    Summary summary;
    double transitions = 0;
    for ([[maybe_unused]] auto iteration : state) {
        summary = check(*scenario);
        if (summary.verdict.kind != Verdict::Kind::pass) {
            state.SkipWithError("the scenario does not pass");
            return;
        }
        transitions += static_cast<double>(summary.transitions);
    }
    state.counters["transitions/s"] = benchmark::Counter(transitions, benchmark::Counter::kIsRate);
    state.counters["states"] = static_cast<double>(summary.states);
    state.counters["transitions"] = static_cast<double>(summary.transitions);
    state.counters["visited_bytes/state"] =
        static_cast<double>(summary.visited_bytes) / static_cast<double>(summary.states);
    state.counters["peak_rss_MiB"] = static_cast<double>(summary.peak_rss_bytes) / (1 << 20);
}
// The largest of mlock.c alone, with huge pages, with swap, with KSM, and the largest of all.
BENCHMARK_CAPTURE(exhaustive_search, pages, "clean-4-munlock-three-isolators")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(exhaustive_search, huge_pages, "clean-2-thp-reclaim-mlock")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(exhaustive_search, swap, "clean-3-two-swap-ins")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(exhaustive_search, ksm, "clean-3-ksm-munlock-migrate")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(exhaustive_search, migration, "clean-3-migrate-exit-drain")
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace heddle

BENCHMARK_MAIN();
