// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/host_side.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cstring>

namespace heddle {

namespace {

using enum SystemCallName;

AgentOrder order_of(long number, const std::array<unsigned long, 6>& arguments) {
    AgentOrder order;
    order.number = number;
    for (unsigned i = 0; i < 6; ++i) {
        order.arguments[i] = arguments[i];
    }
    return order;
}

// No capability at all: whatever else there is does not matter for a process's own memory.
AgentOrder drop_capabilities() {
    struct Header {
        std::uint32_t version = 0x20080522;  // _LINUX_CAPABILITY_VERSION_3
        int pid = 0;
    } header;
    AgentOrder order = order_of(SYS_capset, {0, sizeof header, 0, 0, 0, 0});
    order.pointers = 3;
    std::memcpy(order.data, &header, sizeof header);  // and 24 bytes of zeros
    return order;
}

// So that start + len is in the window what it is in the model: a sum that does not wrap there
// must not do so here, nor one that does be a small number.
unsigned long length_in(const Window& window, unsigned long start, unsigned long len) {
    const bool is_huge = static_cast<long>(len) < 0 && page_round_up(len + page_offset(start)) != 0;
    const bool wraps = start + len < start;
    return is_huge && !wraps ? len - window.base : len;
}

AgentOrder mmap_order(const Window& window, const SystemCall& call) {
    const int protection = PROT_READ | (call.read_only ? 0 : PROT_WRITE);
    // Nothing is accounted, which would keep mappings from being merged.
    const int flags = MAP_FIXED | MAP_NORESERVE | (call.shared ? MAP_SHARED : MAP_PRIVATE) |
                      (call.file < 0 ? MAP_ANONYMOUS : 0) | (call.locked ? MAP_LOCKED : 0);
    return order_of(SYS_mmap,
                    {window.base + call.start, length_in(window, call.start, call.len),
                     static_cast<unsigned long>(protection), static_cast<unsigned long>(flags),
                     static_cast<unsigned long>(call.file < 0 ? -1L : agent_file + call.file),
                     call.offset * page_bytes});
}

// Of calls with a range. Those that touch memory do it by system calls, whose EFAULT is a signal.
AgentOrder order_for(const Window& window, const SystemCall& call) {
    const unsigned long start = window.base + call.start;
    const unsigned long len = length_in(window, call.start, call.len);
    const auto flags = static_cast<unsigned long>(call.flags);
    switch (call.name) {
        case mlock:
            return order_of(SYS_mlock, {start, len});
        case mlock2:
            return order_of(SYS_mlock2, {start, len, flags});
        case munlock:
            return order_of(SYS_munlock, {start, len});
        case mlockall:
            return order_of(SYS_mlockall, {flags});
        case munlockall:
            return order_of(SYS_munlockall, {});
        case mmap:
            return mmap_order(window, call);
        case munmap:
            return order_of(SYS_munmap, {start, len});
        case mremap: {
            const bool moves = call.new_start != call.start;
            const unsigned long how = moves ? MREMAP_MAYMOVE | MREMAP_FIXED : 0;
            return order_of(SYS_mremap,
                            {start, len, call.new_len, how, window.base + call.new_start});
        }
        case mprotect:
            return order_of(SYS_mprotect,
                            {start, len,
                             static_cast<unsigned long>((call.read ? PROT_READ : PROT_NONE) |
                                                        (call.write ? PROT_WRITE : PROT_NONE))});
        case touch:
            return call.write ? order_of(SYS_read, {agent_zero, start, 1})
                              : order_of(SYS_pwrite64, {agent_scratch, start, 1, 0});
        case fork:
        case exit:
            break;
    }
    return {};
}

}  // namespace

std::uint64_t top_of_user_addresses() {
    // Of four levels of page tables, and of five. Nobody maps there unasked.
    constexpr std::uint64_t four = 0x7ffffffff000;
    constexpr std::uint64_t five = 0xfffffffffff000;
    return ::munmap(reinterpret_cast<void*>(four), page_bytes) == 0 ? five : four;
}

HostSide::HostSide(const HostOptions& options) : options_(options) {}

// What only the host has is switched off: huge pages; what belongs to root, if it is not wanted.
void HostSide::prepare(Live& live) const {
    live.processes.call(0, order_of(SYS_prctl, {PR_SET_THP_DISABLE, 1}));
    if (live.limits.capable) {
        return;
    }
    if (live.processes.call(0, drop_capabilities()) != 0) {
        throw HostError("capset() does not let a process drop its capabilities");
    }
}

// The limit leaves room for what the agent has in memory, or has locked.
void HostSide::set_limit(Live& live, const SystemCall& call) const {
    const Smaps& smaps = live.smaps[call.process];
    const std::uint64_t own = call.name == mlockall ? smaps.outside : smaps.outside_locked;
    const std::uint64_t limit = live.limits.limit;
    live.processes.set_limit(call.process, limit == unlimited ? ~0UL
                                           : limit == 0       ? 0
                                                              : (limit + own) * page_bytes);
}

int HostSide::perform(Live& live, const SystemCall& call) const {
    if (call.name == fork) {
        return static_cast<int>(live.processes.fork(call.process));
    }
    if (call.name == exit) {
        live.processes.exit(call.process);
        return 0;
    }
    const long result = live.processes.call(call.process, order_for(live.window, call));
    // Addresses and numbers of bytes are successes.
    return result < 0 && result > -4096 ? static_cast<int>(result) : 0;
}

SideState HostSide::state_of(Live& live) const {
    SideState state;
    for (unsigned i = 0; i < 2; ++i) {
        if (!live.processes.lives(i)) {
            continue;
        }
        const std::string folder = options_.proc + "/" + std::to_string(live.processes.pid(i));
        const auto locked = parse_locked_pages(contents_of_proc(folder + "/status"));
        const auto smaps = parse_smaps(contents_of_proc(folder + "/smaps"), live.window);
        if (!locked) {
            throw HostError(folder + "/status: cannot be read, or has no VmLck");
        }
        if (!smaps || !smaps->has_locked || !smaps->has_flags) {
            throw HostError(folder + "/smaps: cannot be read, or has no Locked or no VmFlags");
        }
        live.smaps[i] = *smaps;
        state[i].alive = true;
        state[i].locked_pages = *locked - static_cast<long>(smaps->outside_locked);
        state[i].mappings = smaps->mappings;
    }
    return state;
}

SideRun HostSide::run(const SyscallSequence& sequence) {
    Live live = {HostProcesses(window_pages), {}, sequence.limits, {}};
    live.window.pages = window_pages;
    live.window.base = top_of_user_addresses() - window_pages * page_bytes;
    live.window.inodes = {live.processes.inode_of_file(0), live.processes.inode_of_file(1)};
    prepare(live);
    SideRun run;
    state_of(live);
    for (const SystemCall& call : sequence.calls) {
        const bool can_be_made = live.processes.lives(call.process) &&
                                 (call.name != fork || !live.processes.lives(1 - call.process));
        if (can_be_made) {
            set_limit(live, call);
            const int result = perform(live, call);
            run.steps.push_back({call, result, state_of(live)});
        }
    }
    return run;
}

}  // namespace heddle
