// SPDX-License-Identifier: Apache-2.0
// The steps of truncation, for the table in steps.cpp.
#pragma once

#include <optional>
#include <string>

#include "scenarios/steps.h"

namespace heddle {

void run_truncate(const StepArguments& arguments);

// What is wrong with the mapping for a truncation, if anything is.
std::optional<std::string> wrong_file(const ScenarioWords& words, const std::string& mapping);

}  // namespace heddle
