// SPDX-License-Identifier: Apache-2.0
#include "checker/execution.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "checker/arena.h"
#include "checker/exhaustive.h"
#include "tests/small_scenarios.h"

namespace heddle::execution_test {
namespace {

using Kind = Verdict::Kind;

// The name of the claim that a check finds broken; empty if there is none.
std::string broken_claim(const Scenario& scenario, const CheckOptions& options = {}) {
    const Summary summary = check(scenario, options);
    return summary.verdict.violation ? summary.verdict.violation->claim : "";
}

constexpr Choice first{0, 0};
constexpr Choice second{1, 0};

TEST(Execution, RunsEveryTaskToItsFirstOperationWhenItIsBuilt) {
    const Execution execution(lost_update());

    EXPECT_STREQ(execution.pending(0)->name, "READ_ONCE");
    EXPECT_STREQ(execution.pending(1)->name, "READ_ONCE");
    EXPECT_STREQ(execution.pending(0)->where.file(), "tests/small_scenarios.h");
}

// A mark may leave to the one before only tasks that have not run since.
TEST(Execution, GoesBackToAMarkThatBuildsOnAnother) {
    Execution execution(lost_update());
    const Mark start = execution.mark();
    execution.take(first);
    Mark later;
    execution.remember(later, &start);
    execution.take(first);
    execution.rewind(later);
    EXPECT_STREQ(execution.pending(0)->name, "WRITE_ONCE");
    EXPECT_STREQ(execution.pending(1)->name, "READ_ONCE");
}

TEST(Execution, GoesBackToAMarkAsOftenAsWanted) {
    Execution execution(lost_update());
    execution.take(first);
    const Mark mark = execution.mark();
    const Fingerprint before = execution.fingerprint();
    for (int i = 0; i < 3; ++i) {
        execution.take(second);
        execution.take(first);
        EXPECT_NE(execution.fingerprint(), before);
        execution.rewind(mark);
        EXPECT_EQ(execution.fingerprint(), before);
        EXPECT_STREQ(execution.pending(0)->name, "WRITE_ONCE");
    }
}

// What the second task holds on its stack is in the first mark alone.
TEST(Execution, GoesBackToAMarkThatLeavesStacksToAnEarlierOne) {
    Execution execution(lost_update());
    execution.take(second);
    const Mark earlier = execution.mark();
    execution.take(first);
    Mark later;
    execution.remember(later, &earlier);
    const Fingerprint before = execution.fingerprint();
    execution.take(second);
    const Fingerprint after = execution.fingerprint();
    for (int i = 0; i < 2; ++i) {
        execution.take(first);
        execution.rewind(later);
        EXPECT_EQ(execution.fingerprint(), before);
        execution.take(second);
        EXPECT_EQ(execution.fingerprint(), after);
    }
}

// The same operations in another order, with the same results, lead to the same state.
TEST(Execution, GivesEqualStatesEqualFingerprints) {
    Execution execution(independent_steps(2, 2));
    const Mark start = execution.mark();
    execution.take(first);
    execution.take(second);
    const Fingerprint one_way = execution.fingerprint();
    execution.rewind(start);
    execution.take(second);
    execution.take(first);

    EXPECT_EQ(execution.fingerprint(), one_way);
}

// Memory is the same after both reads; what the tasks have seen is not.
TEST(Execution, TellsStatesApartByWhatATaskHasSeen) {
    struct World {
        int x;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("reader", [&world] {
            const int seen = READ_ONCE(world.x);
            WRITE_ONCE(world.x, seen);
        });
        setup.task("writer", [&world] {
            WRITE_ONCE(world.x, 1);
            WRITE_ONCE(world.x, 0);
        });
    });
    Execution execution(scenario);
    const Mark start = execution.mark();
    execution.take(first);
    execution.take(second);
    execution.take(second);
    const Fingerprint saw_0 = execution.fingerprint();
    const Fingerprint memory = execution.world_fingerprint();
    execution.rewind(start);
    execution.take(second);
    execution.take(first);
    execution.take(second);

