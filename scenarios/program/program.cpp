// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/program.h"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <variant>

#include "checker/budget.h"
#include "scenarios/program/command_line.h"

namespace heddle {

namespace {

// A second signal ends the program at once.
void on_interrupt(int signal) {
    interrupt_searches();
    std::signal(signal, SIG_DFL);
}

// A failed assertion is a mistake of ours; it has said which.
void on_abort(int) { std::_Exit(static_cast<int>(ExitCode::internal)); }

ExitCode run_command(Command& command) {
    const ExitCode code = command.run();
    std::cout.flush();
    return or_usage(code, std::cout ? "" : "cannot write the results to stdout");
}

}  // namespace

int run_program(int argc, const char* const* argv) {
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    std::signal(SIGABRT, on_abort);
    try {
        auto parsed = parse_command_line(argc, argv);
        auto* command = std::get_if<std::unique_ptr<Command>>(&parsed);
        return static_cast<int>(command == nullptr ? std::get<ExitCode>(parsed)
                                                   : run_command(**command));
    } catch (const std::exception& error) {
        tell(std::string("internal error: ") + error.what());
        return static_cast<int>(ExitCode::internal);
    }
}

}  // namespace heddle
