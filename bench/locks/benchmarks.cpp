// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/benchmarks.h"

#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "bench/locks/child_process.h"

namespace heddle {

namespace {

using Json = nlohmann::ordered_json;

// [[upper end in ns, count], ...] of the buckets that are not empty.
Json json_of(const Histogram& histogram) {
    Json buckets = Json::array();
    for (unsigned i = 0; i < Histogram::size; ++i) {
        if (histogram.count(i) != 0) {
            buckets.push_back({Histogram::upper_of(i), histogram.count(i)});
        }
    }
    return buckets;
}

std::vector<std::uint64_t> ops_of(const std::vector<ThreadFigures>& threads) {
    std::vector<std::uint64_t> ops;
    ops.reserve(threads.size());
    for (const ThreadFigures& thread : threads) {
        ops.push_back(thread.ops);
    }
    return ops;
}

std::uint64_t sum_of(const std::vector<std::uint64_t>& values) {
    std::uint64_t sum = 0;
    for (const std::uint64_t value : values) {
        sum += value;
    }
    return sum;
}

// All threads' as one.
ThreadFigures together(const std::vector<ThreadFigures>& threads) {
    ThreadFigures all = {};
    all.perf.counted = !threads.empty();
    for (const ThreadFigures& thread : threads) {
        all.ops += thread.ops;
        all.taken += thread.taken;
        all.local += thread.local;
        all.wait_ns.add(thread.wait_ns);
        all.hold_ns.add(thread.hold_ns);
        all.between_ns.add(thread.between_ns);
        all.perf.counted = all.perf.counted && thread.perf.counted;
        for (std::size_t i = 0; i < perf_names.size(); ++i) {
            all.perf.values[i] += thread.perf.values[i];
        }
    }
    return all;
}

double per(double count, std::uint64_t of) { return of == 0 ? 0 : count / static_cast<double>(of); }

void count_storm(const StormFigures& figures, benchmark::State& state) {
    const ThreadFigures all = together(figures.threads);
    auto& counters = state.counters;
    counters["ops"] = figures.seconds > 0 ? static_cast<double>(all.ops) / figures.seconds : 0;
    counters["jain"] = jain_index(ops_of(figures.threads));
    counters["local"] = per(static_cast<double>(all.local), all.taken);
    counters["wait_p50_ns"] = all.wait_ns.quantile(0.5);
    counters["wait_p99_ns"] = all.wait_ns.quantile(0.99);
    counters["wait_p999_ns"] = all.wait_ns.quantile(0.999);
    counters["wait_max_ns"] = static_cast<double>(all.wait_ns.max());
    counters["hold_p50_ns"] = all.hold_ns.quantile(0.5);
    counters["hold_p99_ns"] = all.hold_ns.quantile(0.99);
    counters["broken"] = figures.broken.empty() ? 0 : 1;
    for (std::size_t i = 0; all.perf.counted && i < perf_names.size(); ++i) {
        counters[perf_names[i]] = per(static_cast<double>(all.perf.values[i]), all.ops);
    }
    if (!figures.broken.empty()) {
        state.SetLabel("broken: " + figures.broken);
    }
}

void write_storm(const std::string& name, const StormFigures& figures, std::ostream& to) {
    const ThreadFigures all = together(figures.threads);
    const Json line = {{"name", name},
                       {"threads", figures.threads.size()},
                       {"wait_ns", json_of(all.wait_ns)},
                       {"hold_ns", json_of(all.hold_ns)},
                       {"between_ns", json_of(all.between_ns)},
                       {"per_thread_ops", ops_of(figures.threads)}};
    to << line.dump() << '\n' << std::flush;
}

Histogram calls_of(const HostStormFigures& figures) {
    Histogram calls;
    for (const HostProcessFigures& process : figures.processes) {
        calls.add(process.call_ns);
    }
    return calls;
}

void count_host_storm(const HostStormFigures& figures, benchmark::State& state) {
    std::vector<std::uint64_t> ops;
    std::uint64_t contentions = 0;
    for (const HostProcessFigures& process : figures.processes) {
        ops.push_back(process.ops);
        contentions += process.contentions;
    }
    const Histogram calls = calls_of(figures);
    auto& counters = state.counters;
    counters["ops"] = static_cast<double>(sum_of(ops)) / figures.seconds;
    counters["jain"] = jain_index(ops);
    counters["call_p50_ns"] = calls.quantile(0.5);
    counters["call_p99_ns"] = calls.quantile(0.99);
    counters["call_max_ns"] = static_cast<double>(calls.max());
    counters["pages"] = figures.pages;
    if (figures.no_contentions.empty()) {
        counters["contentions"] = per(static_cast<double>(contentions), sum_of(ops));
    }
}

void write_host_storm(const std::string& name, const HostStormFigures& figures, std::ostream& to) {
    Json ops = Json::array();
    for (const HostProcessFigures& process : figures.processes) {
        ops.push_back(process.ops);
    }
    const Json line = {{"name", name},
                       {"threads", figures.processes.size()},
                       {"call_ns", json_of(calls_of(figures))},
                       {"per_thread_ops", ops}};
    to << line.dump() << '\n' << std::flush;
}

void bench_storm(const StormPlan& plan, const StormHost& host, std::ostream* histograms,
                 benchmark::State& state) {
    for (auto _ : state) {
        const StormFigures figures = run_storm(plan, host);
        if (children_are_interrupted()) {
            state.SkipWithError("interrupted");
            return;
        }
        count_storm(figures, state);
        if (histograms != nullptr) {
            write_storm(storm_name(plan), figures, *histograms);
        }
    }
}

void bench_host_storm(const HostStormPlan& plan, const StormHost& host, std::ostream* histograms,
                      benchmark::State& state) {
    for (auto _ : state) {
        const HostStormFigures figures = run_host_storm(plan, host.topology);
        if (!figures.error.empty()) {
            state.SkipWithError(figures.error.c_str());
            return;
        }
        count_host_storm(figures, state);
        if (histograms != nullptr) {
            write_host_storm(host_storm_name(plan), figures, *histograms);
        }
    }
}

}  // namespace

void register_storms(const std::vector<StormPlan>& plans, const StormHost& host,
                     std::ostream* histograms) {
    for (const StormPlan& plan : plans) {
        const auto bench = [plan, &host, histograms](benchmark::State& state) {
            bench_storm(plan, host, histograms, state);
        };
        benchmark::RegisterBenchmark(storm_name(plan).c_str(), bench)
            ->Unit(benchmark::kMillisecond);
    }
}

void register_host_storms(const std::vector<HostStormPlan>& plans, const StormHost& host,
                          std::ostream* histograms) {
    for (const HostStormPlan& plan : plans) {
        const auto bench = [plan, &host, histograms](benchmark::State& state) {
            bench_host_storm(plan, host, histograms, state);
        };
        benchmark::RegisterBenchmark(host_storm_name(plan).c_str(), bench)
            ->Unit(benchmark::kMillisecond);
    }
}

}  // namespace heddle
