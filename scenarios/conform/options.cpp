// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/options.h"

#include <CLI/CLI.hpp>

#include "scenarios/conform/sequence_text.h"
#include "scenarios/program/options.h"
#include "scenarios/quantity.h"

namespace heddle {

namespace {

constexpr const char* description =
    "Compares what random sequences of mmap, mlock, mlock2, munlock, mlockall, munlockall, "
    "mremap,\n"
    "mprotect, munmap and fork do on this host's own kernel and on the model: results, VmLck, and\n"
    "what smaps tells of each mapping. They run in small processes of their own.";

constexpr const char* footer = R"(
Examples:
  heddle-conform                                  1000 sequences, the same at each run
  heddle-conform --seed 7 --sequences 100000 --time 60
  heddle-conform --only 'limit 4; A mmap 0 2; A mlock 0 1; A fork B; B touch 0 write'

Exit codes: 0 no difference that is not explained; 1 there is one; 2 usage; 3 internal error; 4 the
host lets only a part be compared, or nothing; 130 interrupted.)";

constexpr unsigned calls_limit = 100;

bool is_positive_count(const std::string& text) { return parse_count(text).value_or(0) > 0; }
bool is_count(const std::string& text) { return parse_count(text).has_value(); }
bool is_time(const std::string& text) { return parse_seconds(text).value_or(0) > 0; }
bool is_number_of_calls(const std::string& text) {
    const std::uint64_t calls = parse_count(text).value_or(0);
    return calls >= 2 && calls <= calls_limit;
}

CLI::Validator is_sequence() {
    return {[](std::string& text) {
                const auto parsed = parse_sequence(text);
                const auto* mistake = std::get_if<std::string>(&parsed);
                return mistake == nullptr ? std::string() : *mistake;
            },
            ""};
}

struct Texts {
    std::string sequences = "1000";
    std::string calls = "12";
    std::string seed = "1";
    std::string time = {};
    std::string only = {};
};

void add_options(CLI::App& app, Texts& texts, ConformCommandLine& line) {
    app.add_option("--sequences", texts.sequences, "How many sequences")
        ->type_name("N")
        ->check(accepts("a whole number above 0", is_positive_count))
        ->capture_default_str()
        ->envname("HEDDLE_SEQUENCES");
    app.add_option("--calls", texts.calls, "Calls of a sequence at most; at least half as many")
        ->type_name("N")
        ->check(accepts("a whole number from 2 to 100", is_number_of_calls))
        ->capture_default_str()
        ->envname("HEDDLE_CALLS");
    app.add_option("--seed", texts.seed, "Other sequences for each number")
        ->type_name("N")
        ->check(accepts("a whole number", is_count))
        ->capture_default_str()
        ->envname("HEDDLE_SEED");
    app.add_option("--time", texts.time, "End after so many seconds, with what has been compared")
        ->type_name("SECONDS")
        ->check(accepts("seconds above 0", is_time))
        ->envname("HEDDLE_TIME");
    app.add_option("--only", texts.only,
                   "Run this sequence, as a difference prints it, and no other")
        ->type_name("SEQUENCE")
        ->check(is_sequence())
        ->envname("HEDDLE_ONLY");
    add_json(app, line.json);
    app.add_flag("--allow-incomplete", line.allow_incomplete,
                 "What the host does not let be compared is no failure")
        ->envname("HEDDLE_ALLOW_INCOMPLETE");
}

}  // namespace

std::variant<ConformCommandLine, ExitCode> parse_conform_options(int argc,
                                                                 const char* const* argv) {
    ConformCommandLine line;
    Texts texts;
    CLI::App app(description, "heddle-conform");
    app.footer(footer);
    app.set_version_flag("--version", std::string("heddle-conform " HEDDLE_VERSION));
    add_options(app, texts, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ExitCode::met : ExitCode::usage;
    }
    line.options.sequences = *parse_count(texts.sequences);
    line.options.calls_max = static_cast<unsigned>(*parse_count(texts.calls));
    line.options.seed = *parse_count(texts.seed);
    line.options.seconds_max = texts.time.empty() ? 0 : *parse_seconds(texts.time);
    if (!texts.only.empty()) {
        line.options.only = std::get<SyscallSequence>(parse_sequence(texts.only));
    }
    return line;
}

}  // namespace heddle
