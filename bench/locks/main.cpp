// SPDX-License-Identifier: Apache-2.0
// heddle-lock-bench: what lru_lock costs, by its layout, the kind of lock, the size of a batch and
// the workload, on the model with real threads; and with --host on the kernel that runs.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>

#include "bench/locks/benchmarks.h"
#include "bench/locks/child_process.h"
#include "bench/locks/host_facts.h"
#include "bench/locks/options.h"
#include "bench/locks/perf_counters.h"
#include "bench/locks/tick_clock.h"

namespace heddle {

namespace {

constexpr int usage_error = 2;

// The storm under way ends, and so do those to come as soon as they have begun: the report is
// written to its end. A second signal ends the program at once.
void on_interrupt(int signal) {
    interrupt_children();
    std::signal(signal, SIG_DFL);
}

template <class List>
void add_list(CLI::App& app, const std::string& name, List& values, const std::string& help,
              const char* environment) {
    app.add_option(name, values, help)->delimiter(',')->envname(environment);
}

void add_options(CLI::App& app, LockBenchOptions& options) {
    add_list(app, "--workload", options.workloads, "private, shared, reclaim, migrate, split",
             "HEDDLE_WORKLOAD");
    add_list(app, "--layout", options.layouts, "node, zone, lruvec, page-hash", "HEDDLE_LAYOUT");
    add_list(app, "--lock", options.locks,
             "test-and-set, ticket, queued, std-mutex, pthread-spin, broken", "HEDDLE_LOCK");
    app.add_option("--batch", options.batches, "Slots of a pagevec, 1 to 31")
        ->delimiter(',')
        ->check(CLI::Range(1U, PAGEVEC_SIZE))
        ->envname("HEDDLE_BATCH");
    add_list(app, "--placement", options.placements,
             "core: hardware threads of one; cache: cores that share one; spread",
             "HEDDLE_PLACEMENT");
    app.add_option("--threads", options.threads, "By default 1, 2, 4, ... and the number of cores")
        ->delimiter(',')
        ->check(CLI::Range(1U, tasks_max))
        ->envname("HEDDLE_THREADS_LIST");
    app.add_option("--pages", options.common.pages, "Pages of each thread's range")
        ->check(CLI::Range(8U, ptes_max))
        ->envname("HEDDLE_PAGES");
    app.add_option("--storm-ms", options.common.storm_ms,
                   "How long each storm lasts; by default so that all take two minutes")
        ->check(CLI::Range(1U, 600'000U))
        ->envname("HEDDLE_STORM_MS");
    app.add_option("--critical-ns", options.common.critical_ns,
                   "More time in each section under lru_lock")
        ->check(CLI::Range(0U, 1'000'000U))
        ->envname("HEDDLE_CRITICAL_NS");
    app.add_option("--parallel-ns", options.common.parallel_ns,
                   "More time between two operations of a thread")
        ->check(CLI::Range(0U, 1'000'000'000U))
        ->envname("HEDDLE_PARALLEL_NS");
    app.add_option("--histograms", options.histograms,
                   "Writes a line of JSON with the distributions of each storm to this file")
        ->envname("HEDDLE_HISTOGRAMS");
    app.add_flag("--host", options.host, "Storms by the system calls of the running kernel")
        ->envname("HEDDLE_HOST");
}

std::string perf_text() {
    const PerfCounters counters;
    return counters.reason().empty() ? "available" : "not available: " + counters.reason();
}

// Into the context of the report, and to stderr, for the console's has no place for them.
void tell(const std::string& about, const std::string& text) {
    benchmark::AddCustomContext(about, text);
    fmt::print(stderr, "heddle-lock-bench: {}: {}\n", about, text);
}

unsigned threads_at_once(const std::vector<StormPlan>& plans) {
    unsigned most = 0;
    for (const StormPlan& plan : plans) {
        most = std::max(most,
                        plan.threads + workloads[static_cast<std::size_t>(plan.workload)].helpers);
    }
    return most;
}

void tell_of_host(const StormHost& host, unsigned threads) {
    tell("processors",
         fmt::format("{} sockets, {} cores, {} hardware threads", host.topology.sockets,
                     host.topology.cores, host.topology.processors));
    tell("perf_counters", perf_text());
    for (const HostWarning& warning : host_warnings(host.topology, threads)) {
        tell("warning_" + warning.about, warning.text);
    }
}

// Registers what the options ask for; false if that is nothing.
bool prepare(const LockBenchOptions& options, const StormHost& host, std::ostream* histograms) {
    if (options.host) {
        const std::vector<HostStormPlan> plans = host_storm_plans(options, host.topology);
        tell_of_host(host, plans.empty() ? 0 : plans.back().threads);
        const std::string why = why_no_contentions();
        tell("host_lock_contentions", why.empty() ? "counted" : "not available: " + why);
        register_host_storms(plans, host, histograms);
        return !plans.empty();
    }
    std::vector<std::string> skipped;
    const std::vector<StormPlan> plans = storm_plans(options, host.topology, skipped);
    tell_of_host(host, threads_at_once(plans));
    for (std::size_t i = 0; i < skipped.size(); ++i) {
        tell(fmt::format("skipped_{}", i + 1), skipped[i]);
    }
    register_storms(plans, host, histograms);
    return !plans.empty();
}

int run(int argc, char** argv) {
    LockBenchOptions options;
    options.common.storm_ms = 0;
    CLI::App app{
        "Measures what lru_lock costs.\nOptions that begin with --benchmark_ are Google "
        "Benchmark's: --benchmark_filter=REGEX, --benchmark_out=FILE."};
    app.allow_extras();
    add_options(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : usage_error;
    }
    if (const std::string wrong = wrong_option(options); !wrong.empty()) {
        fmt::print(stderr, "heddle-lock-bench: {}\n", wrong);
        return usage_error;
    }
    std::ofstream histograms;
    if (!options.histograms.empty()) {
        histograms.open(options.histograms);
        if (!histograms) {
            fmt::print(stderr, "heddle-lock-bench: --histograms: cannot write {}\n",
                       options.histograms);
            return usage_error;
        }
    }
    // A storm is one iteration, however short.
    std::vector<std::string> words = {argv[0], "--benchmark_min_time=0.0002"};
    const std::vector<std::string> others = app.remaining();
    words.insert(words.end(), others.begin(), others.end());
    std::vector<char*> arguments;
    arguments.reserve(words.size());
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    auto count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());
    if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
        return usage_error;
    }
    const StormHost host = {.topology = host_topology(), .ns_per_tick = ns_per_tick()};
    if (!prepare(options, host, options.histograms.empty() ? nullptr : &histograms)) {
        constexpr int nothing_selected = 5;
        return nothing_selected;
    }
    benchmark::RunSpecifiedBenchmarks();
    if (children_are_interrupted()) {
        fmt::print(stderr, "heddle-lock-bench: interrupted; the report has what was measured\n");
        constexpr int was_interrupted = 130;
        return was_interrupted;
    }
    return 0;
}

}  // namespace

}  // namespace heddle

int main(int argc, char** argv) {
    std::signal(SIGINT, heddle::on_interrupt);
    std::signal(SIGTERM, heddle::on_interrupt);
    try {
        return heddle::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "heddle-lock-bench: %s\n", error.what());
        constexpr int internal_error = 3;
        return internal_error;
    }
}
