// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "checker/scenario.h"

namespace heddle {

// The algorithm of checker/shared_insert.h, checked by the engine whose parallel search stands on
// it.
std::vector<Scenario> shared_table_scenarios();

}  // namespace heddle
