// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "scenarios/nearest.h"

namespace heddle {

namespace {

constexpr const char* version = "heddle " HEDDLE_VERSION;

constexpr const char* description =
    "Checks every interleaving of the Linux mlock paths.\n"
    "Every option has a twin in the environment, shown in parentheses; the option wins.";

constexpr const char* footer = R"(
Examples:
  heddle check                                   the whole catalogue
  heddle check nr-mlock-leak                     all variants of a scenario, with their traces
  heddle check 'nr-*' --json results.json        those that match; results for a program
  heddle check my.toml --search bounded          a file; the simplest counterexample first
  heddle check readers --param n=14              a scenario with a size
  heddle check --time-budget 60 --memory-budget 2G --allow-incomplete
  heddle replay nr-mlock-leak/seed SCHEDULE      the schedule that a counterexample ends with
  heddle explain nr-mlock-leak/seed              its story, its invariants, what it does not check
  heddle diff nr-mlock-leak/seed SCHEDULE SCHEDULE

Exit codes: 0 every expectation met; 1 an expectation failed; 2 usage or input error; 3 internal
error; 4 incomplete, without --allow-incomplete; 5 nothing selected, or a scenario is vacuous;
130 interrupted. Of several, the first in the order 130, 3, 2, 1, 5, 4 counts.)";

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

}  // namespace

std::variant<std::unique_ptr<Command>, ExitCode> parse_command_line(int argc,
                                                                    const char* const* argv) {
    CLI::App app(description, "heddle");
    app.footer(footer);
    app.set_version_flag("--version", version);
    app.require_subcommand(1);
    // A twin in the environment sets the options of all commands, so each has members of its own.
    std::vector<std::unique_ptr<Command>> made;
    for (const CommandKind& kind : commands()) {
        made.push_back(kind.make());
        made.back()->add_options(*app.add_subcommand(kind.name, kind.help));
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for = error.get_exit_code() == 0;
        if (asked_for) {
            app.exit(error, std::cout, std::cerr);
            return ExitCode::met;
        }
        tell_mistake(app, error.what(), argc > 1 ? argv[1] : "");
        return ExitCode::usage;
    }
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (app.got_subcommand(commands()[i].name)) {
            return std::move(made[i]);
        }
    }
    return ExitCode::usage;  // require_subcommand() has seen to it that there is one
}

}  // namespace heddle
