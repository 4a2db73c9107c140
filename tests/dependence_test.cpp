// SPDX-License-Identifier: Apache-2.0
#include "checker/dependence.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "checker/arena.h"
#include "tests/small_scenarios.h"

namespace heddle::dependence_test {
namespace {

unsigned long words[2];

Operation on(OperationKind kind, std::uint64_t bits = ~0ULL, const unsigned long* word = words) {
    Operation operation;
    operation.kind = kind;
    operation.size = sizeof(*word);
    operation.object = word;
    operation.bits = bits;
    return operation;
}

using enum OperationKind;

TEST(Dependence, NeedsTheSameWordAndTheSameBits) {
    EXPECT_TRUE(conflict(on(write), on(write)));
    EXPECT_TRUE(conflict(on(read), on(rmw)));
    EXPECT_FALSE(conflict(on(read), on(read)));
    EXPECT_FALSE(conflict(on(write), on(write, ~0ULL, words + 1)));
    EXPECT_FALSE(conflict(on(rmw, 1), on(rmw, 2)));
    EXPECT_TRUE(conflict(on(rmw, 1), on(write)));  // a store of the whole word
    EXPECT_FALSE(conflict(on(barrier), Operation{}));
}

TEST(Dependence, KnowsWhichUpdatesCommute) {
    EXPECT_FALSE(conflict(on(add), on(add)));
    EXPECT_FALSE(conflict(on(set, 1), on(set, 1)));
    EXPECT_TRUE(conflict(on(set, 1), on(clear, 1)));
    EXPECT_FALSE(conflict(on(set, 1), on(clear, 2)));
    EXPECT_TRUE(conflict(on(add), on(read)));
    EXPECT_TRUE(conflict(on(write), on(write)));
}

TEST(Dependence, LetsReadersOfALockCommute) {
    Operation reader = on(acquire);
    reader.shared = true;
    EXPECT_FALSE(conflict(reader, reader));
    EXPECT_TRUE(conflict(reader, on(acquire)));
    EXPECT_TRUE(conflict(on(acquire), on(release)));
}

TEST(Dependence, IsByBytesWhereOperationsHaveDifferentSizes) {
    Operation half = on(write);
    half.size = 4;
    half.object = reinterpret_cast<const char*>(words) + 4;
    EXPECT_TRUE(conflict(half, on(read)));
    EXPECT_FALSE(conflict(half, on(read, ~0ULL, words + 1)));
}

TEST(Dependence, IsBetweenWhoWaitsForAChangeAndWhoMakesIt) {
    WatchedWords watched = {};
    watched.count = 1;
    watched.offsets[0] = 64;
    watched.parts[0] = 4;
    Operation waits;
    waits.kind = wait;
    waits.watched = &watched;
    Operation writes = on(write);
    writes.size = 4;
    writes.object = arena_address(64);
    Operation reads = writes;
    reads.kind = read;
    EXPECT_TRUE(conflict(waits, writes));
    EXPECT_TRUE(conflict(writes, waits));
    EXPECT_FALSE(conflict(waits, reads));
    EXPECT_FALSE(conflict(waits, waits));
    writes.object = arena_address(68);
    EXPECT_FALSE(conflict(waits, writes));
}

struct Spin {
    int flag;
    int data;
};

// With no reduction a loop that only looks goes round for ever.
CheckOptions waiting() {
    CheckOptions options;
    options.how.reductions.await = true;
    return options;
}

TEST(Waiting, LetsALoopThatOnlyLooksWaitForAChange) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Spin& world = setup.world<Spin>();
        setup.task("waits", [&world] {
            while (READ_ONCE(world.flag) != 2) {
                cpu_relax();
            }
        });
        setup.task("counts", [&world] {
            WRITE_ONCE(world.flag, 1);
            WRITE_ONCE(world.flag, 2);
        });
    });
    const Summary summary = check(scenario, waiting());

    EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
    // By what the waiting task has seen (and whether it is in cpu_relax() or has come back from
    // there), with the flag at 0, 1, 2: nothing 3; a 0: 3, back 2; a 1 alone 2, back 1; 0 and 1:
    // 2, back 1; finished having seen 2, 0 2, 1 2, 0 1 2: one state.
    EXPECT_EQ(summary.states, 15U);
}

TEST(Waiting, IsALivelockIfNobodyWillChangeAnything) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Spin& world = setup.world<Spin>();
        setup.name({&world.flag, sizeof(world.flag), "flag"});
        setup.task("waits", [&world] {
            while (READ_ONCE(world.flag) != 2) {
                cpu_relax();
            }
        });
    });
    const Summary summary = check(scenario, waiting());

    ASSERT_EQ(summary.verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "livelock");
    EXPECT_EQ(summary.verdict.violation->sides, "waits waits in cpu_relax(flag)\n");
}

struct Words {
    int a, b;
    unsigned long flags;
    spinlock_t lock;
};

