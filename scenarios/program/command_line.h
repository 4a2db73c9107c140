// SPDX-License-Identifier: Apache-2.0
// What the user asks for.
#pragma once

#include <memory>
#include <variant>

#include "scenarios/program/command.h"

namespace heddle {

// Reads the arguments and their HEDDLE_* twins in the environment. An exit code if nothing remains
// to be done: after --help and --version, and after a message on stderr about a mistake.
std::variant<std::unique_ptr<Command>, ExitCode> parse_command_line(int argc,
                                                                    const char* const* argv);

}  // namespace heddle
