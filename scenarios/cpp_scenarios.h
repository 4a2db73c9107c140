// SPDX-License-Identifier: Apache-2.0
// Scenarios that a file cannot say.
#pragma once

#include <span>

#include "checker/scenario.h"

namespace heddle {

std::span<const Scenario> cpp_scenarios();

}  // namespace heddle
