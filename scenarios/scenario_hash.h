// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/scenario_file.h"

namespace heddle {

// Eight hexadecimal digits that change when the scenario's schedules may change: with its world and
// its tasks, not with its story, claims and expectations.
std::string schedules_hash(const ScenarioWords& scenario);

}  // namespace heddle
