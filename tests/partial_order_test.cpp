// SPDX-License-Identifier: Apache-2.0
// Orders of steps that partial order must keep, and what it has to know for it.
#include "checker/partial_order.h"

#include <gtest/gtest.h>

#include "checker/exhaustive.h"
#include "tests/small_scenarios.h"

namespace heddle::partial_order_test {
namespace {

struct World {
    int a;
    int b;
    int z;
    int seen;
    int own[2];
};

// Whether some run breaks a claim of final states, by whatever search.
bool can_break(const std::function<void(heddle::Setup&, World&)>& build, bool (*claim)(World&)) {
    const Scenario scenario = scenario_of([&build, claim](heddle::Setup& setup) {
        World& world = setup.world<World>();
        build(setup, world);
        setup.finally("claim", [&world, claim] { return claim(world); });
    });
    CheckOptions options;
    options.how.reductions = Reductions::all();
    options.how.reductions.locals = false;
    const Verdict::Kind reduced = check(scenario, options).verdict.kind;
    EXPECT_EQ(reduced, check(scenario).verdict.kind);
    EXPECT_EQ(reduced, check(scenario, {.search = "dpor"}).verdict.kind);
    return reduced == Verdict::Kind::fail;
}

// What comes last of three steps conflicts with the first step of the other task.
TEST(PartialOrder, KnowsWhatIsManyStepsAway) {
    const auto build = [](heddle::Setup& setup, World& world) {
        setup.task("looks", [&world] { WRITE_ONCE(world.seen, READ_ONCE(world.z)); });
        setup.task("writes", [&world] {
            WRITE_ONCE(world.a, 1);
            WRITE_ONCE(world.b, 1);
            WRITE_ONCE(world.z, 1);
        });
    };
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen == 0; }));
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen == 1; }));
}

// A step after which no other task of the CPU can run is not alone.
TEST(PartialOrder, KnowsWhoSharesACpu) {
    const auto build = [](heddle::Setup& setup, World& world) {
        setup.task("alone", 0, [&world] {
            preempt_disable();
            WRITE_ONCE(world.z, 1);
            preempt_enable();
        });
        setup.task("looks", 0, [&world] { WRITE_ONCE(world.seen, READ_ONCE(world.z)); });
    };
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen == 0; }));
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen == 1; }));
}

// What alike tasks own is theirs and not each other's; somebody else may look at it.
TEST(PartialOrder, KnowsWhoLooksAtWhatATaskOwns) {
    const auto build = [](heddle::Setup& setup, World& world) {
        AlikeTasks alike;
        for (unsigned task = 0; task < 2; ++task) {
            setup.task("t" + std::to_string(task),
                       [&world, task] { WRITE_ONCE(world.own[task], 1); });
            alike.tasks.push_back(task);
            alike.owned.push_back({{&world.own[task], sizeof(int)}});
        }
        setup.alike(alike);
        setup.task("looks", [&world] {
            const int sum = READ_ONCE(world.own[0]) + READ_ONCE(world.own[1]);
            WRITE_ONCE(world.seen, sum);
        });
    };
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen != 0; }));
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen != 1; }));
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen != 2; }));
}

// Who waits can be woken by a write to any word it waits for, and then meet what another does.
TEST(PartialOrder, KnowsEachWordThatIsWaitedFor) {
    const auto build = [](heddle::Setup& setup, World& world) {
        setup.task("waits", [&world] {
            bool waited = false;
            while (READ_ONCE(world.a) == 0 && READ_ONCE(world.b) == 0) {
                waited = true;
                cpu_relax();
            }
            WRITE_ONCE(world.seen, waited && READ_ONCE(world.z) == 0 ? 1 : 2);
        });
        setup.task("meets", [&world] { WRITE_ONCE(world.z, 1); });
        setup.task("wakes", [&world] { WRITE_ONCE(world.b, 1); });
    };
    EXPECT_TRUE(can_break(build, [](World& world) { return world.seen != 1; }));
}

// A task that has forgotten goes on from where another of its ways has led.
TEST(PartialOrder, KnowsWhatFollowsWhenATaskForgets) {
    const auto build = [](heddle::Setup& setup, World& world) {
        setup.task("looks", [&world] { WRITE_ONCE(world.seen, READ_ONCE(world.z)); });
        setup.task("forgets", [&world] {
            WRITE_ONCE(world.own[0], READ_ONCE(world.a));
            static_cast<void>(READ_ONCE(world.b));
            forget(0);
            WRITE_ONCE(world.z, 1);
        });
        setup.task("makes a difference", [&world] { WRITE_ONCE(world.a, 1); });
    };
    EXPECT_TRUE(
        can_break(build, [](World& world) { return world.seen != 1 || world.own[0] != 1; }));
}

// Where a is 1 already, the write to z is alone as far as is known: who begins to look has not been
// seen to look at z until the search comes to the runs in which a is 0.
TEST(PartialOrder, SearchesAgainWhenItHasReliedOnSomethingWrong) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("writes", [&world] {
            WRITE_ONCE(world.a, 1);
            WRITE_ONCE(world.z, 1);
        });
        setup.task("looks", [&world] {
            if (READ_ONCE(world.a) == 0) {
                static_cast<void>(READ_ONCE(world.z));
            }
        });
    });
    CheckOptions options;
    options.how.reductions = *parse_reductions("partial-order");
    EXPECT_EQ(check(scenario, options).passes, 2U);
}

}  // namespace
}  // namespace heddle::partial_order_test
