// SPDX-License-Identifier: Apache-2.0
// All that a command line can say.
#pragma once

#include <CLI/CLI.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/program/command.h"

namespace heddle {

// The commands with their options; each option sets a member of its command.
class ProgramApp {
  public:
    ProgramApp();
    ProgramApp(const ProgramApp&) = delete;
    ProgramApp& operator=(const ProgramApp&) = delete;

    CLI::App& app() { return app_; }

    // After app().parse() has returned: the command asked for, its part of the app, and what it
    // says of the configuration.
    std::unique_ptr<Command> take_command() { return std::move(commands_[chosen()]); }
    const CLI::App& chosen_app() const { return *app_.get_subcommands().front(); }
    const std::string& config_file() const { return config_flags_[chosen()].file; }
    bool is_config_file_named() const { return chosen_app().count("--config") > 0; }
    bool wants_config_printed() const { return config_flags_[chosen()].print; }

  private:
    struct ConfigFlags {
        std::string file = "heddle.toml";
        bool print = false;
    };

    std::size_t chosen() const;

    CLI::App app_;
    // A twin in the environment sets the options of all commands, so each has members of its own.
    std::vector<std::unique_ptr<Command>> commands_ = {};
    std::deque<ConfigFlags> config_flags_ = {};
};

}  // namespace heddle
