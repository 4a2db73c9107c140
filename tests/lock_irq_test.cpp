// SPDX-License-Identifier: Apache-2.0
// Locks that interrupts take: what no run deadlocks on.
#include <gtest/gtest.h>

#include "tests/lock_scenarios.h"

namespace heddle::lock_irq_test {
namespace {

TEST(LockIrq, FindsALockThatAnInterruptTakesHeldWithInterruptsOn) {
    const Scenario scenario = with_interrupt(take_a, {take_a});
    ASSERT_EQ(verdict_of(scenario), "lock-irq");
    const std::string sides = check(scenario).verdict.violation->sides;
    EXPECT_TRUE(sides.starts_with("a with interrupts on: t0 holds a taken at ")) << sides;
    EXPECT_NE(sides.find("a in an interrupt: irq takes a at "), std::string::npos) << sides;

    EXPECT_EQ(verdict_of(with_interrupt(take_a, {take_a_irqs_off})), "PASS");
    EXPECT_EQ(verdict_of(in_turns({take_a, take_a_irqs_off})), "PASS");  // no interrupt takes it
}

TEST(LockIrq, FindsInterruptsTurnedOnUnderALock) {
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

TEST(LockIrq, LetsAnInterruptTry) {
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
TEST(LockIrq, FindsAnInversionOverTwoEdges) {
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

TEST(LockIrq, CanBeSwitchedOff) {
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

TEST(LockIrq, SaysTheSameEachTimeAndInEachWayToRewind) {
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

}  // namespace
}  // namespace heddle::lock_irq_test
