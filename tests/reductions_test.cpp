// SPDX-License-Identifier: Apache-2.0
// What exhaustive search may leave out, and what it must not.
#include "checker/reductions.h"

#include <gtest/gtest.h>

#include <set>

#include "checker/exhaustive.h"
#include "tests/small_scenarios.h"

namespace heddle::reductions_test {
namespace {

Summary check_with(const Scenario& scenario, const char* reductions) {
    CheckOptions options;
    options.how.reductions = *parse_reductions(reductions);
    return check(scenario, options);
}

TEST(Reductions, AreNamedOneByOneOrByWhatIsLeftOut) {
    EXPECT_EQ(parse_reductions("all"), Reductions::all());
    EXPECT_EQ(parse_reductions("none"), Reductions::none());
    for (const ReductionKind& kind : reduction_kinds()) {
        Reductions only = Reductions::none();
        only.*(kind.on) = true;
        EXPECT_EQ(parse_reductions(kind.name), only);
        EXPECT_EQ(text_of(only), kind.name);
        Reductions but = Reductions::all();
        but.*(kind.on) = false;
        EXPECT_EQ(parse_reductions("-" + std::string(kind.name)), but);
    }
    EXPECT_EQ(text_of(*parse_reductions("locals,symmetry")), "symmetry,locals");
    for (const char* wrong : {"", "most", "all,none", "locals,-symmetry", "locals,", "-"}) {
        EXPECT_FALSE(parse_reductions(wrong)) << wrong;
    }
}

TEST(PartialOrder, TakesOneOrderOfStepsThatDoNotConflict) {
    const Summary summary = check_with(independent_steps(4, 3), "partial-order");

    EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
    EXPECT_EQ(summary.states, 13U);  // 4 * 3 steps, one after the other
    EXPECT_EQ(summary.passes, 1U);
}

TEST(PartialOrder, NeedsToKnowThatAdditionsCommute) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (const char* name : {"a", "b", "c"}) {
            setup.task(name, [&world] { atomic_inc(&world.a[0]); });
        }
    });
    EXPECT_EQ(check_with(scenario, "partial-order,commuting").states, 4U);
    EXPECT_EQ(check_with(scenario, "partial-order").states, 8U);  // all subsets
}

TEST(PrivateObjects, AreTouchedWithoutASwitch) {
    EXPECT_EQ(check_with(independent_steps(3, 2), "private-objects").states, 7U);
    EXPECT_EQ(check_with(lost_update(), "private-objects").verdict.kind, Verdict::Kind::fail);
}

TEST(PartialOrder, KeepsEveryOrderThatAClaimCouldTell) {
    const auto scenario = [](int bad) {
        return scenario_of([bad](heddle::Setup& setup) {
            Counters& world = setup.world<Counters>();
            setup.task("a", [&world] { atomic_inc(&world.a[0]); });
            setup.task("b", [&world] { atomic_inc(&world.a[1]); });
            setup.always("not this", [&world, bad] {
                return world.a[0].counter * 2 + world.a[1].counter != bad;
            });
        });
    };
    for (const int bad : {1, 2, 3}) {
        const Summary summary = check_with(scenario(bad), "all");
        ASSERT_EQ(summary.verdict.kind, Verdict::Kind::fail) << bad;
        EXPECT_EQ(summary.verdict.schedule.size(), bad == 3 ? 2U : 1U);
    }
}

TEST(PartialOrder, KeepsStatesInWhichAllAreIdle) {
    struct World {
        int busy;
        int seen;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        for (const char* name : {"a", "b"}) {
            setup.task(name, [&world] {
                atomic_inc(reinterpret_cast<atomic_t*>(&world.busy));
                atomic_inc(reinterpret_cast<atomic_t*>(&world.seen));
            });
        }
        setup.claim(
            {.name = "none or both", .formula = "", .moment = Moment::idle, .holds = [&world] {
                 return world.seen != 1;
             }});
    });
    EXPECT_EQ(check_with(scenario, "all").verdict.kind, Verdict::Kind::fail);
}

// The step that changes nothing takes from the other task's last step that all are idle behind it.
TEST(PartialOrder, KeepsStatesInWhichATaskHasNotBegun) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("looks first", [&world] {
            atomic_read(&world.a[0]);
            atomic_inc(&world.a[1]);
        });
        setup.task("counts", [&world] {
            atomic_inc(&world.a[2]);
            atomic_inc(&world.a[2]);
        });
        setup.claim({.name = "who only counts is not first",
                     .formula = "",
                     .moment = Moment::idle,
                     .holds = [&world] { return world.a[2].counter <= 2 * world.a[1].counter; }});
    });
    EXPECT_EQ(check_with(scenario, "none").verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(check_with(scenario, "all").verdict.kind, Verdict::Kind::fail);
}

