// SPDX-License-Identifier: Apache-2.0
// System calls as scenario files have them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "scenarios/conform/syscall_world.h"
#include "scenarios/conform/system_call.h"

namespace heddle {

// The call as a step of a scenario file: "mlock 0 2".
std::string step_text(const SystemCall& call);

// The result as scenario files have it: "-ENOMEM".
std::string error_text(int result);

// The sequence as a scenario file; `results` are those of its calls. Calls of two processes have no
// order there: a comment tells it.
std::string scenario_text(const SyscallSequence& sequence, const std::vector<int>& results,
                          const SyscallWorldSize& size);

}  // namespace heddle
