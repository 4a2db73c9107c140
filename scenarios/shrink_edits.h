// SPDX-License-Identifier: Apache-2.0
// What can be taken away from a scenario's document.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenarios/toml_table.h"

namespace heddle {

// One way to make a document smaller. What it leaves need not be a scenario.
struct ShrinkEdit {
    std::string what;  // "page 'Q' and what names it"
    std::function<void(toml::table&)> apply;
};

// All there are for a document without variants, in the order in which they should be tried: what
// takes most away first. Each leaves fewer elements, or smaller numbers, or fewer keys without
// larger numbers, so that taking one after the other comes to an end. The name, the story and what
// is expected stay.
std::vector<ShrinkEdit> shrink_edits(const toml::table& document);

}  // namespace heddle
