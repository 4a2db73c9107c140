// SPDX-License-Identifier: Apache-2.0
// Runs the engine's tests against an engine that makes a mistake, one mistake at a time, until a
// test fails, and prints which. Usage: heddle_mutate_engine [--quick] [MUTATION]...
// With --quick only the test that is known to notice a mistake is run.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "checker/engine_mutations.h"
#include "tests/engine_mutations/trial.h"

namespace heddle {
namespace {

constexpr int exit_survived = 1;
constexpr int exit_usage = 2;
constexpr int exit_tests_fail = 3;

// Of all tests, and of the one that is known to notice a mistake.
constexpr unsigned cpu_seconds_max = 120;
constexpr unsigned cpu_seconds_of_killer_max = 5;

struct Options {
    bool quick = false;
    std::vector<EngineMutation> mutations;
};

std::vector<EngineMutation> all_mutations() {
    std::vector<EngineMutation> mutations;
    for (unsigned i = 1; i < static_cast<unsigned>(EngineMutation::end); ++i) {
        mutations.push_back(static_cast<EngineMutation>(i));
    }
    return mutations;
}

// No mutations if one is not known.
Options options_in(int count, char** words) {
    Options options;
    std::set<std::string_view> names;
    for (int i = 1; i < count; ++i) {
        if (std::string_view(words[i]) == "--quick") {
            options.quick = true;
        } else {
            names.insert(words[i]);
        }
    }
    for (const EngineMutation mutation : all_mutations()) {
        if (names.empty() || names.contains(row_of(mutation).name)) {
            options.mutations.push_back(mutation);
        }
    }
    if (!names.empty() && options.mutations.size() != names.size()) {
        options.mutations.clear();
    }
    return options;
}

// What is run must pass while the engine makes no mistake.
Trial try_sound_engine(const Options& options) {
    std::string tests = "*";
    if (options.quick) {
        tests.clear();
        for (const EngineMutation mutation : options.mutations) {
            tests += std::string(row_of(mutation).killer) + ":";
        }
    }
    return try_out({EngineMutation::none, tests, cpu_seconds_max});
}

Trial try_mutation(EngineMutation mutation, bool quick) {
    const std::string killer = row_of(mutation).killer;
    Trial trial;
    if (!killer.empty()) {
        trial = try_out({mutation, killer, cpu_seconds_of_killer_max});
    }
    if (!trial.killed && !quick) {
        const double before = trial.seconds;
        trial = try_out({mutation, "*", cpu_seconds_max});
        trial.seconds += before;
    }
    return trial;
}

void print_row(const char* name, const char* what, double seconds, const char* killer) {
    std::printf("%-34s  %-60s  %7.2f  %s\n", name, what, seconds, killer);
    std::fflush(stdout);
}

int run(const Options& options) {
    const Trial sound = try_sound_engine(options);
    if (sound.killed || sound.tests == 0) {
        std::fprintf(stderr, "the tests fail without a mutation: %s\n", sound.by.c_str());
        return exit_tests_fail;
    }
    std::printf("%-34s  %-60s  %7s  %s\n", "mutation", "what goes wrong", "seconds", "killed by");
    print_row("none", "", sound.seconds, "-");
    std::size_t survived = 0;
    double seconds = sound.seconds;
    for (const EngineMutation mutation : options.mutations) {
        const Trial trial = try_mutation(mutation, options.quick);
        survived += trial.killed ? 0 : 1;
        seconds += trial.seconds;
        print_row(row_of(mutation).name, row_of(mutation).what, trial.seconds,
                  trial.killed ? trial.by.c_str() : "nothing: SURVIVED");
    }
    std::printf("%zu mutations of the engine: %zu killed, %zu survived; %.0f s\n",
                options.mutations.size(), options.mutations.size() - survived, survived, seconds);
    return survived == 0 ? EXIT_SUCCESS : exit_survived;
}

}  // namespace
}  // namespace heddle

int main(int argc, char** argv) {
    const heddle::Options options = heddle::options_in(argc, argv);
    if (options.mutations.empty()) {
        std::fprintf(stderr, "no such mutation; checker/engine_mutations.h lists them\n");
        return heddle::exit_usage;
    }
    return heddle::run(options);
}
