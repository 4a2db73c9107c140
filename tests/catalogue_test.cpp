// SPDX-License-Identifier: Apache-2.0
// The catalogue meets its expectations, by both searches.
#include "scenarios/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "checker/execution.h"
#include "checker/exhaustive.h"
#include "checker/schedule.h"
#include "tests/pinned_counts.h"

namespace heddle::catalogue_test {
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

// And no more states of what is left: an error of memory shows in the first thousands, if at all.
#ifdef HEDDLE_REPLAY_REWIND
constexpr Limits affordable_limits = {.states = 2'000};
#else
constexpr Limits affordable_limits = {};
#endif

const Catalogue& catalogue() {
    static const Catalogue loaded = load_catalogue(HEDDLE_CATALOGUE_DIR);
    return loaded;
}

// What takes long is done in parts, which ctest runs side by side.
constexpr std::size_t parts = 4;
class PartOfTheCatalogue : public testing::TestWithParam<std::size_t> {
  protected:
    template <typename Function>
    static void for_each_scenario(Function function) {
        for (std::size_t i = GetParam(); i < catalogue().scenarios.size(); i += parts) {
            function(catalogue().scenarios[i]);
        }
    }
};
INSTANTIATE_TEST_SUITE_P(Quarter, PartOfTheCatalogue, testing::Range<std::size_t>(0, parts));

TEST(TheCatalogue, IsWellFormed) {
    EXPECT_TRUE(catalogue().errors.empty());
    EXPECT_GE(catalogue().scenarios.size(), 30U);
}

// So that it cannot pass by doing nothing; of one that fails the failure is the witness.
TEST(TheCatalogue, SaysOfEachScenarioThatPassesWhatItReaches) {
    for (const Scenario& scenario : catalogue().scenarios) {
        if (scenario.expect == "pass") {
            const Execution execution(scenario);
            EXPECT_TRUE(
                std::any_of(execution.claims().begin(), execution.claims().end(),
                            [](const Claim& claim) { return claim.moment == Moment::sometimes; }))
                << scenario.name;
        }
    }
}

// Null if it is not pinned.
const PinnedCount* pinned(const Scenario& scenario) {
    const auto* count =
        std::find_if(std::begin(pinned_counts), std::end(pinned_counts),
                     [&](const PinnedCount& row) { return row.scenario == scenario.name; });
    return count == std::end(pinned_counts) ? nullptr : count;
}

TEST_P(PartOfTheCatalogue, MeetsItsExpectationsInThePinnedNumbersOfStates) {
    constexpr std::uint64_t states_max = 100'000;  // of what is not large
    for_each_scenario([](const Scenario& scenario) {
        if (is_skipped(scenario)) {
            return;
        }
        const Summary summary = check(scenario, {.limits = affordable_limits});
#ifdef HEDDLE_REPLAY_REWIND
        if (summary.verdict.kind == Verdict::Kind::unknown) {
            return;
        }
#endif
        EXPECT_TRUE(summary.met()) << scenario.name << ": " << name_of(summary.verdict.kind) << " "
                                   << summary.verdict.reason;
        EXPECT_EQ(is_large(scenario), summary.states > states_max)
            << scenario.name << ": " << summary.states << " states";
        if (const PinnedCount* count = pinned(scenario)) {
            EXPECT_EQ(summary.states, count->states) << scenario.name;
            EXPECT_EQ(summary.transitions, count->transitions) << scenario.name;
        }
    });
}

TEST(TheCatalogue, HasAPinnedNumberOfEachLargeScenarioThatPasses) {
    std::size_t found = 0;
    for (const Scenario& scenario : catalogue().scenarios) {
        const bool is_pinned = pinned(scenario) != nullptr;
        found += is_pinned ? 1 : 0;
        EXPECT_TRUE(is_pinned || !is_large(scenario) || scenario.expect != "pass") << scenario.name;
    }
    EXPECT_EQ(found, std::size(pinned_counts)) << "a pinned scenario is not in the catalogue";
}

// The simplest counterexample of one search is as simple as the other's, and replays.
TEST(TheCatalogue, HasCounterexamplesThatBothSearchesFindAndThatReplay) {
#ifdef HEDDLE_REPLAY_REWIND
    GTEST_SKIP() << "this build has minimised each by the second search already";
#endif
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

// Both ways to rewind visit the same states of the model, stacks and all: all of them, or the first
// five thousand, in the same order.
TEST_P(PartOfTheCatalogue, HasTheSameStatesByCopyingAndByReplay) {
#ifdef HEDDLE_REPLAY_REWIND
    GTEST_SKIP() << "copying stacks is what this build cannot do";
#endif
    for_each_scenario([](const Scenario& scenario) {
        if (scenario.name.starts_with("clean-4") || is_large(scenario)) {
            return;
        }
        const Limits limits = {.states = 5'000};
        const Summary copy =
            check(scenario, {.limits = limits, .execution = {.rewind = Rewind::copy}});
        const Summary again =
            check(scenario, {.limits = limits, .execution = {.rewind = Rewind::replay}});
        EXPECT_EQ(copy.states, again.states) << scenario.name;
        EXPECT_EQ(copy.transitions, again.transitions) << scenario.name;
        EXPECT_EQ(copy.executions, again.executions) << scenario.name;
    });
}

}  // namespace
}  // namespace heddle::catalogue_test
