// SPDX-License-Identifier: Apache-2.0
// The command line of heddle-conform.
#pragma once

#include <string>
#include <variant>

#include "scenarios/conform/conform.h"
#include "scenarios/exit_code.h"

namespace heddle {

struct ConformCommandLine {
    ConformOptions options = {};
    std::string json = {};
    bool allow_incomplete = false;
};

// What the command line asks for; or it was wrong, or asked for help, and that has been told.
std::variant<ConformCommandLine, ExitCode> parse_conform_options(int argc, const char* const* argv);

}  // namespace heddle
