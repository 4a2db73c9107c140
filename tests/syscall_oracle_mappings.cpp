// SPDX-License-Identifier: Apache-2.0
// The oracle's calls that make, move and remove mappings.
#include <algorithm>
#include <cerrno>

#include "tests/syscall_oracle.h"

namespace heddle {

int SyscallOracle::munmap(ProcessView& process, std::uint64_t start, std::uint64_t len) {
    const std::uint64_t top = pages_ * page_bytes;
    if (page_offset(start) != 0 || start > top || len > top - start || len == 0) {
        return -EINVAL;
    }
    const bool counts = process.locked_vm != 0;
    for (std::uint64_t i = start / page_bytes; i < (start + page_round_up(len)) / page_bytes; ++i) {
        PageView& page = process.pages[i];
        process.locked_vm -= counts && page.locked ? 1 : 0;
        page = {};
    }
    return 0;
}

int SyscallOracle::mmap(ProcessView& process, const SystemCall& call) {
    const std::uint64_t top = pages_ * page_bytes;
    const std::uint64_t len = page_round_up(call.len);
    if (call.len == 0) {
        return -EINVAL;
    }
    if (len == 0 || len > top || call.start > top - len) {
        return -ENOMEM;
    }
    if (page_offset(call.start) != 0) {
        return -EINVAL;
    }
    if (call.locked && !process.may_lock()) {
        return -EPERM;
    }
    const bool locked = call.locked || process.future_locked;
    if (locked && is_over_limit(process, len / page_bytes)) {
        return -EAGAIN;
    }
    munmap(process, call.start, len);
    const std::uint64_t first = call.start / page_bytes;
    const Range range = {first, first + len / page_bytes};
    for (std::uint64_t i = range.first; i < range.end; ++i) {
        PageView& page = process.pages[i];
        page.mapped = true;
        page.shared = call.shared;
        page.readable = true;
        page.writable = !call.read_only;
        page.special = call.special;
        page.locked = locked && !call.special;
        page.onfault = process.future_onfault && !call.special;
        page.file = call.file;
        page.index = call.file < 0 ? 0 : call.offset + static_cast<unsigned>(i - range.first);
        process.locked_vm += page.locked ? 1 : 0;
    }
    if (locked) {
        populate(process, range, true);
    }
    return 0;
}

// Goes as far as the first hole. What is locked and becomes writable is made the process's own.
int SyscallOracle::mprotect(ProcessView& process, const SystemCall& call, const VmaCut& cut) {
    if (page_offset(call.start) != 0) {
        return -EINVAL;
    }
    if (call.len == 0) {
        return 0;
    }
    const std::uint64_t end_bytes = call.start + page_round_up(call.len);
    if (end_bytes <= call.start) {
        return -ENOMEM;
    }
    const std::uint64_t end = end_bytes / page_bytes;
    for (std::uint64_t first = call.start / page_bytes; first < end;) {
        if (first >= pages_ || !process.pages[first].mapped) {
            return -ENOMEM;
        }
        const Range vma = rest_of_vma(first, std::min<std::uint64_t>(end, pages_), cut);
        const PageView old = process.pages[first];
        for (std::uint64_t i = vma.first; i < vma.end; ++i) {
            process.pages[i].readable = call.read;
            process.pages[i].writable = call.write;
        }
        if (old.locked && !old.shared && !old.writable && call.write) {
            populate(process, vma, false);
        }
        first = vma.end;
    }
    return 0;
}

int SyscallOracle::grow_in_place(ProcessView& process, Range old, std::uint64_t new_pages,
                                 const VmaCut& cut) {
    const Range more = {old.end, old.first + new_pages};
    const bool ends_there =
        old.end > old.first && (old.end == pages_ || cut.vma[old.end] != cut.vma[old.end - 1]);
    if (!ends_there || more.end > pages_ ||
        std::any_of(process.pages.begin() + static_cast<long>(more.first),
                    process.pages.begin() + static_cast<long>(more.end),
                    [](const PageView& page) { return page.mapped; })) {
        return -ENOMEM;
    }
    for (std::uint64_t i = more.first; i < more.end; ++i) {
        PageView page = process.pages[i - 1];
        page.content = absent;
        page.index += page.file < 0 ? 0 : 1;
        process.pages[i] = page;
        process.locked_vm += page.locked ? 1 : 0;
    }
    if (process.pages[old.first].locked) {
        populate(process, more, true);
    }
    return 0;
}

// A move of nothing (an old length of 0) maps the same once more.
int SyscallOracle::move(ProcessView& process, Range old, Range to) {
    std::array<PageView, user_pages_max> moved = {};
    for (std::uint64_t i = 0; i < to.end - to.first; ++i) {
        moved[i] = process.pages[old.first];
        moved[i].content = i < old.end - old.first ? process.pages[old.first + i].content : absent;
        moved[i].index += moved[i].file < 0 ? 0 : static_cast<unsigned>(i);
    }
    munmap(process, old.first * page_bytes, (old.end - old.first) * page_bytes);
    for (std::uint64_t i = 0; i < to.end - to.first; ++i) {
        process.pages[to.first + i] = moved[i];
        process.locked_vm += moved[i].locked ? 1 : 0;
    }
    if (moved[0].locked) {
        populate(process, {to.first + (old.end - old.first), to.end}, true);
    }
    return 0;
}

int SyscallOracle::mremap(ProcessView& process, const SystemCall& call, const VmaCut& cut) {
    std::uint64_t old_len = page_round_up(call.len);
    const std::uint64_t len = page_round_up(call.new_len);
    const std::uint64_t top = pages_ * page_bytes;
    const bool moves = call.new_start != call.start;
    if (page_offset(call.start) != 0 || page_offset(call.new_start) != 0 || len == 0) {
        return -EINVAL;
    }
    if (moves) {
        const bool overlaps =
            call.start + old_len > call.new_start && call.new_start + len > call.start;
        if (len > top || call.new_start > top - len || overlaps) {
            return -EINVAL;
        }
        munmap(process, call.new_start, len);
    }
    if (old_len > len) {
        if (const int error = munmap(process, call.start + len, old_len - len); error != 0) {
            return error;
        }
        old_len = len;
    }
    if (!moves && old_len == len) {
        return 0;
    }
    const Range old = {call.start / page_bytes, (call.start + old_len) / page_bytes};
    const Range at_least = {old.first, std::max(old.end, old.first + 1)};
    if (!is_mapped(process, at_least) ||
        rest_of_vma(old.first, at_least.end, cut).end != at_least.end) {
        return -EFAULT;
    }
    if (process.pages[old.first].locked && len > old_len &&
        is_over_limit(process, (len - old_len) / page_bytes)) {
        return -EAGAIN;
    }
    const std::uint64_t to = call.new_start / page_bytes;
    return moves ? move(process, old, {to, to + len / page_bytes})
                 : grow_in_place(process, old, len / page_bytes, cut);
}

// ---- processes

int SyscallOracle::fork(const ProcessView& parent, ProcessView& child, const VmaCut& cut) {
    child = parent;
    child.locked_vm = 0;
    child.future_locked = child.future_onfault = false;
    for (std::size_t i = 0; i < child.pages.size(); ++i) {
        PageView& page = child.pages[i];
        page.locked = page.onfault = false;
        // What can be faulted in again is not copied.
        page.content = cut.has_anon_vma[i] ? page.content : absent;
    }
    return 0;
}

}  // namespace heddle
