// SPDX-License-Identifier: Apache-2.0
// The system calls among the steps of scenario files: "mlock 0 2 -> -ENOMEM".
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios/scenario_file.h"
#include "scenarios/steps.h"

namespace heddle {

// Whether the step's function is a system call.
bool is_syscall(const StepWords& step);

std::vector<std::string> syscall_names();

// "mlock START LENGTH, mlock2 START LENGTH [onfault], ...": for help and messages.
std::string known_syscalls();

// The system call as its task's process makes it, or what is wrong with its words.
std::variant<PreparedStep, FileError> prepare_syscall(const ScenarioWords& words,
                                                      const TaskWords& task, const StepWords& step);

// Whether it waits for workers on every CPU.
bool syscall_needs_workers(const StepWords& step);

}  // namespace heddle
