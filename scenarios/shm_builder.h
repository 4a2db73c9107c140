// SPDX-License-Identifier: Apache-2.0
// Builds users, segments and the tasks' credentials of the model's machine.
#pragma once

#include <string>

#include "checker/scenario.h"
#include "model/machine.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// Adds them to a machine whose mappings and pages are built.
void build_shm(Setup& setup, const ScenarioWords& words, struct machine& machine);

// Gives their words that operations touch names in reports.
void name_shm(Setup& setup, const ScenarioWords& words, const struct machine& machine);

// A line for each user and each segment; empty in scenarios without.
std::string describe_shm(const ScenarioWords& words);

}  // namespace heddle
