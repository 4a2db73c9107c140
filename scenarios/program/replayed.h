// SPDX-License-Identifier: Apache-2.0
// Which scenario a schedule on the command line is of.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios/result.h"

namespace heddle {

struct Replayed {
    Selected selected;
    Schedule schedule;
};

// Of the scenarios that `name` selects the one that the schedule was made for; a message if there
// is not one.
std::variant<Replayed, std::string> find_replayed(const std::vector<Selected>& scenarios,
                                                  const std::string& name, const std::string& text);

}  // namespace heddle
