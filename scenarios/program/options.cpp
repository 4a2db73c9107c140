// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <string_view>

#include "scenarios/parameters.h"

namespace heddle {

namespace {

// A validator has a name that nobody sees: here the words can be had again.
constexpr std::string_view words_begin = "one of: ";

std::string name_of_words(const std::vector<std::string>& words) {
    return fmt::format("{}{}", words_begin, fmt::join(words, " "));
}

}  // namespace

CLI::Validator accepts(const char* expected, bool (*is_valid)(const std::string&)) {
    return {[=](std::string& text) {
                return is_valid(text) ? "" : fmt::format("'{}': expected {}", text, expected);
            },
            ""};
}

CLI::Validator one_of(std::vector<std::string> words) {
    const std::string expected = fmt::format("{}", fmt::join(words, ", "));
    return {[=](std::string& text) {
                const bool known = std::find(words.begin(), words.end(), text) != words.end();
                return known ? "" : fmt::format("'{}': expected one of {}", text, expected);
            },
            "", name_of_words(words)};
}

std::vector<std::string> words_of(CLI::Option& option) {
    std::string name;
    try {
        name = option.get_validator()->get_name();
    } catch (const CLI::OptionNotFound&) {
        return {};  // it has no validator
    }
    std::vector<std::string> words;
    if (name.starts_with(words_begin)) {
        std::istringstream stream(name.substr(words_begin.size()));
        for (std::string word; stream >> word;) {
            words.push_back(word);
        }
    }
    return words;
}

void add_catalogue(CLI::App& app, std::string& directory) {
    app.add_option("--catalogue", directory, "Directory with the scenario files")
        ->type_name("DIR")
        ->capture_default_str()
        ->envname("HEDDLE_CATALOGUE");
}

void add_selection(CLI::App& app, std::vector<std::string>& selection) {
    app.add_option("NAME", selection,
                   "Names, patterns such as 'nr-*', or .toml files; default: all")
        ->type_name(scenario_type);
}

void add_json(CLI::App& app, std::string& path) {
    app.add_option("--json", path,
                   "Also write the results here for a program; - is stdout, without any text")
        ->type_name("FILE")
        ->envname("HEDDLE_JSON");
}

void add_color(CLI::App& app, std::string& when) {
    app.add_option("--color", when,
                   "auto, always or never; auto: on a terminal, unless NO_COLOR is set")
        ->type_name("WHEN")
        ->check(one_of({"auto", "always", "never"}))
        ->envname("HEDDLE_COLOR");
}

void add_parameters(CLI::App& app, std::vector<std::string>& parameters) {
    app.add_option("--param", parameters,
                   "A parameter of the scenarios that have it (`heddle list` shows them); may be "
                   "repeated")
        ->type_name("NAME=N")
        ->check(accepts("a name and a whole number, such as n=14", is_parameter))
        ->allow_extra_args(false)
        ->delimiter(',')
        ->envname("HEDDLE_PARAM");
}

void EngineOptions::add_to(CLI::App& app) {
    app.add_option("--rewind", rewind_,
                   "How to go back: copy memory, or replay the run from its start")
        ->type_name("HOW")
        ->check(one_of({"copy", "replay"}))
        ->envname("HEDDLE_REWIND");
    app.add_flag("--check-engine", check_engine_,
                 "Run every step twice and compare; look for pointers out of the world, for steps "
                 "that do not commute as they should, and for claims that tell alike tasks apart")
        ->envname("HEDDLE_CHECK_ENGINE");
}

ExecutionOptions EngineOptions::execution() const {
    ExecutionOptions options;
    if (!rewind_.empty()) {
        options.rewind = rewind_ == "copy" ? Rewind::copy : Rewind::replay;
    }
    options.check_determinism = check_engine_;
    options.check_pointers = check_engine_;
    options.check_commutation = check_engine_;
    options.check_alike = check_engine_;
    return options;
}

}  // namespace heddle
