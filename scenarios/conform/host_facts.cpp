// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/host_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/conform/sequence_text.h"
#include "scenarios/conform/syscall_text.h"

namespace heddle {

namespace {

// What the agent has in memory.
constexpr std::uint64_t agent_pages = 3;

// The last call of each must return 0. mlockall() without MCL_CURRENT asks for no limit.
constexpr const char* probes[] = {
    "A munlock 0 1",       "A mlock2 0 1",     "A mlockall future", "A munlockall",
    "A mprotect 0 1 read", "A mremap 0 1 1 4", "A touch 0 write",   "A fork B",
    "A munmap 0 1"};

SyscallSequence sequence_of(const std::string& text) {
    return std::get<SyscallSequence>(parse_sequence(text));
}

// In pages; the hard limit, unless it can be raised.
std::uint64_t limit_max_now() {
    const std::uint64_t bytes = HostProcesses(window_pages).limit_max();
    const std::uint64_t pages = bytes / page_bytes;
    return bytes == ~0UL ? unlimited : pages > agent_pages ? pages - agent_pages : 0;
}

// Why the calls do not show what must be compared; empty if they do.
std::string blocked_by(HostSide& host, const std::string& limits) {
    const SideRun run = host.run(sequence_of(limits + "A mmap 0 1; A mlock 0 1"));
    if (run.steps[0].result != 0) {
        return fmt::format("mmap() at {:#x} returns {}", top_of_user_addresses(),
                           error_text(run.steps[0].result));
    }
    if (run.steps[1].result != 0) {
        return fmt::format("mlock() of one page returns {}", error_text(run.steps[1].result));
    }
    const ProcessState& state = run.steps[1].state[0];
    if (state.locked_pages != 1) {
        return fmt::format("VmLck is {} kB with one page locked", state.locked_pages * 4);
    }
    if (state.mappings.size() != 1 || !state.mappings[0].locked ||
        state.mappings[0].locked_kb != 4) {
        return "smaps does not show the one page that is locked";
    }
    return "";
}

std::string why_left_out(HostSide& host, const SyscallSequence& sequence) {
    try {
        const int result = host.run(sequence).steps.back().result;
        return result == 0 ? "" : "returns " + error_text(result);
    } catch (const HostError& error) {
        return error.what();
    }
}

void probe_calls(HostSide& host, const std::string& limits, HostFacts& facts) {
    for (const char* probe : probes) {
        const SyscallSequence sequence = sequence_of(limits + "A mmap 0 1; " + probe);
        if (const std::string why = why_left_out(host, sequence); !why.empty()) {
            facts.left_out.push_back({sequence.calls.back().name, why});
        }
    }
}

void probe(const HostOptions& options, HostFacts& facts) {
    HostSide host(options);
    facts.limit_max = limit_max_now();
    const auto capable = host.run(sequence_of("limit 0; capable; A mmap 0 1; A mlock 0 1"));
    facts.may_be_capable = capable.steps.back().result == 0;
    if (facts.limit_max == 0 && !facts.may_be_capable) {
        facts.blocked = fmt::format(
            "RLIMIT_MEMLOCK lets a process lock no more than {} pages, and "
            "CAP_IPC_LOCK cannot be had",
            agent_pages);
        return;
    }
    const std::string limits = facts.limit_max == 0 ? "limit 0; capable; " : "limit 1; ";
    facts.blocked = blocked_by(host, limits);
    if (!facts.blocked.empty()) {
        return;
    }
    probe_calls(host, limits, facts);
    const auto onfault = host.run(sequence_of(limits + "A mmap 0 1; A mlock2 0 1 onfault"));
    const auto& mappings = onfault.steps.back().state[0].mappings;
    facts.tells_onfault = mappings.size() == 1 && mappings[0].onfault;
}

}  // namespace

HostFacts probe_host(const HostOptions& options) {
    HostFacts facts;
    try {
        probe(options, facts);
    } catch (const HostError& error) {
        facts.blocked = error.what();
    }
    return facts;
}

SyscallSequence fit_to_host(SyscallSequence sequence, const HostFacts& facts) {
    sequence.limits.capable = sequence.limits.capable && facts.may_be_capable;
    sequence.limits.limit = std::min(sequence.limits.limit, facts.limit_max);
    const auto cannot_be_made = [&facts](const SystemCall& call) {
        return call.special ||
               std::any_of(facts.left_out.begin(), facts.left_out.end(),
                           [&call](const auto& left) { return left.call == call.name; });
    };
    std::erase_if(sequence.calls, cannot_be_made);
    return sequence;
}

}  // namespace heddle
