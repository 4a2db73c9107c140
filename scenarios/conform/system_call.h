// SPDX-License-Identifier: Apache-2.0
// System calls on numbered pages of two processes, as data, and what can be seen of a process.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace heddle {

constexpr unsigned user_pages_max = 16;
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

struct PageView {
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

struct ProcessView {
    bool alive = false;
    std::array<PageView, user_pages_max> pages = {};
    std::uint64_t limit = unlimited;  // RLIMIT_MEMLOCK, in pages
    bool capable = false;             // CAP_IPC_LOCK
    bool future_locked = false;       // MCL_FUTURE
    bool future_onfault = false;
    std::int64_t locked_vm = 0;  // VmLck, in pages

    bool may_lock() const { return limit != 0 || capable; }
};

struct ProcessLimits {
    std::uint64_t limit = unlimited;
    bool capable = false;
};

// The limits are those of process 0; a process that is forked has those of its parent.
struct SyscallSequence {
    ProcessLimits limits = {};
    std::vector<SystemCall> calls = {};
};

// What is no matter of sets: into which vmas the kernel has cut an address space before a call. By
// page; a vma is a number, -1 is none.
struct VmaCut {
    std::array<int, user_pages_max> vma = {};
    std::array<bool, user_pages_max> has_anon_vma = {};
};

}  // namespace heddle
