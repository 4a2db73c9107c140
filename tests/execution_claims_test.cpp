// SPDX-License-Identifier: Apache-2.0
// When an execution asks which claims.
#include "checker/execution.h"

#include <gtest/gtest.h>

#include "tests/small_scenarios.h"

namespace heddle::execution_claims_test {
namespace {

std::string broken_claim(const Scenario& scenario) {
    const Summary summary = check(scenario);
    return summary.verdict.violation ? summary.verdict.violation->claim : "";
}

TEST(Execution, AsksWhatHoldsWhileTasksAreIdleOnlyThen) {
    const auto scenario = [](bool forgets_in_between) {
        return scenario_of([forgets_in_between](heddle::Setup& setup) {
            Counters& world = setup.world<Counters>();
            setup.task("up and down", [&world, forgets_in_between] {
                atomic_inc(&world.a[0]);
                if (forgets_in_between) {
                    forget(1);
                }
                atomic_dec(&world.a[0]);
            });
            setup.claim({.name = "idle at 0",
                         .formula = "a == 0",
                         .moment = Moment::idle,
                         .holds = [&world] { return world.a[0].counter == 0; }});
        });
    };
    EXPECT_EQ(broken_claim(scenario(false)), "");
    EXPECT_EQ(broken_claim(scenario(true)), "idle at 0");
}

TEST(Execution, AsksWhatHoldsWhileTasksAreIdleWhateverHoldsAlways) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("t", [&world] { atomic_inc(&world.a[0]); });
        setup.always("always", [] { return true; });
        setup.claim(
            {.name = "never idle", .formula = "never idle", .moment = Moment::idle, .holds = [] {
                 return false;
             }});
    });
    EXPECT_EQ(broken_claim(scenario), "never idle");
}

TEST(Execution, AsksAnewAboutTheWorldItHasGoneBackTo) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("t", [&world] { atomic_inc(&world.a[0]); });
        setup.always("not 0", [&world] { return world.a[0].counter != 0; });
    });
    Execution execution(scenario);
    const Mark start = execution.mark();
    execution.take({0, 0});
    execution.fingerprint();
    EXPECT_FALSE(execution.violation());
    execution.rewind(start);
    EXPECT_TRUE(execution.violation());
}

TEST(Execution, SaysWhatIsBrokenAsOftenAsItIsAsked) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("t", [&world] { atomic_inc(&world.a[0]); });
        setup.always("never", [] { return false; });
    });
    Execution execution(scenario);
    EXPECT_TRUE(execution.violation());
    EXPECT_TRUE(execution.violation());
}

}  // namespace
}  // namespace heddle::execution_claims_test
