// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/scenario_file.h"
#include "scenarios/toml_table.h"

namespace heddle {

// Letters a-z, digits and dashes; not empty.
bool is_scenario_name(const std::string& name);

// What the words of a scenario say of each other: names that stand twice, or for nothing.
void check_scenario_words(const ScenarioWords& scenario, FileErrors& errors);

}  // namespace heddle