// An assertion that looks at what another task has written, in a step whose operation has nothing
// to do with that.
Scenario unannounced(bool in_ghost) {
    return scenario_of([in_ghost](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("looks", [&world, in_ghost] {
            atomic_inc(&world.a[0]);
            const auto look = [&world] { BUG_ON(world.a[1].counter == 1); };
            in_ghost ? ghost(look) : look();
        });
        setup.task("writes", [&world] {
            atomic_inc(&world.a[1]);
            atomic_inc(&world.a[1]);
        });
    });
}

TEST(PartialOrder, LeavesOutNoOrderOnceThereAreGhosts) {
    EXPECT_EQ(check_with(unannounced(true), "all").verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(check_with(unannounced(false), "all").verdict.kind, Verdict::Kind::pass);
    EXPECT_EQ(check_with(unannounced(false), "none").verdict.kind, Verdict::Kind::fail);
    CheckOptions dpor;
    dpor.search = "dpor";
    EXPECT_EQ(check(unannounced(true), dpor).verdict.kind, Verdict::Kind::fail);
}

TEST(CheckCommutation, FindsAStepThatLooksAtMoreThanItsOperation) {
    CheckOptions options;
    options.how.reductions = Reductions::none();
    options.execution.check_commutation = true;
    const Summary summary = check(unannounced(false), options);
    ASSERT_EQ(summary.verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "commutation");
    EXPECT_EQ(check(unannounced(true), options).verdict.violation->claim, "BUG_ON");
}

TEST(PartialOrder, ReachesWhatIsPromisedSometimes) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("a", [&world] { atomic_inc(&world.a[0]); });
        setup.task("b", [&world] { atomic_inc(&world.a[1]); });
        setup.sometimes("b is first",
                        [&world] { return world.a[0].counter == 0 && world.a[1].counter == 1; });
        setup.sometimes("a is first",
                        [&world] { return world.a[0].counter == 1 && world.a[1].counter == 0; });
    });
    EXPECT_EQ(check_with(scenario, "all").verdict.kind, Verdict::Kind::pass);
}

// What the second task does depends on a value that the first search order does not show it: what
// may conflict is learnt late.
TEST(PartialOrder, SearchesAgainWhenItHasReliedOnTooLittle) {
    struct World {
        int turn;
        int secret;
        int seen;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("reads", [&world] { WRITE_ONCE(world.seen, READ_ONCE(world.secret)); });
        setup.task("writes late", [&world] {
            if (READ_ONCE(world.turn) == 2) {
                WRITE_ONCE(world.secret, 1);
            }
        });
        setup.task("turns", [&world] {
            WRITE_ONCE(world.turn, 1);
            WRITE_ONCE(world.turn, 2);
        });
        setup.finally("it stays secret", [&world] { return world.seen == 0; });
    });
    EXPECT_EQ(check_with(scenario, "all").verdict.kind, Verdict::Kind::fail);
}

// A task that goes round for ever must not keep the others from running (Godefroid, chapter 6).
TEST(PartialOrder, DoesNotGoRoundACycleForEver) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.daemon("goes round", 0, [&world] {
            for (;;) {
                set_bit(0, reinterpret_cast<unsigned long*>(&world.a[2]));
                clear_bit(0, reinterpret_cast<unsigned long*>(&world.a[2]));
                forget(0);
            }
        });
        setup.task("fails", 1, [&world] {
            atomic_inc(&world.a[0]);
            BUG_ON(true);
        });
    });
    EXPECT_EQ(check_with(scenario, "all").verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(check_with(scenario, "none").verdict.kind, Verdict::Kind::fail);
}

// Not inlined, so that nothing of what was seen stays in a register.
[[gnu::noinline]] bool is_odd(const int& word) { return (READ_ONCE(word) & 1) != 0; }

TEST(Locals, DoNotTellStatesApartByWhatIsNotHeldAnyMore) {
    struct World {
        int word;
        int end;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("looks", [&world] {
            is_odd(world.word);
            WRITE_ONCE(world.end, 1);
        });
        setup.task("writes", [&world] { WRITE_ONCE(world.word, 2); });
    });
    // Before the look, after it and at the end, each with the word at 0 and at 2. Where the word is
    // 2 after the look, what was seen tells two states apart.
    EXPECT_EQ(check_with(scenario, "none").states, 7U);
#ifndef HEDDLE_REPLAY_REWIND  // other stacks
    EXPECT_EQ(check_with(scenario, "locals").states, 6U);
#endif
}

