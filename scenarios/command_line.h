// SPDX-License-Identifier: Apache-2.0
// What the user asks for.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "checker/search.h"
#include "scenarios/exit_code.h"

namespace heddle {

enum class Command { list, check, replay, schema };

struct CommandLine {
    Command command = Command::check;
    std::string catalogue = {};               // a directory
    std::vector<std::string> selection = {};  // of list and check
    std::string replayed = {};                // a name or a file
    std::string schedule = {};
    std::vector<std::string> parameters = {};  // "n=14"
    CheckOptions check = {};
    std::string json = {};  // a path, "-" for stdout, or empty: none
    std::string color = "auto";
    bool allow_incomplete = false;
    bool verbose = false;
};

// Reads the arguments and their HEDDLE_* twins in the environment. An exit code if nothing remains
// to be done: after --help and --version, and after a message on stderr about a mistake.
std::variant<CommandLine, ExitCode> parse_command_line(int argc, const char* const* argv);

}  // namespace heddle
