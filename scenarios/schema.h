// SPDX-License-Identifier: Apache-2.0
// The format of scenario files for editors.
#pragma once

#include <string>

namespace heddle {

// A JSON Schema (2020-12) of scenario files, from the tables of keys and of steps. What keys say
// of each other is not in it: reading a file checks more.
std::string scenario_schema();

}  // namespace heddle
