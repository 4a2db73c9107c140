// SPDX-License-Identifier: Apache-2.0
// What system calls do to sets of pages, by the manual pages and nothing of the model: to be
// compared with what the model's paths do.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "scenarios/conform/system_call.h"

namespace heddle {

// Where the seed is known to do other than the manual says.
struct SeedDeviations {
    bool counts_relocked_twice = false;  // locked-vm-double-count-onfault
    bool counts_overlap = false;         // rlimit-overlap-too-strict
    bool takes_onfault_alone = false;    // mlockall-onfault-alone
    unsigned int_bits = 64;              // int-page-count-overflow
};

class SyscallOracle {
  public:
    // Two processes of `pages` pages each, of which the first lives; files of `file_pages` pages.
    SyscallOracle(unsigned pages, unsigned file_pages, const SeedDeviations& deviations);
    virtual ~SyscallOracle() = default;

    // Does the call and returns what it returns to the user. A touch returns -EFAULT for a signal.
    // The caller lives, and the target of a fork does not.
    virtual int call(const SystemCall& call, const VmaCut& cut);

    std::array<ProcessView, 2>& processes() { return processes_; }
    const std::array<ProcessView, 2>& processes() const { return processes_; }

    // Pages of physical memory that hold something.
    unsigned pages_in_use() const;

  private:
    struct Locks {
        bool locked = false;
        bool onfault = false;
    };

    struct Range {
        std::uint64_t first = 0;  // pages
        std::uint64_t end = 0;
    };

    int mlock(ProcessView& process, const SystemCall& call, bool onfault, const VmaCut& cut);
    int munlock(ProcessView& process, const SystemCall& call, const VmaCut& cut);
    int mlockall(ProcessView& process, int flags, const VmaCut& cut);
    int mmap(ProcessView& process, const SystemCall& call);
    int munmap(ProcessView& process, std::uint64_t start, std::uint64_t len);
    int mprotect(ProcessView& process, const SystemCall& call, const VmaCut& cut);
    int mremap(ProcessView& process, const SystemCall& call, const VmaCut& cut);
    int grow_in_place(ProcessView& process, Range old, std::uint64_t new_pages, const VmaCut& cut);
    int move(ProcessView& process, Range old, Range to);
    int fork(const ProcessView& parent, ProcessView& child, const VmaCut& cut);
    int touch(ProcessView& process, std::uint64_t address, bool write);

    int set_locks(ProcessView& process, std::uint64_t start, std::uint64_t len, Locks locks,
                  const VmaCut& cut);
    void set_locks_of_vma(ProcessView& process, Range range, bool locked, bool onfault);
    Range rest_of_vma(std::uint64_t first, std::uint64_t end, const VmaCut& cut) const;
    int populate(ProcessView& process, Range range, bool ignore_errors);
    int fault_in(PageView& page, bool write);
    int own_copy(int content);
    bool is_over_limit(const ProcessView& process, std::uint64_t pages) const;
    bool is_mapped(const ProcessView& process, Range range) const;

    unsigned pages_;
    unsigned file_pages_;
    SeedDeviations deviations_;
    std::array<ProcessView, 2> processes_;
    std::set<std::pair<int, unsigned>> cached_;  // pages of files in the page cache
    int next_own_page_ = first_own_page;
};

}  // namespace heddle
