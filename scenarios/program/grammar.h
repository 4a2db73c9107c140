// SPDX-License-Identifier: Apache-2.0
// The command line as data, for what is generated from it.
#pragma once

#include <string>
#include <vector>

#include "scenarios/program/cli.h"

namespace heddle {

// What may stand behind an option, or as an argument.
struct Values {
    enum class Kind { none, words, files, scenarios, other };

    Kind kind = Kind::other;
    std::vector<std::string> words = {};
};

Values values_of(CLI::Option& option);

// The options of a command with a long name, in the order of its help; `--help` is one.
std::vector<CLI::Option*> named_options(CLI::App& command);

// Its arguments without a name.
std::vector<CLI::Option*> arguments_of(CLI::App& command);

// "--json".
std::string long_name(const CLI::Option& option);

// The first sentence or line of a help text, without its end.
std::string short_help(const std::string& help);

}  // namespace heddle
