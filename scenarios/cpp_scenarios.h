// SPDX-License-Identifier: Apache-2.0
// Scenarios that a file cannot say.
#pragma once

#include <vector>

#include "checker/scenario.h"

namespace heddle {

std::vector<Scenario> cpp_scenarios();

}  // namespace heddle
