// SPDX-License-Identifier: Apache-2.0
// Mutants of the model, and the scenarios that notice them.
#include <gtest/gtest.h>

#include <algorithm>

#include "checker/search.h"
#include "scenarios/catalogue.h"
#include "scenarios/mutation/score.h"
#include "scenarios/mutation/trial.h"
#include "tests/pinned_counts.h"

namespace heddle::catalogue_mutants_test {
namespace {

const Census& census() {
    static const Census taken =
        take_census(load_catalogue(HEDDLE_CATALOGUE_DIR "/mlock").scenarios, 10'000);
    return taken;
}

const std::vector<Mutant>& mutants() {
    static const std::vector<Mutant> all = mutants_of(census());
    return all;
}

const Mutant* mutant_named(const std::string& name) {
    const auto found = std::find_if(mutants().begin(), mutants().end(),
                                    [&name](const Mutant& mutant) { return mutant.name == name; });
    EXPECT_NE(found, mutants().end()) << name;
    return found == mutants().end() ? nullptr : &*found;
}

Trial trial_of(const std::string& name) {
    Trial result;
    const Mutant* mutant = mutant_named(name);
    if (mutant != nullptr) {
        try_mutants(census(), {mutant}, {}, 1,
                    [&result](const Mutant&, const Trial& trial) { result = trial; });
    }
    return result;
}

// The switches of a build with mutants change nothing while there is no mutant.
TEST(CatalogueMutants, LeaveThePinnedNumbersOfStates) {
    const Catalogue catalogue = load_catalogue(HEDDLE_CATALOGUE_DIR);
    for (const PinnedCount& count : pinned_counts) {
        if (count.states > 300'000) {
            continue;  // the others say as much
        }
        const auto scenario =
            std::find_if(catalogue.scenarios.begin(), catalogue.scenarios.end(),
                         [&count](const Scenario& row) { return row.name == count.scenario; });
        ASSERT_NE(scenario, catalogue.scenarios.end()) << count.scenario;
        const Summary summary = check(*scenario);
        EXPECT_EQ(summary.states, count.states) << count.scenario;
        EXPECT_EQ(summary.transitions, count.transitions) << count.scenario;
    }
}

TEST(CatalogueMutants, AreKilledByTheScenarioThatIsThereForThem) {
    const Trial recheck = trial_of("M:putback_without_recheck");
    EXPECT_TRUE(recheck.killed);
    EXPECT_EQ(recheck.named_finding, "C1'");
    const Trial pins = trial_of("M:munlock_drops_pins_under_lru_lock");
    EXPECT_EQ(pins.named_finding, "D6");
    EXPECT_EQ(pins.named_scenario, "lru-lock-self-deadlock/fixed");
}

TEST(CatalogueMutants, AreKilledByALockThatIsMissed) {
    const Trial trial = trial_of("mlock.cpp:__munlock_pagevec:drop-lock:spin_lock_irq#1");
    EXPECT_TRUE(trial.killed);
    EXPECT_GT(trial.states, 0U);
}

TEST(CatalogueMutants, SurviveWhereNothingIsReordered) {
    const Trial trial = trial_of("M:putback_without_barrier");
    EXPECT_FALSE(trial.killed);
    EXPECT_EQ(trial.unfinished, "");
    EXPECT_GT(trial.tried, 5U);
}

TEST(CatalogueMutants, HaveABudget) {
    Trial result;
    try_mutants(census(), {mutant_named("M:putback_without_barrier")}, {.states = 3}, 1,
                [&result](const Mutant&, const Trial& trial) { result = trial; });
    EXPECT_FALSE(result.killed);
    EXPECT_NE(result.unfinished, "");
}

TEST(Score, CountsWhatIsKilledOfWhatIsNotEquivalent) {
    const Mutant killed = {.name = "a", .place = "here", .site = {}, .scenarios = {}};
    const Mutant lives = {.name = "b", .place = "here", .site = {}, .scenarios = {}};
    const Mutant same = {.name = "c", .place = "here", .site = {}, .scenarios = {}};
    const std::map<std::string, std::string> reasons = {{"c", "nothing reads it"}};
    Score score(reasons);
    score.add(killed, {.killed = true, .scenario = "s", .finding = "A1"});
    score.add(lives, {});
    EXPECT_NE(score.add(same, {}).find("nothing reads it"), std::string::npos);
    EXPECT_DOUBLE_EQ(score.killed_percent(), 50);
    EXPECT_TRUE(score.is_reached(50));
    EXPECT_FALSE(score.is_reached(51));
    EXPECT_TRUE(score.errors().empty());
    score.add(same, {.killed = true, .scenario = "s", .finding = "A1"});
    EXPECT_EQ(score.errors().size(), 1U);
}

}  // namespace
}  // namespace heddle::catalogue_mutants_test
