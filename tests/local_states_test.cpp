// SPDX-License-Identifier: Apache-2.0
// What tells the local states of a task apart.
#include "checker/local_states.h"

#include <gtest/gtest.h>

#include "tests/small_scenarios.h"

namespace heddle::local_states_test {
namespace {

struct World {
    int word;
    int other;
    int seen;
};

Verdict verdict_with(const Scenario& scenario, const char* reductions) {
    CheckOptions options;
    options.how.reductions = *parse_reductions(reductions);
    return check(scenario, options).verdict;
}

void expect_same_verdict(const Scenario& scenario, Verdict::Kind kind) {
    EXPECT_EQ(verdict_with(scenario, "await").kind, kind);
    EXPECT_EQ(verdict_with(scenario, "await,locals").kind, kind);
}

// Not inlined, so that what they see is gone when they return.
[[gnu::noinline]] bool is_set(const int& word) { return READ_ONCE(word) != 0; }
[[gnu::noinline]] void look_deep(const int& word) {
    volatile char room[2048] = {};  // what calls before have left there is no part of it
    is_set(word);
    static_cast<void>(room[0]);
}

[[gnu::noinline]] void disable_preemption_if(const int& word) {
    if (READ_ONCE(word) != 0) {
        preempt_disable();
    }
}

TEST(LocalStates, AreToldApartByTheWholeStack) {
    expect_same_verdict(scenario_of([](heddle::Setup& setup) {
                            World& world = setup.world<World>();
                            setup.task("looks", [&world] {
                                volatile int seen = READ_ONCE(world.word) + 1;
                                look_deep(world.other);
                                WRITE_ONCE(world.seen, seen);
                            });
                            setup.task("writes", [&world] { WRITE_ONCE(world.word, 1); });
                            setup.sometimes("0", [&world] { return world.seen == 1; });
                            setup.sometimes("1", [&world] { return world.seen == 2; });
                        }),
                        Verdict::Kind::pass);
}

// The stack is the same whether preemption is off, where nobody may sleep, or on.
TEST(LocalStates, AreToldApartByTheContext) {
    struct Sleeping {
        int word;
        struct mutex lock;
    };
    expect_same_verdict(scenario_of([](heddle::Setup& setup) {
                            Sleeping& world = setup.world<Sleeping>();
                            setup.task("sleeps", [&world] {
                                disable_preemption_if(world.word);
                                look_deep(world.word);
                                is_set(world.word);
                                mutex_lock(&world.lock);
                                mutex_unlock(&world.lock);
                            });
                            setup.task("writes", [&world] { WRITE_ONCE(world.word, 1); });
                        }),
                        Verdict::Kind::fail);
}

// The stack is the same whatever the task waits for.
TEST(LocalStates, AreToldApartByWhatIsWaitedFor) {
    expect_same_verdict(scenario_of([](heddle::Setup& setup) {
                            World& world = setup.world<World>();
                            setup.task("waits", [&world] {
                                is_set(world.word);
                                cpu_relax();
                                WRITE_ONCE(world.seen, 1);
                            });
                            setup.task("writes", [&world] { WRITE_ONCE(world.word, 1); });
                        }),
                        Verdict::Kind::fail);
}

// More than the tables have room for at first. What was read is not held: the task is at one of
// 601 places, and the word is 0 or 1.
TEST(LocalStates, AreKnownWhenThereAreMany) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("looks", [&world] {
            for (int i = 0; i < 600; ++i) {
                is_set(world.word);
            }
        });
        setup.task("writes", [&world] { WRITE_ONCE(world.word, 1); });
    });
    CheckOptions options;
    options.how.reductions = *parse_reductions("locals");
#ifndef HEDDLE_REPLAY_REWIND  // other stacks
    EXPECT_EQ(check(scenario, options).states, 1202U);
#endif
}

}  // namespace
}  // namespace heddle::local_states_test
