// SPDX-License-Identifier: Apache-2.0
// What system calls do to sets of pages, by the manual pages and nothing of the model: to be
// compared with what the model's paths do.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <set>
#include <utility>

namespace heddle {

constexpr unsigned oracle_pages_max = 16;
constexpr std::uint64_t page_bytes = 4096;

inline std::uint64_t page_offset(std::uint64_t address) { return address % page_bytes; }

// Wraps, as arithmetic of the kernel does.
inline std::uint64_t page_round_up(std::uint64_t bytes) {
    return (bytes + page_bytes - 1) / page_bytes * page_bytes;
}

enum class SystemCallName {
    mlock,
    mlock2,
    munlock,
    mlockall,
    munlockall,
    mmap,
    munmap,
    mremap,
    fork,
    exit,
    touch,
    mprotect
};
constexpr unsigned nr_system_calls = 12;

// One call of a process. Addresses and lengths in bytes; what a call has no use for is 0.
struct SystemCall {
    SystemCallName name = SystemCallName::mlock;
    unsigned process = 0;
    unsigned long start = 0;
    unsigned long len = 0;
    unsigned long new_len = 0;    // mremap
    unsigned long new_start = 0;  // mremap; equal to start: in place
    int flags = 0;                // mlock2, mlockall: as in the kernel's headers
    int file = -1;                // mmap: index of a file; -1: anonymous memory
    unsigned offset = 0;          // mmap: in pages of the file
    bool locked = false;          // mmap: MAP_LOCKED
    bool shared = false;          // mmap
    bool read_only = false;       // mmap
    bool special = false;         // mmap: VM_IO
    bool read = false;            // mprotect: PROT_READ
    bool write = false;           // touch; mprotect: PROT_WRITE
};

// What a page of an address space has in it.
constexpr int absent = 0;
constexpr int zero_page = 1;
constexpr int page_of_file = 2;
constexpr int first_own_page = 3;  // and above: a page of memory of its own, by its number

struct OraclePage {
    bool mapped = false;
    bool shared = false;
    bool readable = false;
    bool writable = false;
    bool special = false;
    bool locked = false;
    bool onfault = false;
    int file = -1;
    unsigned index = 0;  // in the file
    int content = absent;
};

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max() / page_bytes;

struct OracleProcess {
    bool alive = false;
    std::array<OraclePage, oracle_pages_max> pages = {};
    std::uint64_t limit = unlimited;  // RLIMIT_MEMLOCK, in pages
    bool capable = false;             // CAP_IPC_LOCK
    bool future_locked = false;       // MCL_FUTURE
    bool future_onfault = false;
    std::int64_t locked_vm = 0;  // VmLck, in pages

    bool may_lock() const { return limit != 0 || capable; }
};

// What is no matter of sets: into which vmas the kernel has cut an address space before a call. By
// page; a vma is a number, -1 is none.
struct VmaCut {
    std::array<int, oracle_pages_max> vma = {};
    std::array<bool, oracle_pages_max> has_anon_vma = {};
};

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

    std::array<OracleProcess, 2>& processes() { return processes_; }
    const std::array<OracleProcess, 2>& processes() const { return processes_; }

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

    int mlock(OracleProcess& process, const SystemCall& call, bool onfault, const VmaCut& cut);
    int munlock(OracleProcess& process, const SystemCall& call, const VmaCut& cut);
    int mlockall(OracleProcess& process, int flags, const VmaCut& cut);
    int mmap(OracleProcess& process, const SystemCall& call);
    int munmap(OracleProcess& process, std::uint64_t start, std::uint64_t len);
    int mprotect(OracleProcess& process, const SystemCall& call, const VmaCut& cut);
    int mremap(OracleProcess& process, const SystemCall& call, const VmaCut& cut);
    int grow_in_place(OracleProcess& process, Range old, std::uint64_t new_pages,
                      const VmaCut& cut);
    int move(OracleProcess& process, Range old, Range to);
    int fork(const OracleProcess& parent, OracleProcess& child, const VmaCut& cut);
    int touch(OracleProcess& process, std::uint64_t address, bool write);

    int set_locks(OracleProcess& process, std::uint64_t start, std::uint64_t len, Locks locks,
                  const VmaCut& cut);
    void set_locks_of_vma(OracleProcess& process, Range range, bool locked, bool onfault);
    Range rest_of_vma(std::uint64_t first, std::uint64_t end, const VmaCut& cut) const;
    int populate(OracleProcess& process, Range range, bool ignore_errors);
    int fault_in(OraclePage& page, bool write);
    int own_copy(int content);
    bool is_over_limit(const OracleProcess& process, std::uint64_t pages) const;
    bool is_mapped(const OracleProcess& process, Range range) const;

    unsigned pages_;
    unsigned file_pages_;
    SeedDeviations deviations_;
    std::array<OracleProcess, 2> processes_;
    std::set<std::pair<int, unsigned>> cached_;  // pages of files in the page cache
    int next_own_page_ = first_own_page;
};

}  // namespace heddle
