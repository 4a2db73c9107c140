// SPDX-License-Identifier: Apache-2.0
// How much faster do two, or more, processes search than one?
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>

#include "checker/search.h"
#include "scenarios/catalogue.h"

namespace heddle {
namespace {

double cpu_seconds(int of_whom) {
    rusage usage = {};
    getrusage(of_whom, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The argument is the number of processes; 1 is the search that knows of no others.
void parallel_search(benchmark::State& state, const std::string& name) {
    const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    const auto scenario =
        std::find_if(catalogue.scenarios.begin(), catalogue.scenarios.end(),
                     [&name](const Scenario& candidate) { return candidate.name == name; });
    if (scenario == catalogue.scenarios.end()) {
        state.SkipWithError("the catalogue lacks the scenario");
        return;
    }
    CheckOptions options;
    options.how.jobs = static_cast<unsigned>(state.range(0));
    const double before = cpu_seconds(RUSAGE_SELF) + cpu_seconds(RUSAGE_CHILDREN);
    Summary summary;
    double states = 0;
    for ([[maybe_unused]] auto iteration : state) {
        summary = check(*scenario, options);
        states += static_cast<double>(summary.states);
    }
    const double spent = cpu_seconds(RUSAGE_SELF) + cpu_seconds(RUSAGE_CHILDREN) - before;
    state.counters["states"] = static_cast<double>(summary.states);
    state.counters["states/s"] = benchmark::Counter(states, benchmark::Counter::kIsRate);
    // Of all processes: on a busy machine the one that can be compared.
    state.counters["states/CPU s"] = states / spent;
    state.counters["visited_bytes/state"] =
        static_cast<double>(summary.visited_bytes) / static_cast<double>(summary.states);
}

void in_turns(benchmark::internal::Benchmark* benchmark) {
    benchmark->ArgName("jobs")->Arg(1)->Arg(2)->Arg(1)->Arg(2)->Arg(1)->Arg(2);
    benchmark->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
}
BENCHMARK_CAPTURE(parallel_search, pages, "clean-4-munlock-three-isolators")->Apply(in_turns);
BENCHMARK_CAPTURE(parallel_search, migration, "clean-3-migrate-exit-drain")->Apply(in_turns);

}  // namespace
}  // namespace heddle

BENCHMARK_MAIN();
