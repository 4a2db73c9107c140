// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/grammar.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "scenarios/program/options.h"

namespace heddle {

namespace {

// The words by which the type of an argument is told in a command's help.
constexpr std::array file_types = {"FILE", "DIR", "KIND=FILE"};

}  // namespace

Values values_of(CLI::Option& option) {
    if (option.get_expected_min() == 0) {
        return {Values::Kind::none};
    }
    if (std::vector<std::string> words = words_of(option); !words.empty()) {
        return {Values::Kind::words, std::move(words)};
    }
    const std::string type = option.get_type_name();
    if (std::find(file_types.begin(), file_types.end(), type) != file_types.end()) {
        return {Values::Kind::files};
    }
    return {type == scenario_type ? Values::Kind::scenarios : Values::Kind::other};
}

std::vector<CLI::Option*> named_options(CLI::App& command) {
    return command.get_options(
        [](const CLI::Option* option) { return !option->get_lnames().empty(); });
}

std::vector<CLI::Option*> arguments_of(CLI::App& command) {
    return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

std::string long_name(const CLI::Option& option) { return "--" + option.get_lnames().front(); }

std::string short_help(const std::string& help) {
    return help.substr(0, help.find_first_of("\n;:"));
}

}  // namespace heddle