// An execution of a task that looks, the first, and of tasks that do one thing each.
Scenario looking(std::function<void(Words&)> looks,
                 std::vector<std::function<void(Words&)>> others) {
    return scenario_of([looks, others](heddle::Setup& setup) {
        Words& world = setup.world<Words>();
        setup.task("looks", [&world, looks] { looks(world); });
        for (const auto& other : others) {
            setup.task("other", [&world, other] { other(world); });
        }
    });
}

constexpr Choice looks{0, 0};
constexpr Choice other{1, 0};
constexpr Choice third{2, 0};

TEST(Waiting, IsForEachOfTheWordsThatWereRead) {
    Execution execution(looking(
        [](Words& world) {
            while (READ_ONCE(world.a) == 0 && READ_ONCE(world.b) == 0) {
                cpu_relax();
            }
        },
        {[](Words& world) { WRITE_ONCE(world.b, 1); }}));
    execution.take(looks);
    execution.take(looks);
    EXPECT_FALSE(execution.is_runnable(0));
    execution.take(other);
    EXPECT_TRUE(execution.is_runnable(0));
}

TEST(Waiting, IsOverAtOnceForWhoHasWritten) {
    Execution execution(looking(
        [](Words& world) {
            static_cast<void>(READ_ONCE(world.a));
            WRITE_ONCE(world.b, 1);
            cpu_relax();
        },
        {}));
    execution.take(looks);
    execution.take(looks);
    EXPECT_TRUE(execution.is_runnable(0));
}

// Or two states that are alike to the task would have different futures.
TEST(Waiting, IsForNoMoreThanTheBitThatWasTested) {
    Execution execution(looking(
        [](Words& world) {
            while (!test_bit(9, &world.flags)) {
                cpu_relax();
            }
        },
        {[](Words& world) {
            set_bit(8, &world.flags);
            set_bit(9, &world.flags);
        }}));
    execution.take(looks);
    execution.take(other);
    EXPECT_FALSE(execution.is_runnable(0));
    execution.take(other);
    EXPECT_TRUE(execution.is_runnable(0));
}

TEST(Waiting, IsForALockToBeFreeWhoeverHasIt) {
    const auto locks = [](Words& world) {
        spin_lock(&world.lock);
        spin_unlock(&world.lock);
    };
    Execution execution(looking(
        [](Words& world) {
            while (!spin_trylock(&world.lock)) {
                cpu_relax();
            }
            spin_unlock(&world.lock);
        },
        {locks, locks}));
    execution.take(other);
    execution.take(looks);
    execution.take(other);
    EXPECT_TRUE(execution.is_runnable(0));
    execution.take(third);
    EXPECT_FALSE(execution.is_runnable(0));
}

TEST(Waiting, IsNotForWhatTheTaskHasForgotten) {
    Execution execution(looking(
        [](Words& world) {
            static_cast<void>(READ_ONCE(world.a));
            forget(1);
            while (READ_ONCE(world.b) == 0) {
                cpu_relax();
            }
        },
        {[](Words& world) { WRITE_ONCE(world.a, 1); }}));
    execution.take(looks);
    execution.take(looks);
    execution.take(other);
    EXPECT_FALSE(execution.is_runnable(0));
}

TEST(PlainAccess, IsARaceWithAnotherAtTheSameTime) {
    const auto scenario = [](bool locked) {
        return scenario_of([locked](heddle::Setup& setup) {
            struct World {
                spinlock_t lock;
                int count;
            };
            World& world = setup.world<World>();
            for (const char* name : {"one", "other"}) {
                setup.task(name, [&world, locked] {
                    if (locked) {
                        spin_lock(&world.lock);
                    }
                    plain_store(world.count, plain_load(world.count) + 1);
                    if (locked) {
                        spin_unlock(&world.lock);
                    }
                });
            }
        });
    };
    EXPECT_EQ(check(scenario(true)).verdict.kind, Verdict::Kind::pass);
    const Summary summary = check(scenario(false));
    ASSERT_EQ(summary.verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "data-race");
    EXPECT_EQ(summary.verdict.schedule.size(), 1U);  // one loads, and would store beside the other
}

std::string broken_by(const Scenario& scenario) {
    const Summary summary = check(scenario);
    return summary.verdict.violation ? summary.verdict.violation->claim : "";
}

TEST(PlainAccess, IsARaceWithOneThatIsNotPlain) {
    EXPECT_EQ(broken_by(looking([](Words& world) { plain_store(world.a, 1); },
                                {[](Words& world) { WRITE_ONCE(world.a, 2); }})),
              "data-race");
    EXPECT_EQ(broken_by(looking([](Words& world) { static_cast<void>(plain_load(world.a)); },
                                {[](Words& world) { static_cast<void>(READ_ONCE(world.a)); }})),
              "");
}

TEST(PlainAccess, IsNoRaceWithATaskThatCannotRun) {
    EXPECT_EQ(broken_by(scenario_of([](heddle::Setup& setup) {
                  Words& world = setup.world<Words>();
                  setup.task("alone", 0, [&world] {
                      preempt_disable();
                      plain_store(world.a, 1);
                      preempt_enable();
                  });
                  setup.task("waits for its CPU", 0, [&world] { plain_store(world.a, 2); });
              })),
              "");
}

}  // namespace
}  // namespace heddle::dependence_test
