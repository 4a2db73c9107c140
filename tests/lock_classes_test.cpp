// SPDX-License-Identifier: Apache-2.0
// The order of locks over all runs: what no run deadlocks on.
#include <gtest/gtest.h>

#include "checker/lock_graph.h"
#include "tests/lock_scenarios.h"

namespace heddle::lock_classes_test {
namespace {

TEST(LockClasses, FindCrossedLocksThatNeverDeadlock) {
    const Summary summary = check(in_turns({a_then_b, b_then_a}));

    ASSERT_EQ(claim_of(summary), "lock-order");
    EXPECT_TRUE(summary.verdict.minimal);
    // t0: read, a, b, unlock, unlock, write; t1: read, b, a
    EXPECT_EQ(summary.verdict.schedule.size(), 9U);
    const std::string& sides = summary.verdict.violation->sides;
    EXPECT_NE(sides.find("a -> b: t0 takes b at "), std::string::npos) << sides;
    EXPECT_NE(sides.find("b -> a: t1 takes a at "), std::string::npos) << sides;
    EXPECT_NE(sides.find("while it holds b taken at "), std::string::npos) << sides;
    EXPECT_EQ(summary.verdict.violation->task, 1U);
    EXPECT_EQ(verdict_of(in_turns({a_then_b, b_then_a})), "lock-order");
}

// b is tried, so that there is no order from a to b, and then one from a to c by way of it.
TEST(LockClasses, CountEveryLockHeldAndNotTheLastAlone) {
    const Body a_with_b_then_c = [](Locks& world) {
        spin_lock(&world.a);
        if (spin_trylock(&world.b)) {
            spin_lock(&world.c);
            spin_unlock(&world.c);
            spin_unlock(&world.b);
        }
        spin_unlock(&world.a);
    };
    const Body c_then_a = [](Locks& world) {
        spin_lock(&world.c);
        spin_lock(&world.a);
        spin_unlock(&world.a);
        spin_unlock(&world.c);
    };
    EXPECT_EQ(verdict_of(in_turns({a_with_b_then_c, c_then_a})), "lock-order");
}

TEST(LockClasses, AcceptOneOrder) { EXPECT_EQ(verdict_of(in_turns({a_then_b, a_then_b})), "PASS"); }

// A run that deadlocks says more than an order that may.
TEST(LockClasses, PreferTheDeadlockItself) {
    EXPECT_EQ(claim_of(check(crossed_locks())), "deadlock");
    EXPECT_EQ(claim_of(check(crossed_locks(), {.search = "bounded"})), "deadlock");
}

// Also where the time for finding the simplest run is up when only the order is known.
TEST(LockClasses, DoNotReplaceADeadlock) {
    for (std::uint64_t states = 1; states < 20; ++states) {
        EXPECT_EQ(claim_of(check(crossed_locks(), {.minimise_limits = {.states = states}})),
                  "deadlock");
    }
}

// One order and the other lead to the same state, of which only the first visit counts.
TEST(LockClasses, FindWhatThePastOfAStateTells) {
    EXPECT_EQ(verdict_of(scenario_of([](heddle::Setup& setup) {
                  Locks& world = setup.world<Locks>();
                  setup.task("t", [&world] {
                      const bool forth = choose(2) == 0;
                      spin_lock(forth ? &world.a : &world.b);
                      spin_lock(forth ? &world.b : &world.a);
                      forget(0);
                      spin_unlock(&world.a);
                      spin_unlock(&world.b);
                  });
              })),
              "lock-order");
}

// One task alone takes them the wrong way round.
TEST(LockClasses, FindAnOrderAgainstTheLevels) {
    const auto with_levels = [](Body body, unsigned of_a, unsigned of_b) {
        return verdict_of(in_turns({body}, [of_a, of_b](heddle::Setup& setup, Locks& world) {
            setup.lock_class({&world.a, "A", of_a});
            setup.lock_class({&world.b, "B", of_b});
        }));
    };
    EXPECT_EQ(with_levels(a_then_b, 1, 2), "PASS");
    EXPECT_EQ(with_levels(a_then_b, 2, 1), "lock-order");
    EXPECT_EQ(with_levels(b_then_a, 1, 2), "lock-order");
    EXPECT_EQ(with_levels(a_then_b, 2, 2), "PASS");
    EXPECT_EQ(with_levels(a_then_b, 2, 0), "PASS");
    EXPECT_EQ(with_levels(a_then_b, 0, 1), "PASS");
}

TEST(LockClasses, FindACycleOfThree) {
    EXPECT_EQ(verdict_of(in_turns({a_then_b, b_then_c})), "PASS");
    EXPECT_EQ(verdict_of(in_turns({a_then_b, b_then_c, c_then_a})), "lock-order");
}

// Either order is taken by a task of its own choice: no run has both.
Scenario exclusive_orders() {
    return scenario_of([](Setup& setup) {
        Locks& world = setup.world<Locks>();
        name_locks(setup, world);
        for (int task = 0; task < 2; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                if (atomic_cmpxchg(reinterpret_cast<atomic_t*>(&world.turn), 0, 1) == 0) {
                    task == 0 ? a_then_b(world) : b_then_a(world);
                }
            });
        }
    });
}

