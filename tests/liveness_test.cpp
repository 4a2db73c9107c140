// SPDX-License-Identifier: Apache-2.0
#include "checker/liveness.h"

#include <gtest/gtest.h>

#include "checker/schedule.h"
#include "tests/small_scenarios.h"

namespace heddle::liveness_test {
namespace {

using Kind = Verdict::Kind;

Summary check_liveness(const Scenario& scenario) { return check(scenario, {.search = "liveness"}); }

// A violation whose schedule shows it again, cycle and all.
testing::AssertionResult fails_again(const Scenario& scenario, const Summary& summary,
                                     const std::string& claim) {
    if (summary.verdict.kind != Kind::fail || summary.verdict.violation->claim != claim) {
        return testing::AssertionFailure()
               << name_of(summary.verdict.kind) << " " << summary.verdict.reason;
    }
    const Verdict again = replay(scenario, summary.verdict.schedule).verdict;
    if (again.kind != Kind::fail || again.violation->claim != claim ||
        again.violation->sides != summary.verdict.violation->sides) {
        return testing::AssertionFailure() << "replayed: " << name_of(again.kind);
    }
    return testing::AssertionSuccess();
}

struct Pair {
    int wants[2];
    int turn;
    atomic_t lock;
    int entered[2];
};

using Body = std::function<void(Pair&, int)>;

// Two tasks that do the same, `me` 0 and 1.
Scenario pair_of(const Body& body, const std::function<void(heddle::Setup&, Pair&)>& more = {}) {
    return scenario_of([body, more](heddle::Setup& setup) {
        Pair& world = setup.world<Pair>();
        setup.task("left", [&world, body] { body(world, 0); });
        setup.task("right", [&world, body] { body(world, 1); });
        if (more) {
            more(setup, world);
        }
    });
}

// For tasks that are meant to go on for ever: each enters at least once.
void both_enter(heddle::Setup& setup, Pair& world) {
    setup.switch_off(livelock_rule);
    setup.eventually("left enters", [&world] { return world.entered[0] != 0; });
    setup.eventually("right enters", [&world] { return world.entered[1] != 0; });
}

// Each wants, and steps back if the other wants too.
void enter_politely(Pair& world, int me) {
    for (;;) {
        WRITE_ONCE(world.wants[me], 1);
        if (READ_ONCE(world.wants[1 - me]) == 0) {
            break;
        }
        WRITE_ONCE(world.wants[me], 0);
        forget(0);
    }
    WRITE_ONCE(world.wants[me], 0);
}

// Peterson, Myths about the Mutual Exclusion Problem, IPL 1981.
void lock_as_peterson(Pair& world, int me) {
    WRITE_ONCE(world.wants[me], 1);
    WRITE_ONCE(world.turn, 1 - me);
    for (;;) {
        forget(1);
        if (READ_ONCE(world.wants[1 - me]) == 0 || READ_ONCE(world.turn) == me) {
            break;
        }
    }
}

void lock_by_swapping(Pair& world) {
    while (atomic_cmpxchg(&world.lock, 0, 1) != 0) {
        forget(1);
    }
}

TEST(Liveness, FindsTwoThatStepBackForEver) {
    const Scenario scenario = pair_of(enter_politely);
    const Summary summary = check_liveness(scenario);

    EXPECT_TRUE(fails_again(scenario, summary, "livelock"));
    // Both want, both see it, both step back: 3 steps each. The first round is none of the cycle,
    // because a task at its start is no task that has forgotten.
    EXPECT_EQ(summary.verdict.violation->sides, "the last 6 steps repeat for ever");
    EXPECT_EQ(summary.verdict.schedule.size(), 12U);
    EXPECT_FALSE(summary.verdict.minimal);
    EXPECT_EQ(check(scenario).verdict.kind, Kind::pass);  // no state shows it
}

TEST(Liveness, FindsALoopThatNobodyEnds) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Pair& world = setup.world<Pair>();
        setup.task("spinner", [&world] {
            while (atomic_read(&world.lock) == 0) {
                forget(0);
            }
        });
    });
    const Summary summary = check_liveness(scenario);

    EXPECT_TRUE(fails_again(scenario, summary, "livelock"));
    EXPECT_EQ(summary.verdict.violation->sides, "the last step repeats for ever");
}

// The same with cpu_relax() has no cycle: the task waits, and nobody comes.
TEST(Liveness, FindsAWaitThatNobodyEnds) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Pair& world = setup.world<Pair>();
        setup.task("spinner", [&world] {
            while (atomic_read(&world.lock) == 0) {
                cpu_relax();
            }
        });
    });
    const Summary summary = check_liveness(scenario);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "livelock");
    EXPECT_FALSE(summary.verdict.violation->of_whole_run);
}

// Whoever waits could do so for ever, but its holder can run and therefore does.
TEST(Liveness, PassesASpinlockThatEachTakesOnce) {
    const auto once = [](Pair& world, int) {
        lock_by_swapping(world);
        atomic_set(&world.lock, 0);
    };
    EXPECT_EQ(check_liveness(pair_of(once)).verdict.kind, Kind::pass);
}

TEST(Liveness, PassesPetersonsLock) {
    const auto once = [](Pair& world, int me) {
        lock_as_peterson(world, me);
        WRITE_ONCE(world.wants[me], 0);
    };
    EXPECT_EQ(check_liveness(pair_of(once)).verdict.kind, Kind::pass);
}

