// SPDX-License-Identifier: Apache-2.0
#include "scenarios/commands.h"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <variant>

#include "scenarios/command.h"
#include "scenarios/schema.h"

namespace heddle {

namespace {

// A second signal ends the program at once.
void on_interrupt(int signal) {
    interrupt_searches();
    std::signal(signal, SIG_DFL);
}

// A failed assertion is a mistake of ours; it has said which.
void on_abort(int) { std::_Exit(static_cast<int>(ExitCode::internal)); }

ExitCode run_command(const CommandLine& line) {
    JsonOutput json;
    if (const std::string message = json.open(line.json); !message.empty()) {
        tell(message);
        return ExitCode::usage;
    }
    ExitCode code = ExitCode::met;
    switch (line.command) {
        case Command::list:
            code = list_command(line, json);
            break;
        case Command::check:
            code = check_command(line, json);
            break;
        case Command::replay:
            code = replay_command(line, json);
            break;
        case Command::schema:
            std::cout << scenario_schema() << '\n';
            break;
    }
    std::cout.flush();
    return or_usage(code, std::cout ? "" : "cannot write the results to stdout");
}

}  // namespace

int run_program(int argc, const char* const* argv) {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGABRT, on_abort);
    try {
        const std::variant<CommandLine, ExitCode> parsed = parse_command_line(argc, argv);
        const auto* line = std::get_if<CommandLine>(&parsed);
        return static_cast<int>(line == nullptr ? std::get<ExitCode>(parsed) : run_command(*line));
    } catch (const std::exception& error) {
        tell(std::string("internal error: ") + error.what());
        return static_cast<int>(ExitCode::internal);
    }
}

}  // namespace heddle