// Stores `value` if the word is 0; whether it did.
bool cmpxchg_int(int& word, int value) {
    return atomic_cmpxchg(reinterpret_cast<atomic_t*>(&word), 0, value) == 0;
}

TEST(Symmetry, CountsHowManyHaveDoneWhatAndNotWho) {
    // Per number of tasks that have finished: nobody holds the lock, or one task has it before its
    // load, its store or its unlock.
    EXPECT_EQ(check_with(alike_mutex_inc(4), "symmetry").states, 17U);  // 4 * 4 + 1
    EXPECT_EQ(check_with(alike_mutex_inc(30), "all").states, 121U);     // 30 * 4 + 1
    EXPECT_EQ(check_with(alike_mutex_inc(30), "all").verdict.kind, Verdict::Kind::pass);
    // Without: which tasks have finished, and which of the others holds the lock. Sum over k of
    // C(4, k) * (1 + 3 * (4 - k)) = 16 + 3 * 4 * 8.
    EXPECT_EQ(check_with(alike_mutex_inc(4), "none").states, 112U);
}

// Each task owns a slot; a word says who was first.
Scenario race_for_first(bool told) {
    struct World {
        int slots[3];
        int first;
    };
    return scenario_of([told](heddle::Setup& setup) {
        World& world = setup.world<World>();
        AlikeTasks alike;
        for (unsigned task = 0; task < 3; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                WRITE_ONCE(world.slots[task], 1);
                const bool first = cmpxchg_int(world.first, static_cast<int>(task) + 1);
                WRITE_ONCE(world.slots[task], first ? 3 : 2);
            });
            alike.tasks.push_back(task);
            alike.owned.push_back({{&world.slots[task], sizeof(int)}});
        }
        if (told) {
            setup.alike(alike);
            setup.names_task(&world.first, sizeof(int));
        }
        setup.finally("one was first, and knows it",
                      [&world] { return world.first != 0 && world.slots[world.first - 1] == 3; });
    });
}

TEST(Symmetry, MovesWhatTasksOwnAndRenamesThem) {
    const Summary all = check_with(race_for_first(false), "none");
    const Summary told = check_with(race_for_first(true), "symmetry");
    EXPECT_EQ(all.verdict.kind, Verdict::Kind::pass);
    EXPECT_EQ(told.verdict.kind, Verdict::Kind::pass);
    // Each task is at one of 4 places, and of those behind the look at `first` one was first:
    // sum over k of C(3, k) * 2^k * 2^(3 - k) * max(1, k) = 8 * (1 + 3 + 3 * 2 + 3).
    EXPECT_EQ(all.states, 104U);
    // The same up to order: with k behind the look, 4 - k ways for those before it, and the first
    // one's place times the places of the k - 1 others, 2 * k: 4 + 3 * 2 + 2 * 4 + 1 * 6.
    EXPECT_EQ(told.states, 24U);
}

TEST(Symmetry, DoesNotExchangeTasksThatAreNotAlike) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (unsigned task = 0; task < 2; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] { atomic_inc(&world.a[task]); });
        }
        setup.alike({.tasks = {0, 1}});  // and says nothing of what they own
    });
    EXPECT_EQ(check_with(scenario, "symmetry").states, 4U);
    const Scenario second_step_differs = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (unsigned task = 0; task < 2; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                set_bit(0, reinterpret_cast<unsigned long*>(&world.a[2]));
                atomic_inc(&world.a[task]);
            });
        }
        setup.alike({.tasks = {0, 1}});
    });
    EXPECT_EQ(check_with(second_step_differs, "symmetry").states, 9U);  // 3 places of each
}

std::set<Fingerprint> finals_with(const Scenario& scenario, const Reductions& reductions) {
    std::set<Fingerprint> finals;
    Execution execution(scenario, execution_options({}, reductions));
    Budget budget({});
    Summary summary;
    Exhaustive(reductions, [&finals](const Execution& end) {
        finals.insert(end.world_fingerprint());
    }).run(execution, budget, summary);
    return finals;
}

TEST(Reductions, KeepAllFinalStatesWhateverIsOn) {
    const Scenario programs[] = {independent_steps(3, 2), crossed_locks()};
    for (Scenario scenario : programs) {
        const std::set<Fingerprint> expected = finals_with(scenario, Reductions::none());
        for (unsigned subset = 0; subset < 1U << reduction_kinds().size(); ++subset) {
            Reductions reductions = Reductions::none();
            for (std::size_t i = 0; i < reduction_kinds().size(); ++i) {
                reductions.*(reduction_kinds()[i].on) = (subset >> i & 1) != 0;
            }
            EXPECT_EQ(finals_with(scenario, reductions), expected) << text_of(reductions);
        }
    }
}

}  // namespace
}  // namespace heddle::reductions_test
