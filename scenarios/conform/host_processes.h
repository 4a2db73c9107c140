// SPDX-License-Identifier: Apache-2.0
// Up to two processes of the host whose system calls are ordered one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "scenarios/conform/agent.h"

namespace heddle {

// The host does not let itself be compared, or a process has died.
class HostError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// A file descriptor that is closed at the end, and not handed on to programs.
class OwnFd {
  public:
    OwnFd() = default;
    explicit OwnFd(int fd) : fd_(fd) {}
    OwnFd(OwnFd&& other) noexcept : fd_(other.release()) {}
    OwnFd& operator=(OwnFd&& other) noexcept;
    ~OwnFd();

    int get() const { return fd_; }

  private:
    int release();

    int fd_ = -1;
};

// heddle-conform-agent, which lies beside the program that runs.
std::string agent_path();

class HostProcesses {
  public:
    // Process 0; process 1 does not live. Its files have `file_pages` pages. HostError if there is
    // no agent.
    explicit HostProcesses(unsigned file_pages);
    HostProcesses(const HostProcesses&) = delete;
    HostProcesses& operator=(const HostProcesses&) = delete;
    ~HostProcesses();

    bool lives(unsigned process) const { return pids_[process] > 0; }
    int pid(unsigned process) const { return pids_[process]; }
    unsigned long inode_of_file(unsigned file) const;

    // RLIMIT_MEMLOCK in bytes; the largest number is no limit. HostError if it is above what an
    // unprivileged process may have.
    void set_limit(unsigned process, std::uint64_t bytes);
    std::uint64_t limit_max();

    // What the kernel returns: negative is an error. HostError if the process dies of it.
    long call(unsigned process, const AgentOrder& order);

    // Makes the other process by a fork of this one: 0 or negative.
    long fork(unsigned process);
    void exit(unsigned process);

  private:
    void start(const std::array<OwnFd, 2>& theirs);
    bool try_limit(unsigned process, std::uint64_t bytes);
    [[noreturn]] void tell_death(unsigned process) const;

    std::array<OwnFd, 2> sockets_ = {};
    std::array<OwnFd, 2> files_ = {};
    std::array<int, 2> pids_ = {};
};

}  // namespace heddle
