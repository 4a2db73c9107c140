// SPDX-License-Identifier: Apache-2.0
#include "checker/bounded.h"

#include <gtest/gtest.h>

#include "checker/schedule.h"
#include "tests/small_scenarios.h"

namespace heddle::bounded_test {
namespace {

using Kind = Verdict::Kind;

Summary run_bounded(const Scenario& scenario, unsigned preemptions_max) {
    Execution execution(scenario);
    Budget budget({});
    Summary summary;
    Bounded(preemptions_max).run(execution, budget, summary);
    return summary;
}

TEST(Bounded, FindsNoLostUpdateWithoutPreemption) {
    const Summary summary = run_bounded(lost_update(), 0);

    EXPECT_EQ(summary.verdict.kind, Kind::unknown);
    EXPECT_EQ(summary.verdict.reason, "no violation with at most 0 preemptions");
}

TEST(Bounded, FindsALostUpdateWithOnePreemption) {
    const Summary summary = run_bounded(lost_update(), 1);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    const Trace trace = replay(lost_update(), summary.verdict.schedule).trace;
    EXPECT_EQ(trace.preemptions, 1U);
    EXPECT_EQ(trace.steps.size(), 4U);
}

TEST(Bounded, ProvesWhatNoBoundCutsShort) {
    const Summary summary = run_bounded(independent_steps(2, 2), Bounded::no_bound);

    EXPECT_EQ(summary.verdict.kind, Kind::pass);
}

// A long way that needs no preemption and a short way that needs one lead to the same violation.
TEST(Bounded, PrefersFewerPreemptionsToFewerSteps) {
    struct World {
        int x, y;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("first", [&world] {
            WRITE_ONCE(world.x, 1);
            for (int i = 0; i < 5; ++i) {
                smp_mb();
            }
        });
        setup.task("second", [&world] {
            if (READ_ONCE(world.x) == 1) {
                WRITE_ONCE(world.y, 1);
            }
        });
        setup.always("y stays 0", [&world] { return world.y == 0; });
    });
    const Summary summary = run_bounded(scenario, Bounded::no_bound);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.schedule.size(), 8U);  // 6 of the first, 2 of the second
    EXPECT_EQ(replay(scenario, summary.verdict.schedule).trace.preemptions, 0U);
}

// Both orders of the first steps lead to one state, at one cost; who goes on from there for nothing
// is who was last.
TEST(Bounded, TellsStatesApartByWhoWasLast) {
    for (const bool looks_first : {false, true}) {
        const Scenario scenario = scenario_of([looks_first](heddle::Setup& setup) {
            Counters& world = setup.world<Counters>();
            const auto sets = [&world] {
                atomic_inc(&world.a[0]);
                atomic_dec(&world.a[0]);
            };
            const auto looks = [&world] {
                smp_mb();
                BUG_ON(atomic_read(&world.a[0]) == 1);
            };
            setup.task("one", looks_first ? std::function<void()>(looks) : sets);
            setup.task("other", looks_first ? std::function<void()>(sets) : looks);
        });
        const Summary summary = run_bounded(scenario, Bounded::no_bound);

        ASSERT_EQ(summary.verdict.kind, Kind::fail);
        EXPECT_EQ(replay(scenario, summary.verdict.schedule).trace.preemptions, 1U);
    }
}

TEST(Bounded, CountsASwitchFromABlockedTaskAsNoPreemption) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        TwoLocks& world = setup.world<TwoLocks>();
        world.a.owner = 2;  // taken by the second task before the story begins
        setup.task("waiter", [&world] {
            spin_lock(&world.a);
            spin_unlock(&world.a);
            BUG_ON(true);
        });
        setup.task("holder", [&world] {
            ++current_state().preempt_count;
            hold({.object = &world.a.owner, .bits = 0xffffffffU});
            spin_unlock(&world.a);
        });
    });
    const Summary summary = run_bounded(scenario, 0);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "BUG_ON");
}

}  // namespace
}  // namespace heddle::bounded_test
