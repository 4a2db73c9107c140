// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "scenarios/conform/host_processes.h"
#include "scenarios/conform/side.h"
#include "scenarios/conform/smaps.h"

namespace heddle {

// Of the window, of an address space of the model, and of each file.
constexpr unsigned window_pages = 8;

struct HostOptions {
    std::string proc = "/proc";
};

// The first address that no process can have: the window ends there, so that what the model takes
// for too high is so for the host.
std::uint64_t top_of_user_addresses();

// The host's own kernel. A process for each sequence, with limits of its own.
class HostSide final : public ConformSide {
  public:
    explicit HostSide(const HostOptions& options);

    // HostError if the host does not let itself be compared.
    SideRun run(const SyscallSequence& sequence) override;

  private:
    // Processes of one sequence, and the window of theirs.
    struct Live {
        HostProcesses processes;
        Window window;
        ProcessLimits limits;
        std::array<Smaps, 2> smaps = {};
    };

    void prepare(Live& live) const;
    void set_limit(Live& live, const SystemCall& call) const;
    int perform(Live& live, const SystemCall& call) const;
    SideState state_of(Live& live) const;

    HostOptions options_;
};

}  // namespace heddle
