// SPDX-License-Identifier: Apache-2.0
// A storm: threads that mlock and munlock their ranges over and over for a while, on the model, and
// what was measured of each.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "bench/locks/histogram.h"
#include "bench/locks/perf_counters.h"
#include "bench/locks/placement.h"
#include "checker/sync/sync.h"
#include "model/mm_types.h"

namespace heddle {

enum class Workload : unsigned char {
    private_vmas,  // each thread its own process and pages
    shared_file,   // each thread its own process, all map the pages of one file
    reclaim,       // as private_vmas, while kswapd runs and the threads reclaim now and then
    migrate,       // as private_vmas, while compaction moves pages
    split          // huge pages, which are split while they are mlocked, and collapsed again
};

struct WorkloadInfo {
    Workload workload;
    const char* name;
    unsigned helpers;  // threads besides those that are measured
};
inline constexpr std::array workloads = {
    WorkloadInfo{Workload::private_vmas, "private", 0},
    WorkloadInfo{Workload::shared_file, "shared", 0}, WorkloadInfo{Workload::reclaim, "reclaim", 1},
    WorkloadInfo{Workload::migrate, "migrate", 1}, WorkloadInfo{Workload::split, "split", 0}};

struct StormPlan {
    Workload workload = Workload::private_vmas;
    lru_lock_layout layout = lru_lock_layout::node;
    LockKind lock = LockKind::queued;
    unsigned batch = 14;  // slots of a pagevec
    Placement placement = Placement::spread;
    unsigned threads = 1;
    unsigned pages = 32;       // of each thread's range
    unsigned storm_ms = 200;   // how long it goes on
    unsigned critical_ns = 0;  // more time in each section under lru_lock
    unsigned parallel_ns = 0;  // more time between two operations of a thread
};

// "storm/workload:private/layout:node/lock:queued/batch:14/placement:spread/threads:2"
std::string storm_name(const StormPlan& plan);

struct ThreadFigures {
    std::uint64_t ops;    // mlock() and munlock() of the range
    std::uint64_t taken;  // lru_locks
    std::uint64_t local;  // of these, what the same thread had held last
    Histogram wait_ns;
    Histogram hold_ns;
    Histogram between_ns;  // from giving a lru_lock back to asking for the next
    PerfFigures perf;
};

struct StormFigures {
    std::vector<ThreadFigures> threads;
    double seconds = 0;
    std::string broken;  // what was violated; empty: nothing
};

// What a storm has to know of the host.
struct StormHost {
    HostTopology topology;
    double ns_per_tick = 1;
};

// The most threads that the model has pages and CPUs for.
unsigned storm_threads_max(const StormPlan& plan);

// Runs it in a process of its own, which may crash or hang where a lock or a layout is broken: that
// is in `broken` then, and the threads have what they had done by then.
StormFigures run_storm(const StormPlan& plan, const StormHost& host);

// Fairness of Jain: (sum x)^2 / (n sum x^2), 1 if all did the same, 1/n if one did all. 1 if nobody
// did anything. Source: Jain, Chiu and Hawe, A Quantitative Measure of Fairness, DEC TR-301, 1984.
double jain_index(const std::vector<std::uint64_t>& ops);

}  // namespace heddle
