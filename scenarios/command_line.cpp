// SPDX-License-Identifier: Apache-2.0
#include "scenarios/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "scenarios/nearest.h"
#include "scenarios/parameters.h"
#include "scenarios/quantity.h"
#include "scenarios/selection.h"

namespace heddle {

namespace {

constexpr const char* version = "heddle 0.1.0";
constexpr double minimise_seconds = 60;
constexpr std::uint64_t pct_depth_max = 20;
constexpr std::uint64_t jobs_max = 1024;

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

Exit codes: 0 every expectation met; 1 an expectation failed; 2 usage or input error; 3 internal
error; 4 incomplete, without --allow-incomplete; 5 nothing selected, or a scenario is vacuous;
130 interrupted. Of several, the first in the order 130, 3, 2, 1, 5, 4 counts.)";

// Options whose text needs a parser of ours.
struct Texts {
    std::string time_budget = "0";
    std::string memory_budget = "0";
    std::string max_states = "0";
    std::string reductions = "all";
    std::string seed = "1";
    std::string runs = "10000";
    std::string depth = "3";
    std::string jobs = "1";
    std::string checkpoint_interval = "60";
    std::string rewind;
    bool check_engine = false;
};

CLI::Validator accepts(const char* expected, bool (*is_valid)(const std::string&)) {
    return {[=](std::string& text) {
                return is_valid(text) ? "" : fmt::format("'{}': expected {}", text, expected);
            },
            ""};
}

CLI::Validator one_of(std::vector<std::string> words) {
    const std::string expected = fmt::format("{}", fmt::join(words, ", "));
    return {[=](std::string& text) {
                const bool known = std::find(words.begin(), words.end(), text) != words.end();
                return known ? "" : fmt::format("'{}': expected one of {}", text, expected);
            },
            ""};
}

std::vector<std::string> search_names() {
    std::vector<std::string> names;
    for (const SearchKind& kind : searches()) {
        names.emplace_back(kind.name);
    }
    return names;
}

std::string search_help() {
    std::string help = "How to search:";
    for (const SearchKind& kind : searches()) {
        help += fmt::format("\n{} - {}", kind.name, kind.help);
    }
    return help;
}

std::string reduction_help() {
    std::string help =
        "What exhaustive may leave out: all, none, a list of names, or of -names to leave out:";
    for (const ReductionKind& kind : reduction_kinds()) {
        help += fmt::format("\n{} - {}", kind.name, kind.help);
    }
    return help;
}

void add_common(CLI::App& app, CommandLine& line) {
    app.add_option("--catalogue", line.catalogue, "Directory with the scenario files")
        ->type_name("DIR")
        ->capture_default_str()
        ->envname("HEDDLE_CATALOGUE");
    app.add_option("--json", line.json,
                   "Also write the results here for a program; - is stdout, without any text")
        ->type_name("FILE")
        ->envname("HEDDLE_JSON");
}

void add_color(CLI::App& app, CommandLine& line) {
    app.add_option("--color", line.color,
                   "auto, always or never; auto: on a terminal, unless NO_COLOR is set")
        ->type_name("WHEN")
        ->check(one_of({"auto", "always", "never"}))
        ->envname("HEDDLE_COLOR");
}

void add_parameters(CLI::App& app, CommandLine& line) {
    app.add_option("--param", line.parameters,
                   "A parameter of the scenarios that have it (`heddle list` shows them); may be "
                   "repeated")
        ->type_name("NAME=N")
        ->check(accepts("a name and a whole number, such as n=14", is_parameter))
        ->allow_extra_args(false)
        ->delimiter(',')
        ->envname("HEDDLE_PARAM");
}

void add_engine(CLI::App& app, Texts& texts) {
    app.add_option("--rewind", texts.rewind,
                   "How to go back: copy memory, or replay the run from its start")
        ->type_name("HOW")
        ->check(one_of({"copy", "replay"}))
        ->envname("HEDDLE_REWIND");
    app.add_flag("--check-engine", texts.check_engine,
                 "Run every step twice and compare; look for pointers out of the world, for steps "
                 "that do not commute as they should, and for claims that tell alike tasks apart")
        ->envname("HEDDLE_CHECK_ENGINE");
}

void add_limits(CLI::App& app, Texts& texts) {
    const auto is_seconds = [](const std::string& text) { return parse_seconds(text).has_value(); };
    const auto is_size = [](const std::string& text) { return parse_size(text).has_value(); };
    const auto is_count = [](const std::string& text) { return parse_count(text).has_value(); };
    app.add_option("--time-budget", texts.time_budget, "Seconds for each scenario; 0: no limit")
        ->type_name("SECONDS")
        ->check(accepts("a number of seconds, 0 or more, such as 60 or 0.5", is_seconds))
        ->envname("HEDDLE_TIME_BUDGET");
    app.add_option("--memory-budget", texts.memory_budget,
                   "Memory of the search's tables, with suffix K, M or G; 0: no limit")
        ->type_name("SIZE")
        ->check(accepts("a number of bytes, such as 1048576, 512K, 64M or 2G", is_size))
        ->envname("HEDDLE_MEMORY_BUDGET");
    app.add_option("--max-states", texts.max_states, "States for each scenario; 0: no limit")
        ->type_name("N")
        ->check(accepts("a whole number, 0 or more", is_count))
        ->envname("HEDDLE_MAX_STATES");
}

void add_sampling(CLI::App& app, Texts& texts) {
    const auto is_count = [](const std::string& text) { return parse_count(text).has_value(); };
    const auto is_positive = [](const std::string& text) {
        return parse_count(text).value_or(0) > 0;
    };
    const auto is_depth = [](const std::string& text) {
        const std::uint64_t depth = parse_count(text).value_or(0);
        return depth >= 1 && depth <= pct_depth_max;
    };
    app.add_option("--seed", texts.seed, "Of random choices; the same seed makes the same runs")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 0 or more", is_count))
        ->envname("HEDDLE_SEED");
    app.add_option("--runs", texts.runs, "How many runs random and pct take")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 1 or more", is_positive))
        ->envname("HEDDLE_RUNS");
    app.add_option("--depth", texts.depth,
                   "Of the bugs that pct looks for: how many pairs of steps must come in one order")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number from 1 to 20", is_depth))
        ->envname("HEDDLE_DEPTH");
}

void add_parallel(CLI::App& app, Texts& texts) {
    const auto is_jobs = [](const std::string& text) {
        const auto count = parse_count(text);
        return count && *count >= 1 && *count <= jobs_max;
    };
    app.add_option("--jobs", texts.jobs, "Processes that search at once (exhaustive)")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a number of processes, 1 to 1024", is_jobs))
        ->envname("HEDDLE_JOBS");
}

void add_checkpoint(CLI::App& app, SearchOptions& how, Texts& texts) {
    const auto is_seconds = [](const std::string& text) { return parse_seconds(text).has_value(); };
    app.add_option("--checkpoint", how.checkpoint,
                   "Write the search of one scenario down here every so often, when a budget runs "
                   "out, and when interrupted; removed at its end")
        ->type_name("FILE")
        ->envname("HEDDLE_CHECKPOINT");
    app.add_option("--checkpoint-interval", texts.checkpoint_interval, "Seconds between two writes")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(accepts("a number of seconds, 0 or more, such as 60 or 0.5", is_seconds))
        ->envname("HEDDLE_CHECKPOINT_INTERVAL");
    app.add_option("--resume", how.resume, "Go on from a checkpoint of the same search")
        ->type_name("FILE")
        ->envname("HEDDLE_RESUME");
}

const CLI::App* add_list(CLI::App& app, CommandLine& line) {
    CLI::App* list = app.add_subcommand("list", "Show the scenarios there are");
    list->add_option("PATTERN", line.selection, "Names, patterns or .toml files; default: all");
    add_common(*list, line);
    return list;
}

const CLI::App* add_check(CLI::App& app, CommandLine& line, Texts& texts) {
    CLI::App* check =
        app.add_subcommand("check", "Check scenarios and compare with what they expect");
    check->add_option("NAME", line.selection,
                      "Names, patterns such as 'nr-*', or .toml files; default: all");
    check->add_option("--search", line.check.search, search_help())
        ->capture_default_str()
        ->type_name("SEARCH")
        ->check(one_of(search_names()))
        ->envname("HEDDLE_SEARCH");
    check->add_option("--reduction", texts.reductions, reduction_help())
        ->capture_default_str()
        ->type_name("LIST")
        ->check(accepts("all, none, a list such as symmetry,locals, or one such as "
                        "-symmetry,-locals (`heddle check --help` has the names)",
                        [](const std::string& text) { return parse_reductions(text).has_value(); }))
        ->envname("HEDDLE_REDUCTION");
    add_sampling(*check, texts);
    add_parallel(*check, texts);
    add_checkpoint(*check, line.check.how, texts);
    add_parameters(*check, line);
    add_limits(*check, texts);
    check->add_flag("--allow-incomplete", line.allow_incomplete, "UNKNOWN is no failure")
        ->envname("HEDDLE_ALLOW_INCOMPLETE");
    check
        ->add_flag("--verbose", line.verbose,
                   "Show every verdict in full: passes, and traces of expected failures when "
                   "none was named")
        ->envname("HEDDLE_VERBOSE");
    add_engine(*check, texts);
    add_common(*check, line);
    add_color(*check, line);
    return check;
}

void add_replay(CLI::App& app, CommandLine& line, Texts& texts) {
    CLI::App* replay = app.add_subcommand("replay", "Follow a schedule and tell its steps");
    replay->add_option("NAME", line.replayed, "A scenario or a .toml file, perhaps /VARIANT")
        ->required();
    replay->add_option("SCHEDULE", line.schedule, "Such as 1-5c0ffee5-a3b2")->required();
    add_parameters(*replay, line);
    add_engine(*replay, texts);
    add_common(*replay, line);
    add_color(*replay, line);
}

const CLI::App* add_schema(CLI::App& app) {
    return app.add_subcommand("schema", "Print a JSON Schema of scenario files, for editors");
}

// The validators have seen all texts.
void use(const Texts& texts, CheckOptions& options) {
    options.limits.seconds = parse_seconds(texts.time_budget).value_or(0);
    options.limits.memory_bytes = parse_size(texts.memory_budget).value_or(0);
    options.limits.states = parse_count(texts.max_states).value_or(0);
    options.how.seed = parse_count(texts.seed).value_or(options.how.seed);
    options.how.runs = parse_count(texts.runs).value_or(options.how.runs);
    options.how.depth = static_cast<unsigned>(parse_count(texts.depth).value_or(options.how.depth));
    options.how.jobs = static_cast<unsigned>(parse_count(texts.jobs).value_or(1));
    options.how.checkpoint_seconds = parse_seconds(texts.checkpoint_interval).value_or(0);
    options.minimise_limits.memory_bytes = options.limits.memory_bytes;
    options.minimise_limits.seconds = options.limits.seconds > 0
                                          ? std::min(minimise_seconds, options.limits.seconds)
                                          : minimise_seconds;
    options.how.reductions = parse_reductions(texts.reductions).value_or(Reductions::all());
    if (!texts.rewind.empty()) {
        options.execution.rewind = texts.rewind == "copy" ? Rewind::copy : Rewind::replay;
    }
    options.execution.check_determinism = texts.check_engine;
    options.execution.check_pointers = texts.check_engine;
    options.execution.check_commutation = texts.check_engine;
    options.execution.check_alike = texts.check_engine;
}

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

// What is wrong, on stderr.
void tell_mistake(const CLI::App& app, const std::string& message, const std::string& first) {
    const std::vector<std::string> names = {"list", "check", "replay", "schema"};
    if (!first.empty() && !first.starts_with('-') && app.get_subcommands().empty()) {
        const std::string near = nearest(first, names);
        std::cerr << "heddle: there is no command '" << first << "'; "
                  << (near.empty() ? "expected list, check, replay or schema"
                                   : "did you mean '" + near + "'?")
                  << '\n';
    } else {
        std::cerr << "heddle: " << message << '\n';
    }
    for (const std::string& name : names) {
        tell_environment(*app.get_subcommand(name), message);
    }
    std::cerr << "`heddle --help` and `heddle COMMAND --help` show what is expected.\n";
}

}  // namespace

std::variant<CommandLine, ExitCode> parse_command_line(int argc, const char* const* argv) {
    // A twin in the environment sets the options of all commands, so each has variables of its own.
    CommandLine list_line = {.command = Command::list, .catalogue = HEDDLE_CATALOGUE_DIR};
    CommandLine check_line = {.command = Command::check, .catalogue = HEDDLE_CATALOGUE_DIR};
    CommandLine replay_line = {.command = Command::replay, .catalogue = HEDDLE_CATALOGUE_DIR};
    Texts check_texts;
    Texts replay_texts;
    CLI::App app(description, "heddle");
    app.footer(footer);
    app.set_version_flag("--version", version);
    app.require_subcommand(1);
    const CLI::App* list = add_list(app, list_line);
    const CLI::App* check = add_check(app, check_line, check_texts);
    add_replay(app, replay_line, replay_texts);
    const CLI::App* schema = add_schema(app);
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
    if (list->parsed()) {
        return list_line;
    }
    if (check->parsed()) {
        use(check_texts, check_line.check);
        return check_line;
    }
    if (schema->parsed()) {
        return CommandLine{.command = Command::schema};
    }
    use(replay_texts, replay_line.check);
    return replay_line;
}

}  // namespace heddle
