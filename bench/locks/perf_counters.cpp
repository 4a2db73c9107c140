// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/perf_counters.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace heddle {

namespace {

constexpr std::array<std::uint64_t, perf_names.size()> perf_events = {
    PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_HW_INSTRUCTIONS, PERF_COUNT_HW_CACHE_MISSES};

int open_counter(std::uint64_t event, int leader) {
    struct perf_event_attr attributes = {};
    attributes.type = PERF_TYPE_HARDWARE;
    attributes.size = sizeof(attributes);
    attributes.config = event;
    attributes.disabled = leader < 0;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    attributes.read_format =
        PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, leader, 0));
}

std::string reason_for(int error, const char* name) {
    std::string reason = std::string(name) + ": " + std::strerror(error);
    std::ifstream file("/proc/sys/kernel/perf_event_paranoid");
    std::string paranoid;
    if (error == EACCES && file >> paranoid) {
        reason += " (kernel.perf_event_paranoid is " + paranoid + ")";
    }
    if (error == ENOENT) {
        reason += " (the processor, or a virtual machine, does not count it)";
    }
    return reason;
}

}  // namespace

PerfCounters::PerfCounters() {
    files_.fill(-1);
    for (std::size_t i = 0; i < perf_events.size(); ++i) {
        files_[i] = open_counter(perf_events[i], files_[0]);
        if (files_[i] < 0) {
            reason_ = reason_for(errno, perf_names[i]);
            return;
        }
    }
}

PerfCounters::~PerfCounters() {
    for (const int file : files_) {
        if (file >= 0) {
            close(file);
        }
    }
}

void PerfCounters::start() {
    if (reason_.empty()) {
        ioctl(files_[0], PERF_EVENT_IOC_RESET, PERF_IOC_FLAG_GROUP);
        ioctl(files_[0], PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
    }
}

PerfFigures PerfCounters::stop() {
    PerfFigures figures = {};
    if (!reason_.empty()) {
        return figures;
    }
    ioctl(files_[0], PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
    struct {
        std::uint64_t count;
        std::uint64_t enabled;
        std::uint64_t running;
        std::array<std::uint64_t, perf_names.size()> values;
    } group = {};
    const ssize_t got = read(files_[0], &group, sizeof(group));
    if (got != static_cast<ssize_t>(sizeof(group)) || group.running == 0) {
        return figures;
    }
    figures.counted = true;
    const double scale = static_cast<double>(group.enabled) / static_cast<double>(group.running);
    for (std::size_t i = 0; i < figures.values.size(); ++i) {
        figures.values[i] =
            static_cast<std::uint64_t>(static_cast<double>(group.values[i]) * scale);
    }
    return figures;
}

}  // namespace heddle
