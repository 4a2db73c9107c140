// SPDX-License-Identifier: Apache-2.0
#include "tests/syscall_oracle.h"

#include <algorithm>
#include <cerrno>

namespace heddle {

namespace {

constexpr std::uint64_t page_bytes = 4096;

// From include/uapi/asm-generic/mman.h.
constexpr int mlock_onfault = 1;
constexpr int mcl_current = 1;
constexpr int mcl_future = 2;
constexpr int mcl_onfault = 4;

std::uint64_t offset_of(std::uint64_t address) { return address % page_bytes; }

// Rounding up wraps, as arithmetic of the kernel does.
std::uint64_t round_up(std::uint64_t bytes) {
    return (bytes + page_bytes - 1) / page_bytes * page_bytes;
}

std::int64_t in_int(std::uint64_t pages, unsigned bits) {
    const unsigned unused = 64 - bits;
    return static_cast<std::int64_t>(pages << unused) >> unused;
}

bool may_lock(const OracleProcess& process) { return process.limit != 0 || process.capable; }

std::uint64_t count_mapped(const OracleProcess& process) {
    return static_cast<std::uint64_t>(std::count_if(process.pages.begin(), process.pages.end(),
                                                    [](const auto& page) { return page.mapped; }));
}

}  // namespace

SyscallOracle::SyscallOracle(unsigned pages, unsigned file_pages, const SeedDeviations& deviations)
    : pages_(pages), file_pages_(file_pages), deviations_(deviations) {
    processes_[0].alive = true;
}

int SyscallOracle::call(const SystemCall& call, const VmaCut& cut) {
    OracleProcess& process = processes_[call.process];
    switch (call.name) {
        case SystemCallName::mlock:
            return mlock(process, call, false, cut);
        case SystemCallName::mlock2:
            return (call.flags & ~mlock_onfault) != 0
                       ? -EINVAL
                       : mlock(process, call, call.flags == mlock_onfault, cut);
        case SystemCallName::munlock:
            return munlock(process, call, cut);
        case SystemCallName::mlockall:
            return mlockall(process, call.flags, cut);
        case SystemCallName::munlockall:
            process.future_locked = process.future_onfault = false;
            for (Range vma = {0, 0}; vma.end < pages_;) {
                vma = rest_of_vma(vma.end, pages_, cut);
                set_locks_of_vma(process, vma, false, false);
            }
            return 0;
        case SystemCallName::mmap:
            return mmap(process, call);
        case SystemCallName::munmap:
            return munmap(process, call.start, call.len);
        case SystemCallName::mremap:
            return mremap(process, call, cut);
        case SystemCallName::fork:
            return fork(process, processes_[1 - call.process], cut);
        case SystemCallName::exit:
            process = {};
            return 0;
        case SystemCallName::touch:
            return touch(process, call.start, call.write);
    }
    return -ENOSYS;
}

unsigned SyscallOracle::pages_in_use() const {
    std::set<int> own;
    for (const OracleProcess& process : processes_) {
        for (const OraclePage& page : process.pages) {
            if (page.content >= first_own_page) {
                own.insert(page.content);
            }
        }
    }
    return static_cast<unsigned>(own.size() + cached_.size());
}

// ---- locking

bool SyscallOracle::is_over_limit(const OracleProcess& process, std::uint64_t pages) const {
    return !process.capable &&
           pages + static_cast<std::uint64_t>(process.locked_vm) > process.limit;
}

bool SyscallOracle::is_mapped(const OracleProcess& process, Range range) const {
    if (range.end > pages_) {
        return false;
    }
    return std::all_of(process.pages.begin() + static_cast<long>(range.first),
                       process.pages.begin() + static_cast<long>(range.end),
                       [](const OraclePage& page) { return page.mapped; });
}

// From `first` to where its vma (or its hole) ends, at most to `end`.
SyscallOracle::Range SyscallOracle::rest_of_vma(std::uint64_t first, std::uint64_t end,
                                                const VmaCut& cut) const {
    Range range = {first, first + 1};
    while (range.end < end && cut.vma[range.end] == cut.vma[first]) {
        ++range.end;
    }
    return range;
}

void SyscallOracle::set_locks_of_vma(OracleProcess& process, Range range, bool locked,
                                     bool onfault) {
    const OraclePage old = process.pages[range.first];
    const bool same = old.locked == locked && old.onfault == onfault;
    if (!old.mapped || old.special || same) {
        return;
    }
    const std::int64_t count = in_int(range.end - range.first, deviations_.int_bits);
    if (!locked) {
        process.locked_vm -= count;
    } else if (!old.locked || deviations_.counts_relocked_twice) {
        process.locked_vm += count;
    }
    for (std::uint64_t page = range.first; page < range.end; ++page) {
        process.pages[page].locked = locked;
        process.pages[page].onfault = onfault;
    }
}

// Goes as far as the first hole: what lies before it keeps its new state.
int SyscallOracle::set_locks(OracleProcess& process, std::uint64_t start, std::uint64_t len,
                             bool locked, bool onfault, const VmaCut& cut) {
    if (start + len < start) {
        return -EINVAL;
    }
    const std::uint64_t end = (start + len) / page_bytes;
    for (std::uint64_t page = start / page_bytes; page < end;) {
        if (page >= pages_ || !process.pages[page].mapped) {
            return -ENOMEM;
        }
        const Range vma = rest_of_vma(page, std::min<std::uint64_t>(end, pages_), cut);
        set_locks_of_vma(process, vma, locked, onfault);
        page = vma.end;
    }
    return 0;
}

int SyscallOracle::mlock(OracleProcess& process, const SystemCall& call, bool onfault,
                         const VmaCut& cut) {
    if (!may_lock(process)) {
        return -EPERM;
    }
    const std::uint64_t len = round_up(call.len + offset_of(call.start));
    const std::uint64_t start = call.start - offset_of(call.start);
    const std::uint64_t first = start / page_bytes;
    std::uint64_t pages = len / page_bytes;
    // A range that wraps has no pages.
    const std::uint64_t end = start + len < start ? first : first + len / page_bytes;
    for (std::uint64_t page = first; page < std::min<std::uint64_t>(end, pages_); ++page) {
        const bool counted_already = process.pages[page].locked && !deviations_.counts_overlap;
        pages -= counted_already ? 1 : 0;
    }
    if (is_over_limit(process, pages)) {
        return -ENOMEM;
    }
    const int error = set_locks(process, start, len, true, onfault, cut);
    return error != 0                                                         ? error
           : populate(process, {first, first + len / page_bytes}, false) != 0 ? -ENOMEM
                                                                              : 0;
}

int SyscallOracle::munlock(OracleProcess& process, const SystemCall& call, const VmaCut& cut) {
    return set_locks(process, call.start - offset_of(call.start),
                     round_up(call.len + offset_of(call.start)), false, false, cut);
}

int SyscallOracle::mlockall(OracleProcess& process, int flags, const VmaCut& cut) {
    const bool current = (flags & mcl_current) != 0;
    const bool future = (flags & mcl_future) != 0;
    const bool onfault = (flags & mcl_onfault) != 0;
    if (flags == 0 || (flags & ~(mcl_current | mcl_future | mcl_onfault)) != 0 ||
        (!current && !future && !deviations_.takes_onfault_alone)) {
        return -EINVAL;
    }
    if (!may_lock(process)) {
        return -EPERM;
    }
    if (current && !process.capable && count_mapped(process) > process.limit) {
        return -ENOMEM;
    }
    process.future_locked = future;
    process.future_onfault = future && onfault;
    if (future && !current) {
        return 0;
    }
    for (Range vma = {0, 0}; vma.end < pages_;) {
        vma = rest_of_vma(vma.end, pages_, cut);
        set_locks_of_vma(process, vma, current, current && onfault);
    }
    if (current) {
        populate(process, {0, pages_}, true);
    }
    return 0;
}

// ---- what is in the pages

int SyscallOracle::own_copy(int content) {
    long sharers = 0;
    for (const OracleProcess& process : processes_) {
        sharers +=
            std::count_if(process.pages.begin(), process.pages.end(),
                          [content](const OraclePage& page) { return page.content == content; });
    }
    return content >= first_own_page && sharers == 1 ? content : next_own_page_++;
}

int SyscallOracle::fault_in(OraclePage& page, bool write) {
    const bool needs_file = page.file >= 0 && page.content < first_own_page;
    if (needs_file && page.content == absent) {
        if (page.index >= file_pages_) {
            return -EFAULT;
        }
        cached_.insert({page.file, page.index});
    }
    if (write && !page.shared) {
        page.content = own_copy(page.content);
    } else if (page.content == absent) {
        page.content = page.file >= 0 ? page_of_file : zero_page;
    }
    return 0;
}

int SyscallOracle::populate(OracleProcess& process, Range range, bool ignore_errors) {
    for (std::uint64_t i = range.first; i < std::min<std::uint64_t>(range.end, pages_); ++i) {
        OraclePage& page = process.pages[i];
        if (!page.mapped || page.special || page.onfault) {
            continue;
        }
        const int error = fault_in(page, page.writable && !page.shared);
        if (error != 0 && !ignore_errors) {
            return error;
        }
    }
    return 0;
}

int SyscallOracle::touch(OracleProcess& process, std::uint64_t address, bool write) {
    if (address / page_bytes >= pages_) {
        return -EFAULT;
    }
    OraclePage& page = process.pages[address / page_bytes];
    return !page.mapped || (write && !page.writable) ? -EFAULT : fault_in(page, write);
}

// ---- mapping

int SyscallOracle::munmap(OracleProcess& process, std::uint64_t start, std::uint64_t len) {
    const std::uint64_t top = pages_ * page_bytes;
    if (offset_of(start) != 0 || start > top || len > top - start || len == 0) {
        return -EINVAL;
    }
    const bool counts = process.locked_vm != 0;
    for (std::uint64_t i = start / page_bytes; i < (start + round_up(len)) / page_bytes; ++i) {
        OraclePage& page = process.pages[i];
        process.locked_vm -= counts && page.locked ? 1 : 0;
        page = {};
    }
    return 0;
}

int SyscallOracle::mmap(OracleProcess& process, const SystemCall& call) {
    const std::uint64_t top = pages_ * page_bytes;
    const std::uint64_t len = round_up(call.len);
    if (call.len == 0) {
        return -EINVAL;
    }
    if (len == 0 || len > top || call.start > top - len) {
        return -ENOMEM;
    }
    if (offset_of(call.start) != 0) {
        return -EINVAL;
    }
    if (call.locked && !may_lock(process)) {
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
        OraclePage& page = process.pages[i];
        page.mapped = true;
        page.shared = call.shared;
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

int SyscallOracle::grow_in_place(OracleProcess& process, Range old, std::uint64_t new_pages,
                                 const VmaCut& cut) {
    const Range more = {old.end, old.first + new_pages};
    const bool ends_there =
        old.end > old.first && (old.end == pages_ || cut.vma[old.end] != cut.vma[old.end - 1]);
    if (!ends_there || more.end > pages_ ||
        std::any_of(process.pages.begin() + static_cast<long>(more.first),
                    process.pages.begin() + static_cast<long>(more.end),
                    [](const OraclePage& page) { return page.mapped; })) {
        return -ENOMEM;
    }
    for (std::uint64_t i = more.first; i < more.end; ++i) {
        OraclePage page = process.pages[i - 1];
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
int SyscallOracle::move(OracleProcess& process, Range old, Range to) {
    std::array<OraclePage, oracle_pages_max> moved = {};
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

int SyscallOracle::mremap(OracleProcess& process, const SystemCall& call, const VmaCut& cut) {
    std::uint64_t old_len = round_up(call.len);
    const std::uint64_t len = round_up(call.new_len);
    const std::uint64_t top = pages_ * page_bytes;
    const bool moves = call.new_start != call.start;
    if (offset_of(call.start) != 0 || offset_of(call.new_start) != 0 || len == 0) {
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

int SyscallOracle::fork(const OracleProcess& parent, OracleProcess& child, const VmaCut& cut) {
    child = parent;
    child.locked_vm = 0;
    child.future_locked = child.future_onfault = false;
    for (std::size_t i = 0; i < child.pages.size(); ++i) {
        OraclePage& page = child.pages[i];
        page.locked = page.onfault = false;
        // What can be faulted in again is not copied.
        page.content = cut.has_anon_vma[i] ? page.content : absent;
    }
    return 0;
}

}  // namespace heddle
