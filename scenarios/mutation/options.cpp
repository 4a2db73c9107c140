// SPDX-License-Identifier: Apache-2.0
#include "scenarios/mutation/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>

#include "scenarios/catalogue.h"

namespace heddle {

namespace {

constexpr const char* description =
    "Changes the model by a mutant at a time, and says which scenario notices.\n"
    "Names of mutants: M:NAME for those written by hand (model/mutations.h), otherwise\n"
    "FILE:FUNCTION:RULE:OPERATION#N, the N-th such operation of the function.";

constexpr const char* footer = R"(
Examples:
  heddle_mutate list                           all mutants, and how many scenarios come by each
  heddle_mutate run                            M, the files of mlock, the lists and reclaim
  heddle_mutate run 'M:*' 'mlock.cpp:*'        those that match
  heddle_mutate run --all --every 10 --seed 3  a tenth of all
  heddle_mutate run --all --jobs 2 --json mutants.json

Exit codes: 0 the score is reached and every mutant written by hand breaks what it must; 1 it is
not; 2 usage, or the file of equivalent mutants is wrong; 3 internal error; 5 nothing selected.)";

void add_selection(CLI::App& app, MutationOptions& options) {
    app.add_option("PATTERN", options.patterns,
                   fmt::format("Names of mutants, with * ? [...]; default: {}",
                               fmt::join(default_patterns(), " ")));
    app.add_flag("--all", options.all, "All mutants")->envname("HEDDLE_ALL");
    app.add_option("--every", options.every, "Only each N-th of them")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->envname("HEDDLE_EVERY");
    app.add_option("--seed", options.seed, "Which one is the first")
        ->type_name("N")
        ->envname("HEDDLE_SEED");
    app.add_option("--scenario-states", options.scenario_states_max,
                   "Scenarios with more states are left out")
        ->type_name("N")
        ->capture_default_str()
        ->envname("HEDDLE_SCENARIO_STATES");
    app.add_option("--catalogue", options.catalogue, "Directory with the scenario files")
        ->type_name("DIR")
        ->capture_default_str()
        ->envname("HEDDLE_CATALOGUE");
}

void add_run(CLI::App& app, MutationOptions& options) {
    app.add_option("--equivalent", options.equivalent,
                   "File of mutants that nothing can tell from the model")
        ->type_name("FILE")
        ->capture_default_str()
        ->envname("HEDDLE_EQUIVALENT");
    app.add_option("--jobs", options.jobs, "Mutants tried at a time")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str()
        ->envname("HEDDLE_JOBS");
    app.add_option("--time-budget", options.limits.seconds, "Seconds for each mutant")
        ->type_name("SECONDS")
        ->check(CLI::PositiveNumber)
        ->capture_default_str()
        ->envname("HEDDLE_TIME_BUDGET");
    app.add_option("--max-states", options.limits.states, "States for a scenario with a mutant")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str()
        ->envname("HEDDLE_MAX_STATES");
    app.add_option("--min-score", options.score_min,
                   "Per cent of those that are not equivalent to be killed")
        ->type_name("PERCENT")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str()
        ->envname("HEDDLE_MIN_SCORE");
    app.add_option("--json", options.json,
                   "Also write the results here for a program; - is stdout, without any text")
        ->type_name("FILE")
        ->envname("HEDDLE_JSON");
}

}  // namespace

std::vector<std::string> default_patterns() {
    return {"M:*",
            "mlock*:*",
            "vmscan*:*",
            "swap.cpp:*",
            "swap_drain_all.cpp:*",
            "swap_release.cpp:*",
            "gup.cpp:*",
            "mmap*:*",
            "mremap.cpp:*",
            "memory.cpp:*",
            "shmem.cpp:*"};
}

std::variant<MutationOptions, ExitCode> parse_mutation_options(int argc, const char* const* argv) {
    MutationOptions options;
    options.catalogue = own_catalogue();
    options.equivalent = HEDDLE_EQUIVALENT_MUTANTS;
    options.jobs = std::max(1U, std::thread::hardware_concurrency());
    CLI::App app(description, "heddle_mutate");
    app.footer(footer);
    app.require_subcommand(1);
    CLI::App* list = app.add_subcommand("list", "Show the mutants");
    add_selection(*list, options);
    CLI::App* run = app.add_subcommand("run", "Try mutants and tell the score");
    add_selection(*run, options);
    add_run(*run, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ExitCode::met : ExitCode::usage;
    }
    options.list = list->parsed();
    return options;
}

}  // namespace heddle
