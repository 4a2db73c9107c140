// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/host_storm.h"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>

#include "bench/locks/child_process.h"

namespace heddle {

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned host_processes_max = 256;

struct SharedHostFigures {
    std::atomic<unsigned> ready;
    std::array<std::atomic<int>, host_processes_max> error;  // errno of a call that failed
    std::array<HostProcessFigures, host_processes_max> processes;
};

std::string contention_event_id() {
    for (const char* root : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
        std::ifstream file(std::string(root) + "/events/lock/contention_begin/id");
        std::string id;
        if (file >> id) {
            return id;
        }
    }
    return "";
}

// Counts contended locks of the calling process from now on; -1 if it may not.
int count_contentions() {
    const std::string id = contention_event_id();
    if (id.empty()) {
        return -1;
    }
    struct perf_event_attr attributes = {};
    attributes.type = PERF_TYPE_TRACEPOINT;
    attributes.size = sizeof(attributes);
    attributes.config = std::stoull(id);
    return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

// Calls until the time is over; the errno of a call that failed, or 0.
int call_until(Clock::time_point end, const HostStormPlan& plan, void* range, std::size_t bytes,
               HostProcessFigures& figures) {
    const auto timed = [&figures](auto call) {
        const Clock::time_point start = Clock::now();
        const int result = call();
        figures.call_ns.add(static_cast<std::uint64_t>((Clock::now() - start).count()));
        return result == 0 ? 0 : errno;
    };
    while (Clock::now() < end) {
        if (const int error = timed([&] { return mlock(range, bytes); }); error != 0) {
            return error;
        }
        const int error = timed([&] {
            return plan.workload == HostWorkload::unlock_all ? munlockall() : munlock(range, bytes);
        });
        if (error != 0) {
            return error;
        }
        ++figures.ops;
    }
    return 0;
}

// The range of one process; null if there is no memory, with errno.
void* range_of(const HostStormPlan& plan, void* shared, std::size_t bytes) {
    if (plan.workload == HostWorkload::shared_file) {
        return shared;
    }
    void* range = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return range == MAP_FAILED ? nullptr : range;
}

void storm_in_process(unsigned i, const HostStormPlan& plan, void* range, std::size_t bytes,
                      SharedHostFigures& figures) {
    figures.error[i] = range == nullptr ? errno : 0;
    if (range != nullptr) {
        std::memset(range, 1, bytes);
    }
    ++figures.ready;
    while (figures.ready < plan.threads) {
        std::this_thread::yield();
    }
    if (range == nullptr) {
        return;
    }
    const int counter = count_contentions();
    figures.error[i] = call_until(Clock::now() + std::chrono::milliseconds(plan.storm_ms), plan,
                                  range, bytes, figures.processes[i]);
    std::uint64_t contentions = 0;
    if (counter >= 0 && read(counter, &contentions, sizeof(contentions)) == sizeof(contentions)) {
        figures.processes[i].contentions = contentions;
    }
}

unsigned pages_within_limit(unsigned pages) {
    struct rlimit limit = {};
    getrlimit(RLIMIT_MEMLOCK, &limit);
    const auto page = static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
    return limit.rlim_cur == RLIM_INFINITY
               ? pages
               : static_cast<unsigned>(std::min<rlim_t>(pages, limit.rlim_cur / page));
}

// All at once; the first error of one that could not be started.
int run_processes(unsigned count, const std::function<void(unsigned)>& body) {
    std::vector<pid_t> children;
    int error = 0;
    for (unsigned i = 0; i < count && error == 0; ++i) {
        const pid_t child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            body(i);
            _exit(0);
        }
        error = child < 0 ? errno : 0;
        if (child > 0) {
            children.push_back(child);
        }
    }
    for (const pid_t child : children) {
        if (error != 0) {
            kill(child, SIGKILL);
        }
        wait_for_child(child, Clock::time_point::max());
    }
    return error;
}

}  // namespace

std::string why_no_contentions() {
    if (contention_event_id().empty()) {
        return "the tracepoint lock:contention_begin cannot be read (no tracefs, or not root)";
    }
    const int file = count_contentions();
    if (file < 0) {
        return std::string("lock:contention_begin: ") + std::strerror(errno);
    }
    close(file);
    return "";
}

std::string host_storm_name(const HostStormPlan& plan) {
    return fmt::format("host/workload:{}/threads:{}",
                       host_workloads[static_cast<std::size_t>(plan.workload)].name, plan.threads);
}

HostStormFigures run_host_storm(const HostStormPlan& plan, const HostTopology& host) {
    HostStormFigures result;
    result.no_contentions = why_no_contentions();
    result.pages = pages_within_limit(plan.pages);
    if (result.pages == 0) {
        result.error = "RLIMIT_MEMLOCK is less than a page";
        return result;
    }
    const std::size_t bytes = result.pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* shared = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        result.error = std::string("mmap: ") + std::strerror(errno);
        return result;
    }
    const SharedWithChild<SharedHostFigures> figures;
    const unsigned processes = std::min(plan.threads, host_processes_max);
    int error = run_processes(processes, [&](unsigned i) {
        const std::vector<unsigned>& processors = host.of(Placement::spread);
        if (!processors.empty()) {
            run_on_processor(processors[i % processors.size()]);
        }
        storm_in_process(i, plan, range_of(plan, shared, bytes), bytes, *figures);
    });
    munmap(shared, bytes);
    for (unsigned i = 0; i < processes && error == 0; ++i) {
        error = figures->error[i];
    }
    result.error = error == 0 ? "" : std::strerror(error);
    if (children_are_interrupted()) {
        result.error = "interrupted";
    }
    result.seconds = plan.storm_ms / 1000.0;
    result.processes.assign(figures->processes.begin(), figures->processes.begin() + processes);
    return result;
}

}  // namespace heddle
