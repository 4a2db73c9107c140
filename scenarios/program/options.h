// SPDX-License-Identifier: Apache-2.0
// Options that several commands have. Each has a HEDDLE_* twin in the environment.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "checker/execution.h"

namespace heddle {

// A text for which `is_valid` holds; `expected` says in words which those are.
CLI::Validator accepts(const char* expected, bool (*is_valid)(const std::string&));

CLI::Validator one_of(std::vector<std::string> words);

// The words of an option that is checked by that; empty for any other.
std::vector<std::string> words_of(CLI::Option& option);

// The type of an argument that names a scenario.
constexpr const char* scenario_type = "SCENARIO";

// Each adds one option that fills in its second parameter, whose value now is the default.
void add_catalogue(CLI::App& app, std::string& directory);
void add_selection(CLI::App& app, std::vector<std::string>& selection);
void add_json(CLI::App& app, std::string& path);
void add_color(CLI::App& app, std::string& when);
void add_parameters(CLI::App& app, std::vector<std::string>& parameters);

// How executions are run.
class EngineOptions {
  public:
    void add_to(CLI::App& app);

    // After the command line has been read.
    ExecutionOptions execution() const;

  private:
    std::string rewind_ = {};
    bool check_engine_ = false;
};

}  // namespace heddle
