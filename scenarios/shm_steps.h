// SPDX-License-Identifier: Apache-2.0
// The steps of SysV shared memory, for the table in steps.cpp.
#pragma once

#include "scenarios/steps.h"

namespace heddle {

void run_shmctl(const StepArguments& arguments);
void run_shm_destroy(const StepArguments& arguments);
void run_newseg(const StepArguments& arguments);

// A split that has found pages beyond the end of the segment's file.
void run_shmem_uncharge(const StepArguments& arguments);

// The command of a word; -1 if there is none.
int shmctl_command_of(const std::string& text);

// What a step asks of its segment and of the task beyond their names, if it is not so.
std::optional<std::string> wrong_segment(const StepKind& kind, const TaskWords& task,
                                         const SegmentWords& segment);

}  // namespace heddle
