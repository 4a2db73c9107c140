// SPDX-License-Identifier: Apache-2.0
// The catalogue meets its expectations, by both searches.
#include "scenarios/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "checker/exhaustive.h"
#include "checker/schedule.h"

namespace heddle {
namespace {

bool has_label(const Scenario& scenario, const char* label) {
    return std::count(scenario.labels.begin(), scenario.labels.end(), label) > 0;
}

bool is_large(const Scenario& scenario) { return has_label(scenario, "large"); }

// What replaying every step affords.
bool is_skipped(const Scenario& scenario) {
#ifdef HEDDLE_REPLAY_REWIND
    return is_large(scenario) || has_label(scenario, "long") ||
           scenario.name.starts_with("clean-4");
#else
    static_cast<void>(scenario);
    return false;
#endif
}

const Catalogue& catalogue() {
    static const Catalogue loaded = load_catalogue(HEDDLE_CATALOGUE_DIR);
    return loaded;
}

TEST(TheCatalogue, IsWellFormed) {
    EXPECT_TRUE(catalogue().errors.empty());
    EXPECT_GE(catalogue().scenarios.size(), 30U);
}

TEST(TheCatalogue, MeetsItsExpectations) {
    for (const Scenario& scenario : catalogue().scenarios) {
        if (!is_skipped(scenario)) {
            const Summary summary = check(scenario);
            EXPECT_TRUE(summary.met()) << scenario.name << ": " << name_of(summary.verdict.kind)
                                       << " " << summary.verdict.reason;
        }
    }
}

// The simplest counterexample of one search is as simple as the other's, and replays.
TEST(TheCatalogue, HasCounterexamplesThatBothSearchesFindAndThatReplay) {
    for (const Scenario& scenario : catalogue().scenarios) {
        if (scenario.expect == "pass" || is_skipped(scenario)) {
            continue;
        }
        const Summary summary = check(scenario);
        const Summary bounded = check(scenario, {.search = "bounded"});
        EXPECT_EQ(summary.verdict.schedule, bounded.verdict.schedule) << scenario.name;
        EXPECT_TRUE(bounded.met()) << scenario.name;
        const Replay again = replay(scenario, summary.verdict.schedule);
        ASSERT_EQ(again.verdict.kind, Verdict::Kind::fail) << scenario.name;
        EXPECT_EQ(again.verdict.violation->claim, summary.verdict.violation->claim);
    }
}

TEST(TheCatalogue, IsDeterministicAndPointsNowhereElse) {
#ifdef HEDDLE_REPLAY_REWIND
    GTEST_SKIP() << "replaying each step twice is too slow";
#endif
    CheckOptions options;
    options.execution.check_determinism = true;
    options.execution.check_pointers = true;
    for (const Scenario& scenario : catalogue().scenarios) {
        if (!is_skipped(scenario) && !is_large(scenario)) {
            EXPECT_TRUE(check(scenario, options).met()) << scenario.name;
        }
    }
}

// Both ways to rewind visit the same states of the model, stacks and all.
TEST(TheCatalogue, HasTheSameStatesByCopyingAndByReplay) {
#ifdef HEDDLE_REPLAY_REWIND
    GTEST_SKIP() << "copying stacks is what this build cannot do";
#endif
    for (const Scenario& scenario : catalogue().scenarios) {
        if (scenario.name.starts_with("clean-4") || is_large(scenario)) {
            continue;
        }
        const Summary copy = check(scenario, {.execution = {.rewind = Rewind::copy}});
        const Summary again = check(scenario, {.execution = {.rewind = Rewind::replay}});
        EXPECT_EQ(copy.states, again.states) << scenario.name;
        EXPECT_EQ(copy.transitions, again.transitions) << scenario.name;
        EXPECT_EQ(copy.executions, again.executions) << scenario.name;
    }
}

struct Count {
    const char* scenario;
    std::uint64_t states;
    std::uint64_t transitions;
};

// Pinned: a change of these is a change of the model or of the engine, to be explained.
constexpr Count counts[] = {
    {"nr-mlock-leak-pagevec/fixed", 113, 176},
    {"nr-mlock-leak-isolated/fixed", 691, 1161},
    {"clean-3-munlock-putback-drain", 2838, 6548},
    {"clean-4-munlock-putback-clear-drain", 41307, 121615},
    {"clean-4-munlock-three-isolators", 871001, 2722071},
    {"shmlock-user-lock-irq/fixed", 4320, 11212},
    {"clean-2-shm-lock-interrupt", 322, 534},
    {"shm-unlock-stranded/fixed", 40, 39},
    {"putback-recheck-shm/fixed", 1220, 2247},
    {"clean-2-shm-lock-two-users/seed", 641, 1044},
    {"clean-2-shm-unlock-destroy", 635, 1108},
    {"clean-3-shm-lock-unlock-destroy/seed", 506, 992},
    {"clean-3-shm-relock-cull", 2894, 6997},
    {"clean-2-exit-reclaim", 32900, 62406},
    {"clean-2-mlock-reclaim/anonymous", 22265, 42394},
    {"clean-3-munlock-mlock-reclaim", 52685, 127663},
    {"clean-3-two-swap-ins", 2499136, 6660926},
    {"vma-merge-case-8/fixed", 15608, 30511},
    {"nr-mlock-leak-migrated/fixed", 16302, 28403},
    {"munlock-passes-migration-entry/fixed", 283853, 648903},
    {"clean-3-migrate-munlock-mlock", 424004, 1061550},
    {"clean-2-migrate-file-fault", 773437, 1470073},
    {"clean-2-migrate-cow", 835797, 1629469},
    {"clean-2-compact-munlock-shared", 353677, 680585},
    {"clean-2-mprotect-munlock-shared", 8625, 16367},
    {"clean-2-truncate-munlock-shared", 18088, 34153},
    {"clean-3-truncate-munlock-reclaim", 234045, 502498},
    {"clean-2-stack-growth-twice", 18488, 33669},
};

TEST(TheCatalogue, HasThePinnedNumbersOfStates) {
    for (const Count& count : counts) {
        const auto scenario =
            std::find_if(catalogue().scenarios.begin(), catalogue().scenarios.end(),
                         [&count](const Scenario& row) { return row.name == count.scenario; });
        ASSERT_NE(scenario, catalogue().scenarios.end()) << count.scenario;
        if (!is_skipped(*scenario)) {
            const Summary summary = check(*scenario);
            EXPECT_EQ(summary.states, count.states) << count.scenario;
            EXPECT_EQ(summary.transitions, count.transitions) << count.scenario;
        }
    }
}

}  // namespace
}  // namespace heddle
