// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/app.h"

namespace heddle {

namespace {

constexpr const char* version = "heddle " HEDDLE_VERSION;

constexpr const char* description =
    "Checks every interleaving of the Linux mlock paths.\n"
    "Every option has a twin in the environment, shown in parentheses, and may stand in "
    "heddle.toml\n"
    "under the name of its command; the option wins over the twin, the twin over the file.";

constexpr const char* footer = R"(
Examples:
  heddle check                                   the whole catalogue
  heddle check nr-mlock-leak-pagevec             all variants of a scenario, with their traces
  heddle check 'nr-*' --json results.json        those that match; results for a program
  heddle new my && heddle check my.toml          a scenario of your own to start from
  heddle check --time-budget 60 --memory-budget 2G --allow-incomplete
  heddle replay nr-mlock-leak-pagevec/seed SCHEDULE
                                                 the schedule that a counterexample ends with
  heddle check nr-mlock-leak-pagevec --report html=leak.html
                                                 for a browser
  heddle explain nr-mlock-leak-pagevec/seed      its story, its invariants, what it does not check

Exit codes: 0 every expectation met; 1 an expectation failed; 2 usage or input error; 3 internal
error, or a process that checked a scenario died; 4 incomplete, without --allow-incomplete; 5 nothing
selected, or a scenario is vacuous; 130 interrupted. Of several, the first in the order 130, 3, 2, 1,
5, 4 counts.)";

// In its help, its manual page and --print-config; those of lists are empty.
void show_defaults(CLI::App& command) {
    for (CLI::Option* option : command.get_options()) {
        if (option->get_expected_max() == 1) {
            option->capture_default_str();
        }
    }
}

}  // namespace

ProgramApp::ProgramApp() : app_(description, "heddle") {
    app_.footer(footer);
    app_.set_version_flag("--version", version);
    app_.require_subcommand(1);
    for (const CommandKind& kind : commands()) {
        CLI::App& command = *app_.add_subcommand(kind.name, kind.help);
        commands_.push_back(kind.make());
        commands_.back()->add_options(command);
        ConfigFlags& flags = config_flags_.emplace_back();
        command
            .add_option("--config", flags.file,
                        "Read options from this file; it need not be there if it is not named, and "
                        "an empty name is none")
            ->type_name("FILE")
            ->capture_default_str()
            ->configurable(false)
            ->envname("HEDDLE_CONFIG");
        command
            .add_flag("--print-config", flags.print,
                      "Do nothing but print the options, and where each comes from, as such a file")
            ->configurable(false);
        show_defaults(command);
    }
}

std::size_t ProgramApp::chosen() const {
    std::size_t index = 0;
    while (!app_.got_subcommand(commands()[index].name)) {
        ++index;
    }
    return index;
}

}  // namespace heddle
