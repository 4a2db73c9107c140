// SPDX-License-Identifier: Apache-2.0
// A command of the program, and what commands share.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "scenarios/exit_code.h"
#include "scenarios/program/cli.h"
#include "scenarios/program/tell.h"

namespace heddle {

class Command {
  public:
    virtual ~Command() = default;

    // Declares options and arguments; `app` fills in members of the command.
    virtual void add_options(CLI::App& app) = 0;

    // Does it, after the command line has been read. Tells its messages itself.
    virtual ExitCode run() = 0;
};

// A row of the table of commands.
struct CommandKind {
    const char* name;
    const char* help;
    std::unique_ptr<Command> (*make)();
};

std::span<const CommandKind> commands();

std::unique_ptr<Command> make_check();
std::unique_ptr<Command> make_completion();
std::unique_ptr<Command> make_diff();
std::unique_ptr<Command> make_explain();
std::unique_ptr<Command> make_list();
std::unique_ptr<Command> make_man();
std::unique_ptr<Command> make_new();
std::unique_ptr<Command> make_replay();
std::unique_ptr<Command> make_schema();
std::unique_ptr<Command> make_shrink();
std::unique_ptr<Command> make_stats();

}  // namespace heddle
