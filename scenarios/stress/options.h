// SPDX-License-Identifier: Apache-2.0
// What the user of heddle-stress asks for.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/stress/stress.h"

namespace heddle {

struct StressFlags {
    std::vector<std::string> selection = {};
    std::string catalogue = {};  // a directory
    StressOptions how = {};
    bool allow_incomplete = false;
    std::string json = {};  // a path, "-" for stdout, or empty: none
    std::string log = {};   // the same
};

// An exit code if nothing remains to be done.
std::variant<StressFlags, ExitCode> parse_stress_flags(int argc, const char* const* argv);

}  // namespace heddle
