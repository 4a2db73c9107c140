// SPDX-License-Identifier: Apache-2.0
#include "checker/sampling.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "checker/random.h"
#include "checker/schedule.h"
#include "tests/small_scenarios.h"

namespace heddle::sampling_test {
namespace {

using Kind = Verdict::Kind;

Summary sample(const Scenario& scenario, const std::string& search, const SearchOptions& how,
               const Limits& limits = {}) {
    return check(scenario, {.search = search, .how = how, .limits = limits});
}

// Chooses once of three and once of two.
Scenario two_choices() {
    struct World {
        unsigned value;
    };
    return scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("chooser", [&world] { world.value = choose(3) * 10 + choose(2); });
        for (const unsigned value : {0U, 1U, 10U, 11U, 20U, 21U}) {
            setup.always("not " + std::to_string(value),
                         [&world, value] { return world.value != value || value < 20; });
        }
    });
}

// An interrupt may come at every step of a task, but for those with interrupts off.
Scenario interrupted_task() {
    return scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("task", 0, [&world] {
            atomic_inc(&world.a[0]);
            local_irq_disable();
            atomic_inc(&world.a[1]);
            atomic_dec(&world.a[1]);
            local_irq_enable();
        });
        setup.interrupt("irq", 0, [&world] {
            BUG_ON(atomic_read(&world.a[1]) != 0);
            atomic_inc(&world.a[2]);
        });
        setup.finally("both run",
                      [&world] { return world.a[0].counter + world.a[2].counter == 2; });
    });
}

Scenario waits_in_a_loop() {
    return scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("spinner", [&world] {
            while (READ_ONCE(world.a[0].counter) == 0) {
                forget(0);
            }
        });
        setup.task("setter", [&world] { WRITE_ONCE(world.a[0].counter, 1); });
    });
}

// The standard gives the 10,000th number of a std::mt19937_64 from its default seed.
TEST(Random, DrawsWhatTheStandardFixes) {
    Random random(std::mt19937_64::default_seed);
    std::uint64_t drawn = 0;
    for (int i = 0; i < 10'000; ++i) {
        drawn = random.below(UINT64_MAX);
    }
    EXPECT_EQ(drawn, 9'981'545'732'273'789'042ULL);
}

