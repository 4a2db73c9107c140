// SPDX-License-Identifier: Apache-2.0
// What does a sequence of system calls: the model, or the host's own kernel.
#pragma once

#include <array>
#include <string>
#include <tuple>
#include <vector>

#include "scenarios/conform/system_call.h"

namespace heddle {

// A mapping as /proc/PID/smaps tells it; pages count from the start of the window.
struct MappingView {
    unsigned first = 0;
    unsigned pages = 0;
    bool readable = false;
    bool writable = false;
    bool shared = false;
    bool locked = false;   // "lo" of VmFlags
    bool onfault = false;  // "lf", of kernels that tell
    int file = -1;
    unsigned index = 0;      // of its first page in the file
    unsigned locked_kb = 0;  // "Locked:"

    // What the host does not tell, and only explanations ask for.
    unsigned zero_pages = 0;  // entries of the zero page
};

// In what the host tells.
inline bool operator==(const MappingView& one, const MappingView& other) {
    const auto told = [](const MappingView& view) {
        return std::tie(view.first, view.pages, view.readable, view.writable, view.shared,
                        view.locked, view.onfault, view.file, view.index, view.locked_kb);
    };
    return told(one) == told(other);
}

struct ProcessState {
    bool alive = false;
    long locked_pages = 0;  // VmLck of /proc/PID/status
    std::vector<MappingView> mappings = {};

    bool operator==(const ProcessState&) const = default;
};

using SideState = std::array<ProcessState, 2>;

struct SideStep {
    SystemCall call = {};
    int result = 0;        // 0 or -errno
    SideState state = {};  // after it
};

struct SideRun {
    std::vector<SideStep> steps = {};
    std::string broken = {};  // why it could not go on, for a mistake of the side itself
};

class ConformSide {
  public:
    virtual ~ConformSide() = default;

    // From the start: process 0 lives and has nothing mapped. A call that cannot be made (of a
    // process that is not there) is left out.
    virtual SideRun run(const SyscallSequence& sequence) = 0;
};

}  // namespace heddle
