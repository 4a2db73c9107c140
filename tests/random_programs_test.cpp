// SPDX-License-Identifier: Apache-2.0
// Every search against brute force, on programs made by chance. HEDDLE_PROGRAMS_SEED and
// HEDDLE_PROGRAMS choose other programs and how many; HEDDLE_PROGRAMS_SUBSETS=all tries all sets of
// reductions on each.
#include "tests/random_programs.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "tests/agreement.h"

namespace heddle::random_programs_test {
namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Each by itself, all, none, and one by chance: all have had their turn after some programs.
std::set<unsigned> subsets_for(std::uint64_t seed) {
    std::set<unsigned> subsets = {0, reduction_subsets - 1};
    if (std::getenv("HEDDLE_PROGRAMS_SUBSETS") != nullptr) {
        for (unsigned subset = 0; subset < reduction_subsets; ++subset) {
            subsets.insert(subset);
        }
        return subsets;
    }
    for (unsigned bit = 1; bit < reduction_subsets; bit *= 2) {
        subsets.insert(bit);
    }
    subsets.insert(static_cast<unsigned>(seed * 37 % reduction_subsets));
    return subsets;
}

constexpr std::uint64_t transitions_max = 300'000;

// What the programs of a test did, to see that they are worth running.
struct Tally {
    std::map<std::string, unsigned> violations;
    unsigned clean = 0;
    unsigned too_large = 0;
    std::uint64_t runs = 0;
    std::uint64_t transitions = 0;
    std::map<std::string, std::uint64_t> states;  // of `exhaustive`, by reductions
};

using Oracle = BruteForce (*)(Trials&);

BruteForce truth(Trials& trials) { return trials.ask_brute_force(transitions_max); }

// The first disagreement on a scenario, or nothing. Nothing, too, if brute force does not end.
std::string disagreement_on(const Scenario& scenario, const std::set<unsigned>& subsets,
                            Oracle oracle, Tally* tally) {
    Trials trials(scenario);
    const BruteForce brute = oracle(trials);
    if (tally != nullptr) {
        tally->too_large += brute.complete ? 0 : 1;
        tally->clean += brute.violations.empty() ? 1 : 0;
        tally->runs += brute.runs;
        tally->transitions += brute.transitions;
        for (const std::string& violation : brute.violations) {
            ++tally->violations[violation];
        }
    }
    if (!brute.complete) {
        return "";
    }
    trials.believe(brute);
    for (const SearchKind& search : searches()) {
        for (const unsigned subset : subsets) {
            SearchOptions how;
            how.reductions = reductions_of(subset);
            how.runs = 20;  // of those that sample
            const Trials::Answer answer = trials.ask(search.name, how);
            if (!answer.disagreement.empty()) {
                return std::string(search.name) + " with reductions " + text_of(how.reductions) +
                       " " + answer.disagreement;
            }
            if (std::string(search.name) != "exhaustive") {
                break;
            }
            if (tally != nullptr && subset % (reduction_subsets - 1) == 0) {
                tally->states[text_of(how.reductions)] += answer.summary.states;
            }
        }
    }
    return "";
}

std::string disagreement_on(const Program& program, const std::set<unsigned>& subsets,
                            Oracle oracle, Tally* tally) {
    const Scenario scenario = scenario_of_program(program);
    std::string disagreement = disagreement_on(scenario, subsets, oracle, tally);
    if (disagreement.empty() && !program.claims.empty()) {
        disagreement = disagreement_on(without_claims(scenario), subsets, oracle, nullptr);
    }
    return disagreement;
}

// What to print of a program on which somebody is wrong.
std::string report(std::uint64_t seed, const Program& program, Oracle oracle) {
    const std::set<unsigned> subsets = subsets_for(seed);
    const Program small = shrink(program, [&](const Program& smaller) {
        return !disagreement_on(smaller, subsets, oracle, nullptr).empty();
    });
    return text_of(small) + disagreement_on(small, subsets, oracle, nullptr) +
           "\nthe program it was shrunk from, again: HEDDLE_PROGRAMS_SEED=" + std::to_string(seed) +
           " HEDDLE_PROGRAMS=1\n";
}

// A few batches, so that they can run side by side.
constexpr unsigned batches = 4;

class RandomPrograms : public testing::TestWithParam<unsigned> {};

TEST_P(RandomPrograms, AgreeWithBruteForce) {
#ifdef HEDDLE_REPLAY_REWIND
    constexpr std::uint64_t programs = 100;  // going back takes a run each time
#else
    constexpr std::uint64_t programs = 2'000;
#endif
    const std::uint64_t first = number_from_environment("HEDDLE_PROGRAMS_SEED", 1);
    const std::uint64_t count = number_from_environment("HEDDLE_PROGRAMS", programs);
    Tally tally;
    for (std::uint64_t i = GetParam(); i < count; i += batches) {
        const std::uint64_t seed = first + i;
        const Program program = random_program(seed);
        if (!disagreement_on(program, subsets_for(seed), truth, &tally).empty()) {
            FAIL() << report(seed, program, truth);
        }
    }
    std::printf("%u programs clean, %u too large, %llu runs of %llu transitions; broken:",
                tally.clean, tally.too_large, static_cast<unsigned long long>(tally.runs),
                static_cast<unsigned long long>(tally.transitions));
    for (const auto& [violation, programs_with_it] : tally.violations) {
        std::printf(" %s %u", violation.c_str(), programs_with_it);
    }
    for (const auto& [reductions, states] : tally.states) {
        std::printf("; states with %s %llu", reductions.c_str(),
                    static_cast<unsigned long long>(states));
    }
    std::printf("\n");
    EXPECT_LE(tally.too_large * 100, count);
}

INSTANTIATE_TEST_SUITE_P(Batch, RandomPrograms, testing::Range(0U, batches));

TEST(RandomProgram, IsAlwaysTheSameForASeed) {
    EXPECT_EQ(random_program(7), random_program(7));
    EXPECT_NE(random_program(7), random_program(8));
}

// Tells only of runs that are not preempted.
BruteForce who_knows_no_preemption(Trials& trials) {
    BruteForce brute = trials.ask_brute_force(transitions_max, 0);
    brute.complete = true;
    return brute;
}

// It is wrong about most programs. The first is shrunk to three operations, of which one task does
// two: with less there is no preemption that shows.
TEST(Shrinking, LeavesTheFewStatementsOnWhichAnOracleIsWrong) {
    const auto is_wrong = [](const Program& program) {
        return !disagreement_on(program, {0}, who_knows_no_preemption, nullptr).empty();
    };
    std::uint64_t seed = 1;
    while (!is_wrong(random_program(seed))) {
        ++seed;
    }
    const Program small = shrink(random_program(seed), is_wrong);
    EXPECT_TRUE(is_wrong(small));
    EXPECT_EQ(shrink(small, is_wrong), small);
    ASSERT_EQ(small.tasks.size(), 2U) << text_of(small);
    EXPECT_EQ(small.tasks[0].statements.size() + small.tasks[1].statements.size(), 3U)
        << text_of(small);
}

// Forgets to tell of deadlocks: what is left are two tasks that cross two locks.
BruteForce who_knows_no_deadlock(Trials& trials) {
    BruteForce brute = trials.ask_brute_force(transitions_max);
    brute.violations.erase("deadlock");
    return brute;
}

TEST(Shrinking, LeavesTheLocksOfADeadlock) {
    const auto is_wrong = [](const Program& program) {
        return !disagreement_on(program, {0}, who_knows_no_deadlock, nullptr).empty();
    };
    std::uint64_t seed = 1;
    while (!is_wrong(random_program(seed))) {
        ++seed;
    }
    const Program small = shrink(random_program(seed), is_wrong);
    ASSERT_EQ(small.tasks.size(), 2U) << text_of(small);
    for (const ProgramTask& task : small.tasks) {
        EXPECT_LE(task.statements.size(), 4U) << text_of(small);
    }
    EXPECT_EQ(text_of(small).find("w0"), std::string::npos) << text_of(small);
}

}  // namespace
}  // namespace heddle::random_programs_test