TEST(LockClasses, FindACycleWhoseOrdersExcludeEachOther) {
    EXPECT_EQ(verdict_of(exclusive_orders()), "lock-order");

    const Schedule schedule = check(exclusive_orders()).verdict.schedule;
    const Scenario scenario = exclusive_orders();
    EXPECT_EQ(schedule_text(scenario, schedule), "1-0-b3+a3");
    EXPECT_EQ(std::get<Schedule>(parse_schedule(scenario, "1-0-b3+a3")), schedule);
    const Replay again = replay(scenario, schedule);
    ASSERT_EQ(again.trace.steps.size(), 6U);
    EXPECT_EQ(again.trace.steps[2].run, 0U);
    EXPECT_EQ(again.trace.steps[3].run, 1U);
    EXPECT_EQ(again.trace.preemptions, 0U);
    EXPECT_EQ(replay(scenario, {{0, 0}, {0, 0}, {0, 0}}).verdict.kind, Verdict::Kind::unknown);
}

TEST(LockClasses, DoNotWaitForATrylock) {
    const Body try_a_under_b = [](Locks& world) {
        spin_lock(&world.b);
        if (spin_trylock(&world.a)) {
            spin_unlock(&world.a);
        }
        spin_unlock(&world.b);
    };
    EXPECT_EQ(verdict_of(in_turns({a_then_b, try_a_under_b})), "PASS");
}

TEST(LockClasses, KnowMutexesSemaphoresAndPageLocks) {
    const Body down = [](Locks& world) {
        mutex_lock(&world.m);
        down_write(&world.r);
        wait_on_bit_lock(&world.page[0], 0);
        clear_bit_unlock(0, &world.page[0]);
        up_write(&world.r);
        mutex_unlock(&world.m);
    };
    const Body up = [](Locks& world) {
        wait_on_bit_lock(&world.page[0], 0);
        mutex_lock(&world.m);
        mutex_unlock(&world.m);
        clear_bit_unlock(0, &world.page[0]);
    };
    EXPECT_EQ(verdict_of(in_turns({down, down})), "PASS");
    EXPECT_EQ(verdict_of(in_turns({down, up})), "lock-order");
}

template <bool outer_reads, bool inner_reads>
void r_then_s(Locks& world) {
    outer_reads ? down_read(&world.r) : down_write(&world.r);
    inner_reads ? down_read(&world.s) : down_write(&world.s);
    inner_reads ? up_read(&world.s) : up_write(&world.s);
    outer_reads ? up_read(&world.r) : up_write(&world.r);
}

template <bool outer_reads, bool inner_reads>
void s_then_r(Locks& world) {
    outer_reads ? down_read(&world.s) : down_write(&world.s);
    inner_reads ? down_read(&world.r) : down_write(&world.r);
    inner_reads ? up_read(&world.r) : up_write(&world.r);
    outer_reads ? up_read(&world.s) : up_write(&world.s);
}

// A reader waits for a writer only: the cycle needs one on each lock.
TEST(LockClasses, LetReadersShare) {
    EXPECT_EQ(verdict_of(in_turns({r_then_s<true, true>, s_then_r<true, true>})), "PASS");
    EXPECT_EQ(verdict_of(in_turns({r_then_s<true, true>, s_then_r<false, true>})), "PASS");
    EXPECT_EQ(verdict_of(in_turns({r_then_s<true, true>, s_then_r<false, false>})), "lock-order");
    EXPECT_EQ(verdict_of(in_turns({r_then_s<true, false>, s_then_r<true, false>})), "lock-order");
    EXPECT_EQ(verdict_of(in_turns({r_then_s<false, true>, s_then_r<false, true>})), "lock-order");
    EXPECT_EQ(verdict_of(in_turns({[](Locks& world) {
                  down_read(&world.r);
                  down_read(&world.r);
                  up_read(&world.r);
                  up_read(&world.r);
              }})),
              "PASS");
}

TEST(LockClasses, FollowWhatATrylockTook) {
    const Body b_after_tried_a = [](Locks& world) {
        if (spin_trylock(&world.a)) {
            spin_lock(&world.b);
            spin_unlock(&world.b);
            spin_unlock(&world.a);
        }
    };
    EXPECT_EQ(verdict_of(in_turns({b_after_tried_a, b_then_a})), "lock-order");
}

// ---- classes

