// SPDX-License-Identifier: Apache-2.0
// System calls as scenario files have them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/syscall_oracle.h"
#include "tests/syscall_world.h"

namespace heddle {

struct ProcessLimits {
    std::uint64_t limit = unlimited;
    bool capable = false;
};

struct SyscallSequence {
    std::array<ProcessLimits, 2> limits = {};
    std::vector<SystemCall> calls = {};
};

// The call as a step of a scenario file: "mlock 0 2".
std::string step_text(const SystemCall& call);

// The result as scenario files have it: "-ENOMEM".
std::string error_text(int result);

// The sequence as a scenario file; `results` are those of its calls. Calls of two processes have no
// order there: a comment tells it.
std::string scenario_text(const SyscallSequence& sequence, const std::vector<int>& results,
                          const SyscallWorldSize& size);

}  // namespace heddle
