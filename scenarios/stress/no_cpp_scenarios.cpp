// SPDX-License-Identifier: Apache-2.0
// The scenarios in C++ are about the engine: none runs on threads.
#include "scenarios/cpp_scenarios.h"

namespace heddle {

std::vector<Scenario> cpp_scenarios() { return {}; }

}  // namespace heddle
