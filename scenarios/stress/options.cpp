// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "scenarios/catalogue.h"
#include "scenarios/program/options.h"
#include "scenarios/program/tell.h"
#include "scenarios/quantity.h"

namespace heddle {

namespace {

constexpr const char* description =
    "Plays scenarios on real threads, round after round, and looks after each what is broken.\n"
    "It proves nothing: it meets what the checker cannot see, the compiler and the hardware.\n"
    "Every option has a twin in the environment, shown in parentheses.";

constexpr const char* footer = R"(
Examples:
  heddle-stress                                    the catalogue, a second for each scenario
  heddle-stress nr-mlock-leak-pagevec --time 60    all variants of one
  heddle-stress my.toml --rounds 1000000 --time 0 --seed 7
  heddle-stress 'nr-*' --log leak.log && heddle check --guided leak.log
                                                   a schedule with the same violation

Exit codes: 0 every expectation met; 1 a violation that was not expected; 2 usage or input error; 3
internal error; 4 an expected violation was not found, without --allow-incomplete; 5 nothing selected;
130 interrupted. Of several, the first in the order 130, 3, 2, 1, 5, 4 counts.)";

// The options as the user writes them.
struct Words {
    std::string seconds = "1";
    std::string rounds = "0";
    std::string seed = "1";
    std::string delay = "2000";
    std::string hang = "10";
};

bool is_seconds(const std::string& text) { return parse_seconds(text).has_value(); }
bool is_count(const std::string& text) { return parse_count(text).has_value(); }
bool is_delay(const std::string& text) {
    constexpr std::uint64_t ns_max = 1'000'000'000;
    return is_count(text) && *parse_count(text) <= ns_max;
}
bool is_hang(const std::string& text) { return is_seconds(text) && *parse_seconds(text) > 0; }

void add_limits(CLI::App& app, Words& words) {
    app.add_option("--time", words.seconds, "Seconds for each scenario; 0: no limit but --rounds")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(accepts("a number of seconds, 0 or more, such as 60 or 0.5", is_seconds))
        ->envname("HEDDLE_TIME");
    app.add_option("--rounds", words.rounds, "Rounds for each scenario; 0: no limit but --time")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 0 or more", is_count))
        ->envname("HEDDLE_ROUNDS");
    app.add_option(
           "--hang-after", words.hang,
           "Seconds after which a round whose tasks do not all wait for each other has hung")
        ->type_name("SECONDS")
        ->capture_default_str()
        ->check(accepts("a number of seconds above 0, such as 10 or 0.5", is_hang))
        ->envname("HEDDLE_HANG_AFTER");
}

void add_chance(CLI::App& app, Words& words) {
    app.add_option("--seed", words.seed, "Of delays and of choices; threads differ all the same")
        ->type_name("N")
        ->capture_default_str()
        ->check(accepts("a whole number, 0 or more", is_count))
        ->envname("HEDDLE_SEED");
    app.add_option("--delay", words.delay,
                   "The longest wait that is put before an operation; 0: none at all")
        ->type_name("NANOSECONDS")
        ->capture_default_str()
        ->check(accepts("a whole number of nanoseconds from 0 to 1000000000", is_delay))
        ->envname("HEDDLE_DELAY");
}

void add_results(CLI::App& app, StressFlags& flags) {
    app.add_flag("--allow-incomplete", flags.allow_incomplete,
                 "An expected violation that was not found is no failure")
        ->envname("HEDDLE_ALLOW_INCOMPLETE");
    add_json(app, flags.json);
    app.add_option("--log", flags.log,
                   "Write the operations of the first round that fails here, for `heddle check "
                   "--guided`")
        ->type_name("FILE")
        ->envname("HEDDLE_LOG");
}

}  // namespace

std::variant<StressFlags, ExitCode> parse_stress_flags(int argc, const char* const* argv) {
    StressFlags flags;
    flags.catalogue = own_catalogue();
    Words words;
    CLI::App app(description, "heddle-stress");
    app.footer(footer);
    app.set_version_flag("--version", "heddle-stress " HEDDLE_VERSION);
    add_selection(app, flags.selection);
    add_limits(app, words);
    add_chance(app, words);
    add_catalogue(app, flags.catalogue);
    add_results(app, flags);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            app.exit(error, std::cout, std::cerr);
            return ExitCode::met;
        }
        tell(error.what());
        std::cerr << "`heddle-stress --help` shows what is expected.\n";
        return ExitCode::usage;
    }
    flags.how.seconds = *parse_seconds(words.seconds);
    flags.how.rounds = *parse_count(words.rounds);
    flags.how.seed = *parse_count(words.seed);
    flags.how.delay_ns = static_cast<double>(*parse_count(words.delay));
    flags.how.hang_seconds = *parse_seconds(words.hang);
    if (flags.how.seconds == 0 && flags.how.rounds == 0) {
        tell("--time 0 and --rounds 0: expected a limit, or it would never end");
        return ExitCode::usage;
    }
    return flags;
}

}  // namespace heddle
