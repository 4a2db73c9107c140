// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "checker/scenario.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// Turns what a file says into a scenario over the kernel model, with the standard invariants as
// claims. An error names the place of a word that means nothing to the model (a flag, a fix, an
// invariant, a step's function or its arguments) or of a page that could not be as it is said.
std::variant<Scenario, FileError> make_scenario(const ScenarioWords& words);

}  // namespace heddle