// Who swaps in vain has taken a step: fairness to tasks is none to those who want a lock.
TEST(Liveness, FindsThatALockThatIsSwappedStarvesSomebody) {
    const auto for_ever = [](Pair& world, int me) {
        for (;;) {
            forget(0);
            lock_by_swapping(world);
            WRITE_ONCE(world.entered[me], 1);
            atomic_set(&world.lock, 0);
        }
    };
    const Scenario scenario = pair_of(for_ever, both_enter);

    EXPECT_TRUE(fails_again(scenario, check_liveness(scenario), "left enters"));
}

TEST(Liveness, PassesPetersonsLockForEverAndForEverybody) {
    const auto for_ever = [](Pair& world, int me) {
        for (;;) {
            forget(0);
            lock_as_peterson(world, me);
            WRITE_ONCE(world.entered[me], 1);
            WRITE_ONCE(world.wants[me], 0);
        }
    };
    EXPECT_EQ(check_liveness(pair_of(for_ever, both_enter)).verdict.kind, Kind::pass);
}

// Two ways that meet again, only one of which passes through p. What the first of them showed must
// not count for the second.
TEST(Liveness, LooksAtEachOfTwoWaysThatMeet) {
    for (const unsigned good : {0U, 1U}) {
        const Scenario scenario = scenario_of([good](heddle::Setup& setup) {
            Pair& world = setup.world<Pair>();
            setup.task("chooser", [&world, good] {
                WRITE_ONCE(world.turn, choose(2) == good ? 1 : 2);
                WRITE_ONCE(world.turn, 0);
                forget(0);
                smp_mb();
            });
            setup.eventually("p", [&world] { return world.turn == 1; });
            setup.eventually("p or q", [&world] { return world.turn != 0; });
        });
        const Summary summary = check_liveness(scenario);
        EXPECT_TRUE(fails_again(scenario, summary, "p")) << good;
        EXPECT_EQ(summary.verdict.schedule.size(), 4U);
        EXPECT_EQ(summary.verdict.violation->sides, "the run ends, and it has held in no state");
    }
}

// A task turns p on and off for ever; with `may_stay` it may also choose to turn round without.
Scenario blinker(bool may_stay) {
    return scenario_of([may_stay](heddle::Setup& setup) {
        Pair& world = setup.world<Pair>();
        setup.switch_off(livelock_rule);
        setup.task("blinker", [&world, may_stay] {
            for (;;) {
                forget(0);
                if (may_stay && choose(2) == 1) {
                    continue;
                }
                WRITE_ONCE(world.turn, 1);
                WRITE_ONCE(world.turn, 0);
            }
        });
        setup.eventually("p", [&world] { return world.turn == 1; });
    });
}

TEST(Liveness, PassesACycleThroughStatesWithAndWithoutTheClaim) {
    EXPECT_EQ(check_liveness(blinker(false)).verdict.kind, Kind::pass);
}

TEST(Liveness, FindsACycleBesideTheOneThatSatisfiesTheClaim) {
    EXPECT_TRUE(fails_again(blinker(true), check_liveness(blinker(true)), "p"));
}

TEST(Liveness, PassesAClaimThatHoldsAtTheStart) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Pair& world = setup.world<Pair>();
        setup.task("t", [&world] { WRITE_ONCE(world.turn, 1); });
        setup.eventually("turn is 0", [&world] { return world.turn == 0; });
    });
    EXPECT_EQ(check_liveness(scenario).verdict.kind, Kind::pass);
}

// A daemon may work for ever, but not while it keeps a task from its end.
TEST(Liveness, LetsADaemonGoOnForEver) {
    const auto with_daemon = [](bool sets) {
        return scenario_of([sets](heddle::Setup& setup) {
            Pair& world = setup.world<Pair>();
            setup.task("waiter", [&world] {
                while (atomic_read(&world.lock) == 0) {
                    forget(0);
                }
            });
            setup.daemon("daemon", 1, [&world, sets] {
                for (;;) {
                    forget(0);
                    atomic_set(&world.lock, sets ? 1 : 0);
                }
            });
        });
    };
    EXPECT_EQ(check_liveness(with_daemon(true)).verdict.kind, Kind::pass);
    EXPECT_TRUE(fails_again(with_daemon(false), check_liveness(with_daemon(false)), "livelock"));
}

TEST(Liveness, VisitsTheStatesOfExhaustive) {
    for (const Scenario& scenario : {independent_steps(4, 3), pair_of(enter_politely)}) {
        const Summary other = check(scenario);
        const Summary summary = check_liveness(scenario);
        EXPECT_EQ(summary.states, other.states);
        EXPECT_EQ(summary.transitions, other.transitions);
    }
}

TEST(Liveness, FindsWhatASingleStateShowsAndMinimisesIt) {
    const Summary summary = check_liveness(lost_update());

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_TRUE(summary.verdict.minimal);
}

TEST(Liveness, SaysUnknownWhenALimitIsReached) {
    const Summary summary =
        check(independent_steps(4, 8), {.search = "liveness", .limits = {.states = 100}});

    EXPECT_EQ(summary.verdict.reason, "limit of 100 states reached");
}

TEST(Eventually, IsRefusedByEverySearchThatCannotDecideIt) {
    for (const SearchKind& kind : searches()) {
        const Summary summary = check(blinker(true), {.search = kind.name});
        if (summary.search == "liveness") {
            EXPECT_EQ(summary.verdict.kind, Kind::fail) << kind.name;
        } else {
            EXPECT_EQ(summary.verdict.kind, Kind::error) << kind.name;
            EXPECT_EQ(summary.verdict.reason,
                      "'" + std::string(kind.name) +
                          "' cannot decide `eventually` claims; --search liveness can");
        }
    }
    EXPECT_EQ(check(blinker(true)).search, "liveness");  // instead of exhaustive
}

}  // namespace
}  // namespace heddle::liveness_test
