// SPDX-License-Identifier: Apache-2.0
#include "tests/syscall_oracle.h"

#include <algorithm>
#include <cerrno>

namespace heddle {

namespace {

// From include/uapi/asm-generic/mman.h.
constexpr int mlock_onfault = 1;
constexpr int mcl_current = 1;
constexpr int mcl_future = 2;
constexpr int mcl_onfault = 4;

std::int64_t in_int(std::uint64_t pages, unsigned bits) {
    const unsigned unused = 64 - bits;
    return static_cast<std::int64_t>(pages << unused) >> unused;
}

std::uint64_t count_mapped(const ProcessView& process) {
    return static_cast<std::uint64_t>(std::count_if(process.pages.begin(), process.pages.end(),
                                                    [](const auto& page) { return page.mapped; }));
}

}  // namespace

SyscallOracle::SyscallOracle(unsigned pages, unsigned file_pages, const SeedDeviations& deviations)
    : pages_(pages), file_pages_(file_pages), deviations_(deviations) {
    processes_[0].alive = true;
}

int SyscallOracle::call(const SystemCall& call, const VmaCut& cut) {
    ProcessView& process = processes_[call.process];
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
        case SystemCallName::mprotect:
            return mprotect(process, call, cut);
    }
    return -ENOSYS;
}

unsigned SyscallOracle::pages_in_use() const {
    std::set<int> own;
    for (const ProcessView& process : processes_) {
        for (const PageView& page : process.pages) {
            if (page.content >= first_own_page) {
                own.insert(page.content);
            }
        }
    }
    return static_cast<unsigned>(own.size() + cached_.size());
}

// ---- locking

bool SyscallOracle::is_over_limit(const ProcessView& process, std::uint64_t pages) const {
    return !process.capable &&
           pages + static_cast<std::uint64_t>(process.locked_vm) > process.limit;
}

bool SyscallOracle::is_mapped(const ProcessView& process, Range range) const {
    if (range.end > pages_) {
        return false;
    }
    return std::all_of(process.pages.begin() + static_cast<long>(range.first),
                       process.pages.begin() + static_cast<long>(range.end),
                       [](const PageView& page) { return page.mapped; });
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

void SyscallOracle::set_locks_of_vma(ProcessView& process, Range range, bool locked, bool onfault) {
    const PageView old = process.pages[range.first];
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
int SyscallOracle::set_locks(ProcessView& process, std::uint64_t start, std::uint64_t len,
                             Locks locks, const VmaCut& cut) {
    if (start + len < start) {
        return -EINVAL;
    }
    const std::uint64_t end = (start + len) / page_bytes;
    for (std::uint64_t page = start / page_bytes; page < end;) {
        if (page >= pages_ || !process.pages[page].mapped) {
            return -ENOMEM;
        }
        const Range vma = rest_of_vma(page, std::min<std::uint64_t>(end, pages_), cut);
        set_locks_of_vma(process, vma, locks.locked, locks.onfault);
        page = vma.end;
    }
    return 0;
}

int SyscallOracle::mlock(ProcessView& process, const SystemCall& call, bool onfault,
                         const VmaCut& cut) {
    if (!process.may_lock()) {
        return -EPERM;
    }
    const std::uint64_t len = page_round_up(call.len + page_offset(call.start));
    const std::uint64_t start = call.start - page_offset(call.start);
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
    const int error = set_locks(process, start, len, {true, onfault}, cut);
    return error != 0                                                         ? error
           : populate(process, {first, first + len / page_bytes}, false) != 0 ? -ENOMEM
                                                                              : 0;
}

int SyscallOracle::munlock(ProcessView& process, const SystemCall& call, const VmaCut& cut) {
    return set_locks(process, call.start - page_offset(call.start),
                     page_round_up(call.len + page_offset(call.start)), {}, cut);
}

int SyscallOracle::mlockall(ProcessView& process, int flags, const VmaCut& cut) {
    const bool current = (flags & mcl_current) != 0;
    const bool future = (flags & mcl_future) != 0;
    const bool onfault = (flags & mcl_onfault) != 0;
    if (flags == 0 || (flags & ~(mcl_current | mcl_future | mcl_onfault)) != 0 ||
        (!current && !future && !deviations_.takes_onfault_alone)) {
        return -EINVAL;
    }
    if (!process.may_lock()) {
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
    for (const ProcessView& process : processes_) {
        sharers +=
            std::count_if(process.pages.begin(), process.pages.end(),
                          [content](const PageView& page) { return page.content == content; });
    }
    return content >= first_own_page && sharers == 1 ? content : next_own_page_++;
}

int SyscallOracle::fault_in(PageView& page, bool write) {
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

int SyscallOracle::populate(ProcessView& process, Range range, bool ignore_errors) {
    for (std::uint64_t i = range.first; i < std::min<std::uint64_t>(range.end, pages_); ++i) {
        PageView& page = process.pages[i];
        if (!page.mapped || page.special) {
            continue;
        }
        const bool accessible = page.readable || page.writable;
        const int error = !accessible    ? -EFAULT
                          : page.onfault ? 0
                                         : fault_in(page, page.writable && !page.shared);
        if (error != 0 && !ignore_errors) {
            return error;
        }
    }
    return 0;
}

int SyscallOracle::touch(ProcessView& process, std::uint64_t address, bool write) {
    if (address / page_bytes >= pages_) {
        return -EFAULT;
    }
    PageView& page = process.pages[address / page_bytes];
    const bool allowed = page.writable || (page.readable && !write);
    return page.mapped && allowed ? fault_in(page, write) : -EFAULT;
}

}  // namespace heddle