    EXPECT_EQ(execution.world_fingerprint(), memory);
    EXPECT_NE(execution.fingerprint(), saw_0);
}

TEST(Execution, MergesStatesWhenATaskForgets) {
    const auto states = [](bool forgets) {
        return check(scenario_of([forgets](heddle::Setup& setup) {
                   Counters& world = setup.world<Counters>();
                   setup.task("reader", [&world, forgets] {
                       atomic_read(&world.a[0]);
                       if (forgets) {
                           forget(1);
                       }
                       smp_mb();
                   });
                   setup.task("writer", [&world] { atomic_inc(&world.a[0]); });
               }))
            .states;
    };
    // 3 places of the reader times 2 of the writer; and once more, without forgetting, the place
    // between its two steps with the writer done, because the read can have been 0 or 1.
    EXPECT_EQ(states(true), 6U);
    EXPECT_EQ(states(false), 7U);
}

// What a task may do depends on the context it is in, which outlives what it has seen.
TEST(Execution, TellsStatesApartByWhatATaskDoesNotForget) {
    struct World {
        int seen;
        int word;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("reader", [&world] {
            const int seen = READ_ONCE(world.word);
            forget(static_cast<std::uint64_t>(seen));
            WRITE_ONCE(world.seen, seen + 1);
        });
        setup.task("writer", [&world] { WRITE_ONCE(world.word, 1); });
        setup.sometimes("0 was seen", [&world] { return world.seen == 1; });
        setup.sometimes("1 was seen", [&world] { return world.seen == 2; });
    });
    const Summary summary = check(scenario);
    EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
    // Before the read 2, after it 3, after the write of what was seen 3.
    EXPECT_EQ(summary.states, 8U);
}

TEST(Execution, TellsStatesApartByTheContextOfATaskThatForgets) {
    const Summary summary = check(scenario_of([](heddle::Setup& setup) {
        setup.world<Counters>();
        setup.task("masks or not", [] {
            if (choose(2) == 1) {
                preempt_disable();
            }
            forget(1);
            smp_mb();
            if (in_atomic()) {
                preempt_enable();
            }
        });
    }));
    EXPECT_EQ(summary.verdict.kind, Kind::pass);
    EXPECT_EQ(summary.states, 4U);  // at the choice, before the barrier in two ways, at the end
}

TEST(Execution, TellsStatesApartByWhatLiesOnTheHeap) {
    struct World {
        int* value;
    };
    const Summary summary = check(scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("allocates", [&world] { world.value = new int(0); });
        for (const int value : {1, 2}) {
            setup.task("writes", [&world, value] { WRITE_ONCE(*world.value, value); });
        }
    }));
    EXPECT_EQ(summary.states, 5U);  // 0; 1; 2; 1 over 2; 2 over 1
}

TEST(Execution, ServesTheHeapOfATaskFromTheArena) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("allocator", [&world] {
            const std::vector<int> local(100, 7);
            BUG_ON(!Arena::contains(local.data()));
            atomic_inc(&world.a[0]);
            std::vector<int> more(local);
            more.push_back(8);
            BUG_ON(more[99] != 7);
        });
        setup.task("other", [&world] { atomic_inc(&world.a[0]); });
    });
    EXPECT_EQ(check(scenario).verdict.kind, Kind::pass);
}

TEST(Execution, ReportsAnArenaThatIsFull) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        setup.world<Counters>();
        setup.task("hungry", [] {
            smp_mb();
            const std::vector<char> too_much(Arena::capacity);
            observe(reinterpret_cast<std::uintptr_t>(too_much.data()));
            smp_mb();
        });
    });
    EXPECT_EQ(broken_claim(scenario), "arena");
}

#ifndef HEDDLE_REPLAY_REWIND  // AddressSanitizer reports these itself
[[gnu::noinline]] int overflow_the_stack(int depth) {
    volatile char frame[1024] = {};
    frame[0] = static_cast<char>(depth);
    return depth == 0 ? frame[0] : overflow_the_stack(depth + 1) + frame[0];
}

TEST(Execution, MakesAStackOverflowAFinding) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        setup.world<Counters>();
        setup.task("deep", [] {
            smp_mb();
            overflow_the_stack(1);
        });
        setup.task("other", [] { smp_mb(); });
    });
    const Summary summary = check(scenario);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "crash");
    EXPECT_EQ(summary.verdict.schedule.size(), 1U);
}

