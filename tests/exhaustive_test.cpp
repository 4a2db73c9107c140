// SPDX-License-Identifier: Apache-2.0
#include "checker/exhaustive.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/small_scenarios.h"

namespace heddle::exhaustive_test {
namespace {

using Kind = Verdict::Kind;

TEST(Exhaustive, VisitsEachStateOnce) {
    const Summary summary = check(independent_steps(2, 2));

    EXPECT_EQ(summary.verdict.kind, Kind::pass);
    EXPECT_EQ(summary.states, 9U);        // (2 + 1)^2
    EXPECT_EQ(summary.transitions, 12U);  // 2 * 2 * (2 + 1): edges of the grid
    EXPECT_EQ(summary.executions, 1U);    // one final state
    EXPECT_EQ(summary.depth_max, 4U);
}

TEST(Exhaustive, VisitsTheCubeOfFourTasks) {
    const Summary summary = check(independent_steps(4, 3));

    EXPECT_EQ(summary.states, 256U);       // (3 + 1)^4
    EXPECT_EQ(summary.transitions, 768U);  // 4 * 3 * (3 + 1)^3
}

TEST(Exhaustive, FindsALostUpdate) {
    const Summary summary = check(lost_update());

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "both increments count");
    EXPECT_TRUE(summary.verdict.minimal);
    EXPECT_EQ(summary.verdict.schedule.size(), 4U);  // read, read, write, write
}

TEST(Exhaustive, FindsADeadlockAndSaysWhoWaits) {
    const Summary summary = check(crossed_locks());

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "deadlock");
    EXPECT_EQ(summary.verdict.violation->sides,
              "forth waits in spin_lock(b), held by back\n"
              "back waits in spin_lock(a), held by forth\n");
}

// SB of the litmus tests: under sequential consistency three of four outcomes.
TEST(Exhaustive, FindsExactlyTheOutcomesOfStoreBufferingUnderSc) {
    struct World {
        int x, y, r1, r2;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("left", [&world] {
            WRITE_ONCE(world.x, 1);
            world.r1 = READ_ONCE(world.y);
        });
        setup.task("right", [&world] {
            WRITE_ONCE(world.y, 1);
            world.r2 = READ_ONCE(world.x);
        });
    });
    std::set<std::pair<int, int>> outcomes;
    Exhaustive search([&outcomes](const Execution&) {
        const World& world = *static_cast<World*>(world_root());
        outcomes.insert({world.r1, world.r2});
    });
    Execution execution(scenario);
    Budget budget({});
    Summary summary;
    search.run(execution, budget, summary);

    EXPECT_EQ(outcomes, (std::set<std::pair<int, int>>{{0, 1}, {1, 0}, {1, 1}}));
}

TEST(Exhaustive, TriesEveryAlternativeOfAChoice) {
    std::set<unsigned> chosen;
    struct World {
        unsigned value;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("chooser", [&world] { world.value = choose(3) * 10 + choose(2); });
    });
    Exhaustive search(
        [&chosen](const Execution&) { chosen.insert(static_cast<World*>(world_root())->value); });
    Execution execution(scenario);
    Budget budget({});
    Summary summary;
    search.run(execution, budget, summary);

    EXPECT_EQ(chosen, (std::set<unsigned>{0, 1, 10, 11, 20, 21}));
}

TEST(Exhaustive, EndsOnACycle) {
    struct World {
        int turn;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("spinner", [&world] {
            while (READ_ONCE(world.turn) == 0) {
                forget(0);
            }
        });
        setup.task("setter", [&world] { WRITE_ONCE(world.turn, 1); });
    });
    const Summary summary = check(scenario);

    EXPECT_EQ(summary.verdict.kind, Kind::pass);
    // The spinner before its first read, after a read of 0, finished; the setter before or after:
    // all but "finished before the setter".
    EXPECT_EQ(summary.states, 5U);
}

TEST(Exhaustive, SaysUnknownWhenALimitIsReached) {
    const auto reason = [](const Limits& limits) {
        CheckOptions options;
        options.limits = limits;
        const Summary summary = check(independent_steps(4, 8), options);
        EXPECT_EQ(summary.verdict.kind, Kind::unknown);
        return summary.verdict.reason;
    };
    EXPECT_EQ(reason({.states = 100}), "limit of 100 states reached");
    EXPECT_EQ(reason({.memory_bytes = 1000}), "limit of 1000 bytes reached");
    EXPECT_EQ(reason({.seconds = 1e-9}), "time budget of 0.000000 s is used up");
    EXPECT_EQ(reason({.steps_of_a_run = 10}), "a run of 10 steps has not come to an end");
}

TEST(Exhaustive, CallsAScenarioVacuousThatNeverReachesWhatItPromises) {
    Scenario scenario = scenario_of([](heddle::Setup& setup) {
        setup.world<Counters>();
        setup.task("idle", [] { smp_mb(); });
        setup.sometimes("pigs fly", [] { return false; });
        setup.sometimes("time passes", [] { return true; });
    });
    const Summary summary = check(scenario);

    EXPECT_EQ(summary.verdict.kind, Kind::vacuous);
    EXPECT_EQ(summary.verdict.reason, "no state reaches: pigs fly");
}

TEST(Exhaustive, ChecksAlwaysClaimsInEveryState) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("up and down", [&world] {
            atomic_inc(&world.a[0]);
            atomic_dec(&world.a[0]);
        });
        setup.always("the counter stays 0", [&world] { return world.a[0].counter == 0; });
    });
    const Summary summary = check(scenario);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.schedule.size(), 1U);
}

// What a path asserts may look at more than its task has observed: the step after which it does not
// hold leads to the same memory as one after which it did.
TEST(Exhaustive, FindsAnAssertionThatFailsOnTheWayToAStateItKnows) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("looks", [&world] {
            atomic_inc(&world.a[0]);
            BUG_ON(world.a[1].counter != 0);
            atomic_inc(&world.a[2]);
        });
        setup.task("writes", [&world] { atomic_inc(&world.a[1]); });
    });
    for (const char* search : {"exhaustive", "bounded"}) {
        const Summary summary = check(scenario, {.search = search});
        ASSERT_EQ(summary.verdict.kind, Kind::fail) << search;
        EXPECT_EQ(summary.verdict.violation->claim, "BUG_ON");
        EXPECT_EQ(summary.verdict.schedule.size(), 2U);  // writes, looks
    }
}

}  // namespace
}  // namespace heddle::exhaustive_test
