// SPDX-License-Identifier: Apache-2.0
// The same storms on the kernel that runs this program.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "bench/locks/histogram.h"
#include "bench/locks/placement.h"

namespace heddle {

enum class HostWorkload : unsigned char {
    private_vmas,  // mlock() and munlock() of a private range
    shared_file,   // the same of a range that all processes share
    unlock_all     // mlock() of a private range and munlockall()
};

struct HostWorkloadInfo {
    HostWorkload workload;
    const char* name;
};
inline constexpr std::array host_workloads = {
    HostWorkloadInfo{HostWorkload::private_vmas, "private"},
    HostWorkloadInfo{HostWorkload::shared_file, "shared"},
    HostWorkloadInfo{HostWorkload::unlock_all, "munlockall"}};

struct HostStormPlan {
    HostWorkload workload = HostWorkload::private_vmas;
    unsigned threads = 1;  // processes, as in the model, each with one thread
    unsigned pages = 32;   // less if RLIMIT_MEMLOCK allows less
    unsigned storm_ms = 200;
};

// "host/workload:private/threads:2"
std::string host_storm_name(const HostStormPlan& plan);

struct HostProcessFigures {
    std::uint64_t ops;          // pairs of calls
    std::uint64_t contentions;  // events of lock:contention_begin
    Histogram call_ns;          // of each call
};

struct HostStormFigures {
    std::vector<HostProcessFigures> processes;
    double seconds = 0;
    unsigned pages = 0;
    std::string error;           // a call that failed; empty: none did
    std::string no_contentions;  // why they are not counted; empty: they are
};

// Why contended locks of the kernel cannot be counted here; empty: they can.
std::string why_no_contentions();

HostStormFigures run_host_storm(const HostStormPlan& plan, const HostTopology& host);

}  // namespace heddle
