// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/lru_lock.h"

namespace heddle {

namespace {

template <class Table>
std::string names_in(const Table& table) {
    std::string names;
    for (const auto& info : table) {
        names += std::string(names.empty() ? "" : ", ") + info.name;
    }
    return names;
}

template <class Table>
std::string unknown_in(const Table& table, const std::vector<std::string>& names,
                       const char* option) {
    for (const std::string& name : names) {
        if (std::none_of(table.begin(), table.end(),
                         [&](const auto& info) { return name == info.name; })) {
            return fmt::format("{}: '{}'; expected one of: {}", option, name, names_in(table));
        }
    }
    return "";
}

// The rows that are named, or the one of `by_default`.
template <class Table>
auto rows_of(const Table& table, const std::vector<std::string>& names, const char* by_default) {
    std::vector<typename Table::value_type> rows;
    for (const auto& info : table) {
        const bool named = std::find(names.begin(), names.end(), info.name) != names.end();
        if (named || (names.empty() && std::string(by_default) == info.name)) {
            rows.push_back(info);
        }
    }
    return rows;
}

// 1, 2, 4, ... and the number of cores.
std::vector<unsigned> counts_up_to(unsigned cores) {
    std::vector<unsigned> counts;
    for (unsigned count = 1; count < cores; count *= 2) {
        counts.push_back(count);
    }
    counts.push_back(std::max(cores, 1U));
    return counts;
}

// A plan for each of the values, from each of the plans.
template <class Values, class Set>
std::vector<StormPlan> times(const std::vector<StormPlan>& plans, const Values& values, Set set) {
    std::vector<StormPlan> all;
    all.reserve(plans.size() * values.size());
    for (const StormPlan& plan : plans) {
        for (const auto& value : values) {
            all.push_back(plan);
            set(all.back(), value);
        }
    }
    return all;
}

// Every combination.
void cross(const LockBenchOptions& options, const HostTopology& host,
           std::vector<StormPlan>& plans) {
    const std::vector<unsigned> batches =
        options.batches.empty() ? std::vector{options.common.batch} : options.batches;
    const std::vector<unsigned> threads =
        options.threads.empty() ? counts_up_to(host.cores) : options.threads;
    std::vector<StormPlan> all = {options.common};
    all = times(all, rows_of(workloads, options.workloads, "private"),
                [](StormPlan& plan, const auto& of) { plan.workload = of.workload; });
    all = times(all, rows_of(lru_lock_layouts, options.layouts, "node"),
                [](StormPlan& plan, const auto& of) { plan.layout = of.layout; });
    all = times(all, rows_of(lock_kinds, options.locks, "queued"),
                [](StormPlan& plan, const auto& of) { plan.lock = of.kind; });
    all = times(all, batches, [](StormPlan& plan, unsigned batch) { plan.batch = batch; });
    all = times(all, rows_of(placements, options.placements, "spread"),
                [](StormPlan& plan, const auto& of) { plan.placement = of.placement; });
    all = times(all, threads, [](StormPlan& plan, unsigned count) { plan.threads = count; });
    plans.insert(plans.end(), all.begin(), all.end());
}

// Four questions, each with all else as usual: the layouts under each workload, the kinds of lock,
// the batches, the placements.
void standard_set(const LockBenchOptions& options, const HostTopology& host,
                  std::vector<StormPlan>& plans) {
    LockBenchOptions layouts = options;
    layouts.workloads = {"private", "shared", "reclaim", "migrate", "split"};
    layouts.layouts = {"node", "zone", "lruvec", "page-hash"};
    cross(layouts, host, plans);
    LockBenchOptions locks = options;
    locks.locks = {"test-and-set", "ticket", "std-mutex", "pthread-spin", "broken"};
    cross(locks, host, plans);
    LockBenchOptions batches = options;
    batches.batches = {1, 2, 31};
    cross(batches, host, plans);
    LockBenchOptions placed = options;
    placed.placements = {"core", "cache"};
    placed.layouts = {"node", "zone"};
    std::erase(placed.threads, 1U);
    if (placed.threads.empty() && host.cores > 1) {
        placed.threads = {2};
    }
    cross(placed, host, plans);
}

// Why the storm cannot be; empty if it can.
std::string obstacle(const StormPlan& plan, const HostTopology& host) {
    const PlacementInfo& placement = placements[static_cast<std::size_t>(plan.placement)];
    if (plan.placement != Placement::spread && plan.threads > host.of(plan.placement).size()) {
        return fmt::format("placement {} with {} threads: this host has {} {}", placement.name,
                           plan.threads, host.of(plan.placement).size(), placement.needs);
    }
    const unsigned most = storm_threads_max(plan);
    if (plan.threads > most) {
        return fmt::format("{} threads of {} pages: the model has room for {}", plan.threads,
                           plan.pages, most);
    }
    return "";
}

}  // namespace

std::string wrong_option(const LockBenchOptions& options) {
    for (const std::string& wrong : {unknown_in(workloads, options.workloads, "--workload"),
                                     unknown_in(lru_lock_layouts, options.layouts, "--layout"),
                                     unknown_in(lock_kinds, options.locks, "--lock"),
                                     unknown_in(placements, options.placements, "--placement")}) {
        if (!wrong.empty()) {
            return wrong;
        }
    }
    constexpr unsigned small_pages = 8;  // of a huge page
    if (options.common.pages % small_pages != 0) {
        return fmt::format("--pages: {}; expected a multiple of {}", options.common.pages,
                           small_pages);
    }
    return "";
}

std::vector<StormPlan> storm_plans(const LockBenchOptions& options, const HostTopology& host,
                                   std::vector<std::string>& skipped) {
    const bool is_standard = options.workloads.empty() && options.layouts.empty() &&
                             options.locks.empty() && options.batches.empty() &&
                             options.placements.empty();
    std::vector<StormPlan> all;
    if (is_standard) {
        standard_set(options, host, all);
    } else {
        cross(options, host, all);
    }
    std::set<std::string> said;
    std::vector<StormPlan> plans;
    for (StormPlan plan : all) {
        const std::string why_not = obstacle(plan, host);
        if (why_not.empty()) {
            plans.push_back(plan);
        } else if (said.insert(why_not).second) {
            skipped.push_back(why_not);
        }
    }
    constexpr unsigned budget_ms = 110'000;
    constexpr unsigned shortest_ms = 50;
    constexpr unsigned longest_ms = 2'000;
    const auto share = budget_ms / static_cast<unsigned>(std::max<std::size_t>(plans.size(), 1));
    for (StormPlan& plan : plans) {
        if (plan.storm_ms == 0) {
            plan.storm_ms = std::clamp(share, shortest_ms, longest_ms);
        }
    }
    return plans;
}

std::vector<HostStormPlan> host_storm_plans(const LockBenchOptions& options,
                                            const HostTopology& host) {
    std::vector<HostStormPlan> plans;
    const std::vector<unsigned> threads =
        options.threads.empty() ? counts_up_to(host.cores) : options.threads;
    for (const HostWorkloadInfo& workload : host_workloads) {
        const bool wanted = options.workloads.empty() ||
                            std::find(options.workloads.begin(), options.workloads.end(),
                                      workload.name) != options.workloads.end();
        for (const unsigned count : threads) {
            if (wanted) {
                plans.push_back(
                    {.workload = workload.workload,
                     .threads = count,
                     .pages = options.common.pages,
                     .storm_ms = options.common.storm_ms == 0 ? 1'000 : options.common.storm_ms});
            }
        }
    }
    return plans;
}

}  // namespace heddle
