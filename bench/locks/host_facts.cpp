// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/host_facts.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

namespace heddle {

namespace {

// The first word of a file; empty if there is none.
std::string word_in(const char* path) {
    std::ifstream file(path);
    std::string word;
    file >> word;
    return word;
}

void warn_of_frequency(std::vector<HostWarning>& warnings) {
    const std::string governor = word_in("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    if (governor.empty()) {
        warnings.push_back({"governor", "the host does not tell how it sets the frequency"});
    } else if (governor != "performance") {
        warnings.push_back(
            {"governor", "the frequency governor is '" + governor + "': speeds change as it runs"});
    }
    const std::string no_turbo = word_in("/sys/devices/system/cpu/intel_pstate/no_turbo");
    const std::string boost = word_in("/sys/devices/system/cpu/cpufreq/boost");
    if (no_turbo.empty() && boost.empty()) {
        warnings.push_back({"turbo", "the host does not tell whether it has turbo"});
    } else if (no_turbo == "0" || boost == "1") {
        warnings.push_back({"turbo", "turbo is on: few threads run faster than many"});
    }
}

void warn_of_company(const HostTopology& host, std::vector<HostWarning>& warnings) {
    const double load = std::strtod(word_in("/proc/loadavg").c_str(), nullptr);
    if (load > 0.25 * host.processors) {
        warnings.push_back(
            {"load", fmt::format("the load is {}: other programs run beside this one, so "
                                 "compare within one run",
                                 load)});
    }
    std::ifstream file("/proc/cpuinfo");
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with("flags") && line.find(" hypervisor") != std::string::npos) {
            warnings.push_back({"virtual", "a virtual machine: its processors may be taken away"});
            return;
        }
    }
}

}  // namespace

std::vector<HostWarning> host_warnings(const HostTopology& host, unsigned threads) {
    std::vector<HostWarning> warnings;
    if (host.cores < 4) {
        warnings.push_back(
            {"cores",
             fmt::format("{} cores: it cannot be concluded how throughput goes on with more "
                         "threads, nor what fairness and hand-over are among more than {}",
                         host.cores, host.cores)});
    }
    if (host.sockets < 2) {
        warnings.push_back(
            {"sockets",
             "one socket: what a lock costs that goes from socket to socket cannot be concluded"});
    }
    if (threads > host.processors) {
        warnings.push_back(
            {"threads",
             fmt::format("{} threads, kswapd or compaction included, on {} processors: who holds "
                         "a lock may be without one, which a kernel prevents",
                         threads, host.processors)});
    }
    warn_of_frequency(warnings);
    warn_of_company(host, warnings);
    return warnings;
}

}  // namespace heddle
