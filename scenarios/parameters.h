// SPDX-License-Identifier: Apache-2.0
// What --param sets.
#pragma once

#include <string>
#include <vector>

#include "scenarios/selection.h"

namespace heddle {

// Whether the text is a name, '=' and a whole number: "n=14".
bool is_parameter(const std::string& text);

// Sets each of `words`, all of which are is_parameter(), in the selected scenarios that have a
// parameter of that name. A word that none of them has, or whose value is beyond the limits of one
// of them, is a mistake of the selection.
void set_parameters(const std::vector<std::string>& words, Selection& selection);

}  // namespace heddle