void both_pages(Locks& world) {
    wait_on_bit_lock(&world.page[0], 0);
    wait_on_bit_lock(&world.page[1], 0);
    clear_bit_unlock(0, &world.page[1]);
    clear_bit_unlock(0, &world.page[0]);
}

void second_page_tried(Locks& world) {
    wait_on_bit_lock(&world.page[0], 0);
    if (!test_and_set_bit_lock(0, &world.page[1])) {
        clear_bit_unlock(0, &world.page[1]);
    }
    clear_bit_unlock(0, &world.page[0]);
}

void one_class(Setup& setup, Locks& world) {
    setup.name({&world.page[0], sizeof(world.page[0]), "P.flags", {"locked"}});
    setup.name({&world.page[1], sizeof(world.page[1]), "Q.flags", {"locked"}});
    setup.lock_class(&world.page[0], "page lock");
    setup.lock_class(&world.page[1], "page lock");
}

TEST(LockClasses, NestOnlyByTrylock) {
    EXPECT_EQ(verdict_of(in_turns({both_pages})), "PASS");  // each page is its own class
    EXPECT_EQ(verdict_of(in_turns({both_pages}, one_class)), "lock-order");
    EXPECT_EQ(verdict_of(in_turns({second_page_tried}, one_class)), "PASS");
}

// Two locks of one class, in both orders, which something else makes safe.
TEST(LockClasses, NestByAnnotation) {
    const auto of_one_class = [](heddle::Setup& setup, Locks& world) {
        setup.lock_class(&world.a, "of one class");
        setup.lock_class(&world.b, "of one class");
        setup.lock_class(&world.r, "semaphores");
        setup.lock_class(&world.s, "semaphores");
    };
    const auto both = [](Locks& world) {
        down_write(&world.r);
        down_write_nested(&world.s, 1);
        spin_lock(&world.a);
        spin_lock_nested(&world.b, 1);
        spin_unlock(&world.b);
        spin_unlock(&world.a);
        up_write(&world.s);
        up_write(&world.r);
    };
    const auto the_other_way = [](Locks& world) {
        down_write(&world.s);
        down_write_nested(&world.r, 1);
        spin_lock(&world.b);
        spin_lock_nested(&world.a, 1);
        spin_unlock(&world.a);
        spin_unlock(&world.b);
        up_write(&world.r);
        up_write(&world.s);
    };
    EXPECT_EQ(verdict_of(in_turns({both, the_other_way}, of_one_class)), "PASS");
    EXPECT_EQ(verdict_of(in_turns({a_then_b}, of_one_class)), "lock-order");
}

TEST(LockClasses, AreCalledByTheirNames) {
    const std::string sides = check(in_turns({both_pages}, one_class)).verdict.violation->sides;
    EXPECT_TRUE(
        sides.starts_with("page lock -> page lock: t0 takes page lock (Q.flags.locked) at "))
        << sides;
    EXPECT_NE(sides.find("while it holds page lock (P.flags.locked) taken at "), std::string::npos)
        << sides;
}

TEST(LockClasses, HaveALimit) {
    struct Many {
        spinlock_t locks[lock_classes_max + 1];
    };
    const auto with = [](unsigned locks) {
        return scenario_of([locks](heddle::Setup& setup) {
            Many& world = setup.world<Many>();
            setup.task("t", [&world, locks] {
                for (unsigned i = 0; i < locks; ++i) {
                    spin_lock(&world.locks[i]);
                    spin_unlock(&world.locks[i]);
                }
            });
        });
    };
    EXPECT_EQ(claim_of(check(with(lock_classes_max))), "PASS");
    EXPECT_EQ(claim_of(check(with(lock_classes_max + 1))), "lock-classes");
}

// What a task allocates has the same address in another run, and is another lock there.
TEST(LockClasses, LeaveOutLocksThatTasksAllocate) {
    EXPECT_EQ(verdict_of(scenario_of([](heddle::Setup& setup) {
                  Locks& world = setup.world<Locks>();
                  for (int task = 0; task < 2; ++task) {
                      setup.task("t" + std::to_string(task), [&world, task] {
                          READ_ONCE(world.turn);  // who goes on first gets the first address
                          auto* own = new spinlock_t{};
                          task == 0 ? spin_lock(own) : spin_lock(&world.a);
                          task == 0 ? spin_lock(&world.a) : spin_lock(own);
                          task == 0 ? spin_unlock(&world.a) : spin_unlock(own);
                          task == 0 ? spin_unlock(own) : spin_unlock(&world.a);
                      });
                  }
              })),
              "PASS");
}

// A search that runs out of budget still reports what it has seen.
TEST(LockClasses, AreReportedByASearchThatIsCutShort) {
    const Summary summary = check(in_turns({a_then_b, b_then_a}), {.limits = {.states = 14}});
    EXPECT_EQ(claim_of(summary), "lock-order");
}

}  // namespace
}  // namespace heddle::lock_classes_test
