// SPDX-License-Identifier: Apache-2.0
// The order of locks over all runs: what no run deadlocks on.
#include <gtest/gtest.h>

#include "checker/lock_graph.h"
#include "checker/schedule.h"
#include "checker/sync/sync.h"
#include "tests/small_scenarios.h"

namespace heddle {
namespace {

struct Locks {
    spinlock_t a;
    spinlock_t b;
    spinlock_t c;
    struct rw_semaphore r;
    struct rw_semaphore s;
    struct mutex m;
    unsigned long page[2];
    int turn;
};

using Body = void (*)(Locks&);

void name_locks(Setup& setup, const Locks& world) {
    setup.name({&world.a, sizeof(world.a), "a"});
    setup.name({&world.b, sizeof(world.b), "b"});
    setup.name({&world.c, sizeof(world.c), "c"});
    setup.name({&world.r, sizeof(world.r), "r"});
    setup.name({&world.s, sizeof(world.s), "s"});
    setup.name({&world.m, sizeof(world.m), "m"});
}

// Tasks t0, t1 ... one after the other: each waits for its turn before it touches a lock, so that
// no run deadlocks.
Scenario in_turns(std::vector<Body> bodies, std::function<void(Setup&, Locks&)> more = {}) {
    return scenario_of([bodies, more](Setup& setup) {
        Locks& world = setup.world<Locks>();
        name_locks(setup, world);
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            setup.task("t" + std::to_string(i), [&world, i, body = bodies[i]] {
                if (READ_ONCE(world.turn) == static_cast<int>(i)) {
                    body(world);
                    WRITE_ONCE(world.turn, world.turn + 1);
                }
            });
        }
        if (more) {
            more(setup, world);
        }
    });
}

template <spinlock_t Locks::*outer, spinlock_t Locks::*inner>
void nest(Locks& world) {
    spin_lock(&(world.*outer));
    spin_lock(&(world.*inner));
    spin_unlock(&(world.*inner));
    spin_unlock(&(world.*outer));
}

constexpr Body a_then_b = nest<&Locks::a, &Locks::b>;
constexpr Body b_then_a = nest<&Locks::b, &Locks::a>;
constexpr Body b_then_c = nest<&Locks::b, &Locks::c>;
constexpr Body c_then_a = nest<&Locks::c, &Locks::a>;

std::string claim_of(const Summary& summary) {
    return summary.verdict.violation ? summary.verdict.violation->claim
                                     : name_of(summary.verdict.kind);
}

// What both searches say, and that a violation replays to itself.
std::string verdict_of(const Scenario& scenario) {
    const Summary exhaustive = check(scenario);
    const Summary bounded = check(scenario, {.search = "bounded"});
    EXPECT_EQ(exhaustive.verdict.schedule, bounded.verdict.schedule);
    EXPECT_EQ(claim_of(exhaustive), claim_of(bounded));
    if (exhaustive.verdict.violation) {
        const Replay again = replay(scenario, exhaustive.verdict.schedule);
        EXPECT_EQ(again.verdict.kind, Verdict::Kind::fail);
        EXPECT_EQ(again.verdict.violation->claim, exhaustive.verdict.violation->claim);
        EXPECT_EQ(again.verdict.violation->sides, exhaustive.verdict.violation->sides);
    }
    return claim_of(exhaustive);
}

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

TEST(LockClasses, AcceptOneOrder) { EXPECT_EQ(verdict_of(in_turns({a_then_b, a_then_b})), "PASS"); }

// A run that deadlocks says more than an order that may.
TEST(LockClasses, PreferTheDeadlockItself) {
    EXPECT_EQ(claim_of(check(crossed_locks())), "deadlock");
    EXPECT_EQ(claim_of(check(crossed_locks(), {.search = "bounded"})), "deadlock");
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

// ---- interrupts

// The interrupt is bound to a CPU of its own, where no task can be in its way.
Scenario with_interrupt(Body handler, std::vector<Body> bodies) {
    return in_turns(std::move(bodies), [handler](Setup& setup, Locks& world) {
        setup.interrupt("irq", 7, [&world, handler] { handler(world); });
    });
}

void take_a(Locks& world) {
    spin_lock(&world.a);
    spin_unlock(&world.a);
}

void take_a_irqs_off(Locks& world) {
    spin_lock_irq(&world.a);
    spin_unlock_irq(&world.a);
}

TEST(LockClasses, FindALockThatAnInterruptTakesHeldWithInterruptsOn) {
    const Scenario scenario = with_interrupt(take_a, {take_a});
    ASSERT_EQ(verdict_of(scenario), "lock-irq");
    const std::string sides = check(scenario).verdict.violation->sides;
    EXPECT_TRUE(sides.starts_with("a with interrupts on: t0 holds a taken at ")) << sides;
    EXPECT_NE(sides.find("a in an interrupt: irq takes a at "), std::string::npos) << sides;

    EXPECT_EQ(verdict_of(with_interrupt(take_a, {take_a_irqs_off})), "PASS");
    EXPECT_EQ(verdict_of(in_turns({take_a, take_a_irqs_off})), "PASS");  // no interrupt takes it
}

TEST(LockClasses, FindInterruptsTurnedOnUnderALock) {
    const auto scenario = with_interrupt(take_a, {[](Locks& world) {
                                             local_irq_disable();
                                             spin_lock(&world.a);
                                             local_irq_enable();
                                             spin_unlock(&world.a);
                                         }});
    ASSERT_EQ(verdict_of(scenario), "lock-irq");
    EXPECT_NE(check(scenario).verdict.violation->sides.find(", interrupts on at "),
              std::string::npos);
}

TEST(LockClasses, LetAnInterruptTry) {
    const Body try_a = [](Locks& world) {
        if (spin_trylock(&world.a)) {
            spin_unlock(&world.a);
        }
    };
    EXPECT_EQ(verdict_of(with_interrupt(try_a, {take_a})), "PASS");
}

// a with interrupts off, b below it, c below that.
void a_b_c_irqs_off(Locks& world) {
    spin_lock_irq(&world.a);
    spin_lock(&world.b);
    spin_lock(&world.c);
    spin_unlock(&world.c);
    spin_unlock(&world.b);
    spin_unlock_irq(&world.a);
}

// shmlock_user_lock: c is taken below what an interrupt takes, and elsewhere with interrupts on.
TEST(LockClasses, FindAnInversionOverTwoEdges) {
    const Body c_alone = [](Locks& world) {
        spin_lock(&world.c);
        spin_unlock(&world.c);
    };
    const Body c_irqs_off = [](Locks& world) {
        unsigned long flags = 0;
        spin_lock_irqsave(&world.c, flags);
        spin_unlock_irqrestore(&world.c, flags);
    };
    const Body a_b_irqs_off = [](Locks& world) {
        spin_lock_irq(&world.a);
        spin_lock(&world.b);
        spin_unlock(&world.b);
        spin_unlock_irq(&world.a);
    };
    const Body b_c_irqs_off = [](Locks& world) {
        spin_lock_irq(&world.b);
        spin_lock(&world.c);
        spin_unlock(&world.c);
        spin_unlock_irq(&world.b);
    };
    EXPECT_EQ(verdict_of(with_interrupt(take_a, {a_b_c_irqs_off})), "PASS");
    EXPECT_EQ(verdict_of(with_interrupt(take_a, {a_b_c_irqs_off, c_irqs_off})), "PASS");
    EXPECT_EQ(verdict_of(with_interrupt(take_a, {a_b_c_irqs_off, c_alone})), "lock-irq");
    EXPECT_EQ(verdict_of(in_turns({a_b_c_irqs_off, c_alone})), "PASS");

    const Scenario in_steps = with_interrupt(take_a, {a_b_irqs_off, b_c_irqs_off, c_alone});
    ASSERT_EQ(verdict_of(in_steps), "lock-irq");
    const std::string sides = check(in_steps).verdict.violation->sides;
    for (const char* part : {"a -> b: t0 takes", "b -> c: t1 takes", "c with interrupts on: t2",
                             "a in an interrupt: irq takes a"}) {
        EXPECT_NE(sides.find(part), std::string::npos) << part << " in\n" << sides;
    }
}

// ---- switches, determinism, limits

TEST(LockClasses, CanBeSwitchedOff) {
    const auto off = [](const char* rule) {
        return [rule](heddle::Setup& setup, Locks& world) {
            setup.switch_off(rule);
            setup.interrupt("irq", 7, [&world] { take_a(world); });
        };
    };
    EXPECT_EQ(verdict_of(in_turns({a_then_b, b_then_a}, off("lock-irq"))), "lock-order");
    EXPECT_EQ(verdict_of(in_turns({a_then_b, b_then_a}, off("lock-order"))), "lock-irq");
    EXPECT_EQ(verdict_of(in_turns({take_a}, off("lock-irq"))), "PASS");
}

TEST(LockClasses, SayTheSameEachTimeAndInEachWayToRewind) {
    const Scenario scenario = with_interrupt(take_a, {a_b_c_irqs_off, b_then_a, c_then_a});
    const Summary first = check(scenario);
    for (const Rewind rewind : {Rewind::copy, Rewind::replay}) {
        for (const bool twice : {false, true}) {
            const Summary again =
                check(scenario, {.execution = {.rewind = rewind, .check_determinism = twice}});
            EXPECT_EQ(again.verdict.schedule, first.verdict.schedule);
            EXPECT_EQ(again.verdict.violation->sides, first.verdict.violation->sides);
            EXPECT_EQ(again.states, first.states);
        }
    }
}

// A search that runs out of budget still reports what it has seen.
TEST(LockClasses, AreReportedByASearchThatIsCutShort) {
    const Summary summary = check(in_turns({a_then_b, b_then_a}), {.limits = {.states = 14}});
    EXPECT_EQ(claim_of(summary), "lock-order");
}

}  // namespace
}  // namespace heddle
