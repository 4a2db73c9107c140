// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/search_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "scenarios/quantity.h"

namespace heddle {

namespace {

constexpr double minimise_seconds = 60;
constexpr std::uint64_t pct_depth_max = 20;
constexpr std::uint64_t jobs_max = 1024;

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

bool is_seconds(const std::string& text) { return parse_seconds(text).has_value(); }
bool is_size(const std::string& text) { return parse_size(text).has_value(); }
bool is_count(const std::string& text) { return parse_count(text).has_value(); }
bool is_positive(const std::string& text) { return parse_count(text).value_or(0) > 0; }
bool is_at_most(const std::string& text, std::uint64_t max) {
    return is_positive(text) && *parse_count(text) <= max;
}

}  // namespace

void SearchFlags::add_to(CLI::App& app) {
    app.add_option("--search", search_, search_help())
        ->capture_default_str()
        ->type_name("SEARCH")
        ->check(one_of(search_names()))
        ->envname("HEDDLE_SEARCH");
    app.add_option("--reduction", reductions_, reduction_help())
        ->capture_default_str()
        ->type_name("LIST")
        ->check(accepts("all, none, a list such as symmetry,locals, or one such as "
                        "-symmetry,-locals (`heddle check --help` has the names)",
                        [](const std::string& text) { return parse_reductions(text).has_value(); }))
        ->envname("HEDDLE_REDUCTION");
    add_sampling(app);
    add_parallel(app);
    add_checkpoint(app);
    add_limits(app);
    engine_.add_to(app);
}

void SearchFlags::add_limits(CLI::App& app) {
    app.add_option("--time-budget", time_budget_, "Seconds for each scenario; 0: no limit")
        ->type_name("SECONDS")
        ->check(accepts("a number of seconds, 0 or more, such as 60 or 0.5", is_seconds))
        ->envname("HEDDLE_TIME_BUDGET");
    app.add_option("--memory-budget", memory_budget_,
                   "Memory of the search's tables, with suffix K, M or G; 0: no limit")
        ->type_name("SIZE")
        ->check(accepts("a number of bytes, such as 1048576, 512K, 64M or 2G", is_size))
        ->envname("HEDDLE_MEMORY_BUDGET");
    app.add_option("--max-states", max_states_, "States for each scenario; 0: no limit")
        ->type_name("N")
        ->check(accepts("a whole number, 0 or more", is_count))
        ->envname("HEDDLE_MAX_STATES");
}

void SearchFlags::add_sampling(CLI::App& app) {
    app.add_option("--seed", seed_, "Of random choices; the same seed makes the same runs")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 0 or more", is_count))
        ->envname("HEDDLE_SEED");
    app.add_option("--runs", runs_, "How many runs random and pct take")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 1 or more", is_positive))
        ->envname("HEDDLE_RUNS");
    app.add_option("--depth", depth_,
                   "Of the bugs that pct looks for: how many pairs of steps must come in one order")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number from 1 to 20",
                        [](const std::string& text) { return is_at_most(text, pct_depth_max); }))
        ->envname("HEDDLE_DEPTH");
}

void SearchFlags::add_parallel(CLI::App& app) {
    app.add_option(
           "--jobs", jobs_,
           "Processes at once: so many scenarios, or of one scenario so many workers (exhaustive)")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a number of processes, 1 to 1024",
                        [](const std::string& text) { return is_at_most(text, jobs_max); }))
        ->envname("HEDDLE_JOBS");
}

void SearchFlags::add_checkpoint(CLI::App& app) {
    app.add_option("--checkpoint", checkpoint_,
                   "Write the search of one scenario down here every so often, when a budget runs "
                   "out, and when interrupted; removed at its end")
        ->type_name("FILE")
        ->envname("HEDDLE_CHECKPOINT");
    app.add_option("--checkpoint-interval", checkpoint_interval_, "Seconds between two writes")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(accepts("a number of seconds, 0 or more, such as 60 or 0.5", is_seconds))
        ->envname("HEDDLE_CHECKPOINT_INTERVAL");
    app.add_option("--resume", resume_, "Go on from a checkpoint of the same search")
        ->type_name("FILE")
        ->envname("HEDDLE_RESUME");
}

// The validators have seen all texts.
CheckOptions SearchFlags::options() const {
    CheckOptions options;
    options.search = search_;
    options.how.reductions = parse_reductions(reductions_).value_or(Reductions::all());
    options.how.seed = parse_count(seed_).value_or(options.how.seed);
    options.how.runs = parse_count(runs_).value_or(options.how.runs);
    options.how.depth = static_cast<unsigned>(parse_count(depth_).value_or(options.how.depth));
    options.how.jobs = static_cast<unsigned>(parse_count(jobs_).value_or(1));
    options.how.checkpoint = checkpoint_;
    options.how.checkpoint_seconds = parse_seconds(checkpoint_interval_).value_or(0);
    options.how.resume = resume_;
    options.limits.seconds = parse_seconds(time_budget_).value_or(0);
    options.limits.memory_bytes = parse_size(memory_budget_).value_or(0);
    options.limits.states = parse_count(max_states_).value_or(0);
    options.minimise_limits.memory_bytes = options.limits.memory_bytes;
    options.minimise_limits.seconds = options.limits.seconds > 0
                                          ? std::min(minimise_seconds, options.limits.seconds)
                                          : minimise_seconds;
    options.execution = engine_.execution();
    return options;
}

}  // namespace heddle
