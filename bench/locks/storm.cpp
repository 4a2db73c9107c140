// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/storm.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "bench/locks/child_process.h"
#include "bench/locks/lock_world.h"
#include "bench/locks/storm_tasks.h"
#include "checker/sync/threads/run.h"
#include "model/lru_lock.h"

namespace heddle {

namespace {

using namespace std::chrono_literals;

const WorkloadInfo& info_of(Workload workload) {
    return workloads[static_cast<std::size_t>(workload)];
}

// What a storm leaves behind, in memory that its process shares with ours.
struct SharedFigures {
    std::atomic<double> seconds;  // 0: not over
    std::array<char, 256> broken;
    std::array<ThreadFigures, tasks_max> threads;
};

void note(SharedFigures& figures, const std::string& broken) {
    const std::size_t size = std::min(broken.size(), figures.broken.size() - 1);
    std::copy_n(broken.begin(), size, figures.broken.begin());
}

// What nobody checks but us: under a lock that lets two in, counts get lost.
std::string broken_exclusion(const LockWorld& world, const SharedFigures& figures,
                             unsigned threads) {
    std::uint64_t taken = 0;
    for (unsigned i = 0; i < threads; ++i) {
        taken += figures.threads[i].taken;
    }
    const std::uint32_t counted = world.times_taken();
    if (static_cast<std::uint32_t>(taken) == counted) {
        return "";
    }
    return fmt::format("exclusion: lru_locks were taken {} times, of which {} count", taken,
                       counted);
}

// Pages that migration moves to, and collapsing copies to.
unsigned spare_pages_of(const StormPlan& plan) {
    return plan.workload == Workload::migrate || plan.workload == Workload::split ? 128 : 0;
}

LockWorldSize size_of(const StormPlan& plan) {
    const unsigned tasks = plan.threads + info_of(plan.workload).helpers;
    return {.layout = plan.layout,
            .tasks = tasks,
            .pages = plan.pages,
            .pagevec_size = plan.batch,
            .spare_pages = spare_pages_of(plan),
            .shared_file = plan.workload == Workload::shared_file,
            .huge = plan.workload == Workload::split};
}

void storm_in_child(const StormPlan& plan, const StormHost& host, SharedFigures& figures) {
    lock_kind = plan.lock;
    // As long as the slice of a processor that somebody else has got in between.
    spins_before_yield = 20'000;
    const LockWorldSize size = size_of(plan);
    const unsigned tasks = size.tasks;
    LockWorld world(size);
    StormTasks storm(plan, size, host, figures.threads.data());
    world.measure(storm.meter());

    std::vector<ThreadTask> bodies;
    for (unsigned i = 0; i < tasks; ++i) {
        bodies.push_back({.cpu = i, .interrupt = false, .body = [&storm, i] { storm.run(i); }});
    }
    run_on_threads(world.machine(), tasks, bodies, 1);
    figures.seconds = storm.seconds();
    note(figures, broken_exclusion(world, figures, tasks));
    if (figures.broken[0] != 0) {
        return;
    }
    note(figures, broken_invariant());
}

}  // namespace

std::string storm_name(const StormPlan& plan) {
    return fmt::format("storm/workload:{}/layout:{}/lock:{}/batch:{}/placement:{}/threads:{}",
                       info_of(plan.workload).name,
                       lru_lock_layouts[static_cast<std::size_t>(plan.layout)].name,
                       lock_kinds[static_cast<std::size_t>(plan.lock)].name, plan.batch,
                       placements[static_cast<std::size_t>(plan.placement)].name, plan.threads);
}

unsigned storm_threads_max(const StormPlan& plan) {
    StormPlan more = plan;
    for (more.threads = 1; more.threads < tasks_max; ++more.threads) {
        const LockWorldSize size = size_of(more);
        if (size.tasks > tasks_max || lock_world_pages(size) > pages_max) {
            break;
        }
    }
    return more.threads - 1;
}

StormFigures run_storm(const StormPlan& plan, const StormHost& host) {
    const SharedWithChild<SharedFigures> figures;
    constexpr std::chrono::milliseconds grace = 20s;
    const ChildEnd end = run_child(std::chrono::milliseconds(plan.storm_ms) + grace,
                                   [&] { storm_in_child(plan, host, *figures); });
    StormFigures result;
    result.seconds = figures->seconds;
    result.broken = figures->broken.data();
    if (!end.how.empty()) {
        result.broken = end.how;
        result.seconds = std::max(end.seconds, 1e-9);
    }
    result.threads.assign(figures->threads.begin(), figures->threads.begin() + plan.threads);
    return result;
}

double jain_index(const std::vector<std::uint64_t>& ops) {
    double sum = 0;
    double squares = 0;
    for (const std::uint64_t count : ops) {
        const auto x = static_cast<double>(count);
        sum += x;
        squares += x * x;
    }
    return squares == 0 ? 1 : sum * sum / (static_cast<double>(ops.size()) * squares);
}

}  // namespace heddle
