// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/command.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "bench/analysis/input_error.h"

namespace heddle::bench {

namespace {

constexpr const char* description =
    "What measurements of lock contention say, and what they do not.\n"
    "Every option has a twin in the environment, shown in parentheses; the option wins.";

constexpr const char* footer = R"(
Examples:
  heddle-bench fit lock.json
  heddle-bench simulate lock.json --histograms lock.ndjson --cores 64,1024 --nodes 4
  heddle-bench compare before.json after.json --fail-above 5
  heddle-bench pareto lock.json --checked verdicts
  heddle-bench page lock.json lock.ndjson --checked verdicts --out page.html

Exit codes: 0 done; 1 slower than --fail-above allows; 2 usage or input error; 3 internal error;
4 too little was measured for any result, without --allow-incomplete; 5 nothing selected.)";

int run(int argc, char** argv) {
    CLI::App app(description, "heddle-bench");
    app.footer(footer);
    app.require_subcommand(1);
    std::vector<std::unique_ptr<BenchCommand>> commands;
    for (const BenchCommandKind& kind : bench_commands()) {
        CLI::App& command = *app.add_subcommand(kind.name, kind.help);
        commands.push_back(kind.make());
        commands.back()->add_options(command);
        for (CLI::Option* option : command.get_options()) {
            if (option->get_expected_max() == 1) {
                option->capture_default_str();
            }
        }
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool is_help = app.exit(error, std::cout, std::cerr) == 0;
        return static_cast<int>(is_help ? ExitCode::met : ExitCode::usage);
    }
    std::size_t chosen = 0;
    while (!app.got_subcommand(bench_commands()[chosen].name)) {
        ++chosen;
    }
    const ExitCode code = commands[chosen]->run();
    std::cout.flush();
    if (!std::cout) {
        std::cerr << "heddle-bench: standard output cannot be written\n";
        return static_cast<int>(ExitCode::usage);
    }
    return static_cast<int>(code);
}

}  // namespace

const std::vector<BenchCommandKind>& bench_commands() {
    static const std::vector<BenchCommandKind> all = {
        {"fit", "Fit the Universal Scalability Law to each series", make_fit},
        {"simulate", "Simulate more cores and nodes than were measured", make_simulate},
        {"compare", "Compare two measurements with confidence", make_compare},
        {"pareto", "The fastest layout that still passes the checker", make_pareto},
        {"page", "Write all of it as a page for a browser", make_page}};
    return all;
}

int run_bench_program(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const InputError& error) {
        std::cerr << "heddle-bench: " << error.what() << '\n';
        return static_cast<int>(ExitCode::usage);
    } catch (const std::exception& error) {
        std::cerr << "heddle-bench: internal error: " << error.what() << '\n';
        return static_cast<int>(ExitCode::internal);
    }
}

}  // namespace heddle::bench
