// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cpp_scenarios.h"

namespace heddle {

// The table: a line per scenario.
std::span<const Scenario> cpp_scenarios() { return {}; }

}  // namespace heddle