TEST(Execution, MakesACrashAFindingWithItsSchedule) {
    struct World {
        int* pointer;
        int value;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        world.pointer = &world.value;
        setup.task("reader", [&world] { *READ_ONCE(world.pointer) = 1; });
        setup.task("writer", [&world] { WRITE_ONCE(world.pointer, nullptr); });
    });
    const Summary summary = check(scenario);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "crash");
    EXPECT_EQ(summary.verdict.schedule, (Schedule{second, first}));
}
#endif

TEST(Execution, RefusesObjectsOnAnotherTasksStack) {
    struct World {
        atomic_t* shared;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("lender", [&world] {
            atomic_t local = {};
            WRITE_ONCE(world.shared, &local);
            smp_mb();
        });
        setup.task("borrower", [&world] {
            if (atomic_t* shared = READ_ONCE(world.shared)) {
                atomic_inc(shared);
            }
        });
    });
    EXPECT_EQ(broken_claim(scenario), "shared-stack");
}

// What it was about to do lay in a frame that is gone.
TEST(Execution, HasNoPendingOperationOfATaskThatFailed) {
    Execution execution(scenario_of([](heddle::Setup& setup) {
        setup.world<Counters>();
        setup.task("failing", [] {
            smp_mb();
            BUG_ON(true);
        });
    }));
    execution.take(first);

    EXPECT_EQ(execution.pending(0), nullptr);
    EXPECT_FALSE(execution.is_runnable(0));
    EXPECT_TRUE(execution.choices().empty());
    EXPECT_EQ(execution.violation()->claim, "BUG_ON");
}

TEST(Execution, FindsALockHeldAtExit) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        TwoLocks& world = setup.world<TwoLocks>();
        setup.task("forgetful", [&world] { spin_lock(&world.a); });
    });
    EXPECT_EQ(broken_claim(scenario), "lock-held-at-exit");
}

TEST(Execution, FindsStepsThatAreNotDeterministic) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        const auto calls = std::make_shared<int>(0);
        setup.task("moody", [&world, calls] {
            smp_mb();
            world.a[0].counter = ++*calls;
            smp_mb();
        });
    });
    CheckOptions options;
    options.execution.check_determinism = true;
    options.execution.rewind = Rewind::copy;
    EXPECT_EQ(broken_claim(scenario, options), "determinism");
}

TEST(Execution, FindsPointersToTheHeapOfTheChecker) {
    struct World {
        int* pointer;
    };
    const auto outside = std::make_shared<int>(0);
    const Scenario scenario = scenario_of([outside](heddle::Setup& setup) {
        setup.world<World>().pointer = outside.get();
        setup.task("any", [] { smp_mb(); });
    });
    CheckOptions options;
    EXPECT_EQ(check(scenario, options).verdict.kind, Kind::pass);
    options.execution.check_pointers = true;
    EXPECT_EQ(broken_claim(scenario, options), "foreign-pointer");
}

// A daemon may wait for ever only where it waits for orders.
TEST(Execution, DoesNotEndWhileADaemonIsBusy) {
    struct World {
        atomic_t done;
        unsigned long flags;
    };
    EXPECT_EQ(broken_claim(scenario_of([](heddle::Setup& setup) {
                  World& world = setup.world<World>();
                  world.flags = 1;
                  setup.daemon("serves", 0, [&world] {
                      atomic_inc(&world.done);
                      wait_on_bit(&world.flags, 0);
                  });
              })),
              "deadlock");
}

// Both ways to go back visit the same states, one by one.
TEST(Execution, VisitsTheSameStatesByCopyingAndByReplay) {
    for (const Scenario& scenario : {independent_steps(3, 3), lost_update(), crossed_locks()}) {
        Summary summaries[2];
        std::multiset<Fingerprint> finals[2];
        for (const Rewind rewind : {Rewind::copy, Rewind::replay}) {
            const auto i = static_cast<unsigned>(rewind);
            Execution execution(scenario, {.rewind = rewind});
            Budget budget({});
            Exhaustive([&finals, i](const Execution& end) {
                finals[i].insert(end.world_fingerprint());
            }).run(execution, budget, summaries[i]);
        }
        EXPECT_EQ(summaries[0].states, summaries[1].states);
        EXPECT_EQ(summaries[0].transitions, summaries[1].transitions);
        EXPECT_EQ(summaries[0].verdict.kind, summaries[1].verdict.kind);
        EXPECT_EQ(finals[0], finals[1]);
    }
}

}  // namespace
}  // namespace heddle::execution_test
