// SPDX-License-Identifier: Apache-2.0
// The tables of scenario files about address spaces: [[process]] and [[vma]].
#pragma once

#include <string>

#include "scenarios/scenario_file.h"
#include "scenarios/toml_table.h"

namespace heddle {

void read_processes(const TomlTable& top, ScenarioWords& scenario);
void read_vmas(const TomlTable& top, ScenarioWords& scenario);

// What can change schedules, as text.
std::string canonical_text_of_processes(const ScenarioWords& scenario);

}  // namespace heddle