// 6,000 draws of 6: each comes 1,000 times; 5 standard deviations of sqrt(6000 * 5 / 36) are 144.
// Seed 7; a right generator misses with a chance below 10^-5.
TEST(Random, DrawsUniformly) {
    Random random(7);
    std::array<int, 6> drawn = {};
    for (int i = 0; i < 6'000; ++i) {
        ++drawn[random.below(6)];
    }
    for (const int count : drawn) {
        EXPECT_NEAR(count, 1'000, 144);
    }
    EXPECT_EQ(random.below(1), 0U);
}

TEST(RandomWalk, StopsAfterItsRunsAndProvesNothing) {
    const Summary summary = sample(independent_steps(2, 2), "random", {.seed = 3, .runs = 40});

    EXPECT_EQ(summary.verdict.kind, Kind::unknown);
    EXPECT_EQ(summary.verdict.reason, "random runs prove nothing");
    EXPECT_EQ(summary.coverage, "40 runs from seed 3, 9 states");  // (2 + 1)^2
    EXPECT_EQ(summary.executions, 40U);
    EXPECT_EQ(summary.transitions, 160U);  // 40 * 2 * 2
    EXPECT_EQ(summary.depth_max, 4U);
}

TEST(RandomWalk, FindsALostUpdateAndMinimisesIt) {
    const Summary summary = sample(lost_update(), "random", {});

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_TRUE(summary.verdict.minimal);
    EXPECT_EQ(replay(lost_update(), summary.verdict.schedule).verdict.kind, Kind::fail);
    EXPECT_NE(summary.coverage.find("from seed 1"), std::string::npos) << summary.coverage;
}

// A grid of (8 + 1)^4 = 6,561 states of which 20 runs of 32 steps see at most 641.
TEST(Sampling, IsTheSameForASeedAndAnotherForAnother) {
    for (const char* search : {"random", "pct"}) {
        const auto states = [search](std::uint64_t seed) {
            return sample(independent_steps(4, 8), search, {.seed = seed, .runs = 20}).states;
        };
        EXPECT_EQ(states(1), states(1)) << search;
        EXPECT_NE(states(1), states(2)) << search;
    }
}

TEST(Sampling, FindsADeadlock) {
    for (const char* search : {"random", "pct"}) {
        const Summary summary = sample(crossed_locks(), search, {.depth = 2});
        ASSERT_EQ(summary.verdict.kind, Kind::fail) << search;
        EXPECT_EQ(summary.verdict.violation->claim, "deadlock");
    }
}

TEST(Sampling, TriesTheAlternativesOfAChoice) {
    for (const char* search : {"random", "pct"}) {
        const Summary summary = sample(two_choices(), search, {});
        ASSERT_EQ(summary.verdict.kind, Kind::fail) << search;
        EXPECT_EQ(summary.verdict.schedule[0].alternative, 2U);
    }
}

TEST(Sampling, RunsInterruptsOnlyWhereTheyAreOn) {
    ASSERT_EQ(check(interrupted_task()).verdict.kind, Kind::pass);
    for (const char* search : {"random", "pct"}) {
        const Summary summary = sample(interrupted_task(), search, {.runs = 200});
        EXPECT_EQ(summary.verdict.kind, Kind::unknown) << search;
        EXPECT_EQ(summary.states, check(interrupted_task()).states) << search;
    }
}

TEST(Sampling, StopsInTheMiddleOfARunWhenALimitIsReached) {
    for (const char* search : {"random", "pct"}) {
        const Summary summary = sample(independent_steps(4, 8), search, {}, {.steps_of_a_run = 10});
        EXPECT_EQ(summary.verdict.kind, Kind::unknown);
        EXPECT_TRUE(
            summary.verdict.reason.starts_with("a run of 10 steps has not come to an end; "));
        EXPECT_EQ(summary.executions, 0U);
    }
}

TEST(Pct, GivesItsGuaranteeAsANumber) {
    EXPECT_DOUBLE_EQ(pct_chance_min(2, 10, 3), 0.005);  // 1 / (2 * 10^2)
    EXPECT_DOUBLE_EQ(pct_chance_min(4, 50, 1), 0.25);
    EXPECT_DOUBLE_EQ(chance_in_any(0.5, 2), 0.75);
    EXPECT_DOUBLE_EQ(chance_in_any(1, 1), 1);
    EXPECT_DOUBLE_EQ(chance_in_any(1, 0), 0);

    const Summary summary = sample(independent_steps(2, 2), "pct", {.runs = 100, .depth = 2});
    EXPECT_EQ(summary.verdict.kind, Kind::unknown);
    EXPECT_EQ(summary.verdict.reason,  // 1 - (1 - 1 / (2 * 4))^100 = 0.99999841
              "no run breaks a claim; the chance to find a bug of depth 2 was at least 0.999");
    EXPECT_EQ(summary.coverage, "101 runs from seed 1, 9 states; 2 tasks, 4 steps");
}

TEST(Pct, RoundsItsGuaranteeDown) {
    EXPECT_EQ(lower_bound_text(0.5), "0.5");
    EXPECT_EQ(lower_bound_text(0.99999), "0.999");
    EXPECT_EQ(lower_bound_text(0.0012399), "0.00123");
    EXPECT_EQ(lower_bound_text(1), "1");
    EXPECT_EQ(lower_bound_text(0), "0");
}

// The update is lost if the task that comes first is stopped after the first of the 4 steps: a
// chance of 1 / 4, where 1 / (2 * 4) is guaranteed. The run that measures loses it too with a
// chance of 1 / 2, so that about 200 seeds are left, of which 50 find it and 25 are promised.
TEST(Pct, FindsABugOfItsDepthAsOftenAsItSays) {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        Execution execution(lost_update());
        Budget budget({});
        Summary summary;
        Pct(seed, 1, 2).run(execution, budget, summary);
        found += summary.verdict.kind == Kind::fail && summary.executions == 2 ? 1 : 0;
    }
    EXPECT_GE(found, 25);
}

// Without a change of priorities one task runs before the other, and no update is lost.
TEST(Pct, FindsNothingThatNeedsMoreThanItsDepth) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Execution execution(lost_update());
        Budget budget({});
        Summary summary;
        Pct(seed, 20, 1).run(execution, budget, summary);
        const bool while_measuring = summary.executions == 1;
        EXPECT_TRUE(while_measuring || summary.verdict.kind == Kind::unknown) << seed;
    }
}

TEST(Pct, LetsATaskThatLoopsInVainFallBehind) {
    const Summary summary = sample(waits_in_a_loop(), "pct", {.runs = 20, .depth = 1});

    EXPECT_EQ(summary.executions, 21U);
    EXPECT_TRUE(summary.verdict.reason.starts_with("no run breaks a claim; "))
        << summary.verdict.reason;
    EXPECT_NE(summary.coverage.find("looped in vain"), std::string::npos) << summary.coverage;
}

// The second task takes five steps more once it sees the first.
TEST(Pct, SaysWhenARunTookMoreStepsThanWereMeasured) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("first", [&world] { atomic_inc(&world.a[0]); });
        setup.task("second", [&world] {
            if (atomic_read(&world.a[0]) == 1) {
                for (int i = 0; i < 5; ++i) {
                    smp_mb();
                }
            }
        });
    });
    std::set<std::string> coverages;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        coverages.insert(sample(scenario, "pct", {.seed = seed, .runs = 20}).coverage.substr(20));
    }
    const auto with = [&coverages](const std::string& text) {
        for (const std::string& coverage : coverages) {
            if (coverage.ends_with(text)) {
                return true;
            }
        }
        return false;
    };
    EXPECT_TRUE(with("2 tasks, 7 steps"));
    EXPECT_TRUE(with("2 tasks, 2 steps; the chance may be less: a run took 7 steps"));
}

}  // namespace
}  // namespace heddle::sampling_test
