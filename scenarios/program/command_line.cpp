// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/command_line.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include "scenarios/nearest.h"
#include "scenarios/program/app.h"
#include "scenarios/program/config.h"

namespace heddle {

namespace {

// The mistake may stand in the environment, where the user does not see it.
void tell_environment(const CLI::App& app, const std::string& message) {
    for (const CLI::Option* option : app.get_options()) {
        const std::string name = option->get_envname();
        const char* value = name.empty() ? nullptr : std::getenv(name.c_str());
        if (value != nullptr && message.starts_with(option->get_name() + ":")) {
            std::cerr << "heddle: the environment sets " << name << "=" << value << '\n';
            return;
        }
    }
}

std::vector<std::string> command_names() {
    std::vector<std::string> names;
    for (const CommandKind& kind : commands()) {
        names.emplace_back(kind.name);
    }
    return names;
}

std::string unknown_command(const std::string& word) {
    const std::vector<std::string> names = command_names();
    const std::string near = nearest(word, names);
    return fmt::format("there is no command '{}'; {}", word,
                       near.empty() ? fmt::format("expected one of {}", fmt::join(names, ", "))
                                    : "did you mean '" + near + "'?");
}

// What is wrong, on stderr.
void tell_mistake(const CLI::App& app, const std::string& message, const std::string& first) {
    const bool is_unknown =
        !first.empty() && !first.starts_with('-') && app.get_subcommands().empty();
    tell(is_unknown ? unknown_command(first) : message);
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        tell_environment(*command, message);
    }
    std::cerr << "`heddle --help` and `heddle COMMAND --help` show what is expected.\n";
}

// An exit code if nothing remains to be done.
std::optional<ExitCode> parse(ProgramApp& program, int argc, const char* const* argv) {
    try {
        program.app().parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for = error.get_exit_code() == 0;
        if (asked_for) {
            program.app().exit(error, std::cout, std::cerr);
            return ExitCode::met;
        }
        tell_mistake(program.app(), error.what(), argc > 1 ? argv[1] : "");
        return ExitCode::usage;
    }
    return std::nullopt;
}

// The file that is to be read; empty if there is none.
std::string config_file_of(const ProgramApp& program) {
    const bool is_there =
        program.is_config_file_named() || std::filesystem::exists(program.config_file());
    return is_there ? program.config_file() : "";
}

}  // namespace

std::variant<std::unique_ptr<Command>, ExitCode> parse_command_line(int argc,
                                                                    const char* const* argv) {
    // Which file is to be read, the command line says; what the file says must be known before the
    // command line is read. So it is read twice.
    ProgramApp asked;
    if (const auto code = parse(asked, argc, argv)) {
        return *code;
    }
    ProgramApp program;
    Config config;
    if (const std::string file = config_file_of(asked); !file.empty()) {
        if (const std::string message = config.apply(file, program.app()); !message.empty()) {
            return or_usage(ExitCode::met, message);
        }
    }
    if (const auto code = parse(program, argc, argv)) {
        return *code;
    }
    if (program.wants_config_printed()) {
        config.print(std::cout, program.chosen_app());
        return ExitCode::met;
    }
    return program.take_command();
}

}  // namespace heddle
