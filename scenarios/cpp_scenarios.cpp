// SPDX-License-Identifier: Apache-2.0
#include "scenarios/cpp_scenarios.h"

#include <vector>

#include "scenarios/engine/shared_table.h"
#include "scenarios/engine/structures.h"

namespace heddle {

// The table: a line per file of scenarios.
std::span<const Scenario> cpp_scenarios() {
    static const std::vector<Scenario> all = [] {
        std::vector<Scenario> scenarios = shared_table_scenarios();
        scenarios.insert(scenarios.end(), structures().begin(), structures().end());
        return scenarios;
    }();
    return all;
}

}  // namespace heddle
