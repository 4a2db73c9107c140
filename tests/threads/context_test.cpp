// SPDX-License-Identifier: Apache-2.0
// Interrupts, preemption and per-CPU data of simulated CPUs on real threads.
#include <gtest/gtest.h>

#include "checker/sync/sync.h"
#include "checker/sync/threads/run.h"

namespace heddle::context_test {
namespace {

struct World {
    spinlock_t lock;
    int plain;
    int counters[2];
    int sums[2];
    unsigned long word;
};

spinlock_t* lock_of_guarded(const void*);

struct GuardedWorld {
    spinlock_t lock;
    guarded<int, lock_of_guarded> data;
};

spinlock_t* lock_of_guarded(const void*) { return &static_cast<GuardedWorld*>(world_root())->lock; }

std::function<void()> repeat(int rounds, const std::function<void()>& body) {
    return [rounds, body] {
        for (int round = 0; round < rounds; ++round) {
            body();
        }
    };
}

TEST(ThreadContext, HandlersOfOneCpuExcludeEachOther) {
    World world = {};
    const std::function<void()> handler = repeat(1'000, [&world] { ++world.plain; });
    run_on_threads(&world, 1, {{0, true, handler}, {0, true, handler}, {0, true, handler}}, 1);
    EXPECT_EQ(world.plain, 3'000);
}

TEST(ThreadContext, AHandlerWaitsForALockHeldOnAnotherCpu) {
    World world = {};
    const std::function<void()> handler = repeat(1'000, [&world] {
        spin_lock(&world.lock);
        ++world.plain;
        spin_unlock(&world.lock);
    });
    const std::function<void()> task = repeat(1'000, [&world] {
        spin_lock_irq(&world.lock);
        ++world.plain;
        spin_unlock_irq(&world.lock);
    });
    run_on_threads(&world, 2, {{0, true, handler}, {0, false, task}, {1, false, task}}, 1);
    EXPECT_EQ(world.plain, 3'000);
}

TEST(ThreadContext, AHandlerRunsWhilePreemptionIsOff) {
    World world = {};
    std::atomic<bool> handled{false};
    const std::function<void()> task = [&handled] {
        preempt_disable();
        spin_until([&handled] { return handled.load(); });
        preempt_enable();
    };
    run_on_threads(&world, 1, {{0, false, task}, {0, true, [&handled] { handled = true; }}}, 1);
    EXPECT_TRUE(handled);
}

TEST(ThreadContext, AHandlerMayTurnInterruptsOnAndOff) {
    World world = {};
    run_on_threads(&world, 1,
                   {{0, true,
                     [] {
                         EXPECT_TRUE(irqs_disabled());
                         local_irq_enable();
                         EXPECT_TRUE(in_atomic());
                         local_irq_disable();
                     }}},
                   1);
}

TEST(ThreadContext, InterruptsOffAlsoExcludeTasksOfTheSameCpu) {
    World world = {};
    const std::function<void()> masks = repeat(10'000, [&world] {
        local_irq_disable();
        ++world.plain;
        local_irq_enable();
    });
    const std::function<void()> stays = repeat(10'000, [&world] {
        preempt_disable();
        ++world.plain;
        preempt_enable();
    });
    run_on_threads(&world, 1, {{0, false, masks}, {0, false, stays}}, 1);
    EXPECT_EQ(world.plain, 20'000);
}

TEST(ThreadContext, PerCpuDataNeedsNoLockAmongTasksOfACpu) {
    World world = {};
    per_cpu<int> counters = {world.counters};
    const std::function<void()> count = repeat(5'000, [&world, &counters] {
        ++get_cpu_var(counters);
        put_cpu_var(counters);
        for (int i = 0; i < 20; ++i) {
            this_cpu_add(world.sums[current_cpu()], 2);
        }
    });
    run_on_threads(&world, 2,
                   {{0, false, count}, {0, false, count}, {1, false, count}, {1, false, count}}, 1);
    EXPECT_EQ(world.counters[0], 10'000);
    EXPECT_EQ(world.counters[1], 10'000);
    EXPECT_EQ(world.sums[0], 400'000);
    EXPECT_EQ(world.sums[1], 400'000);
}

TEST(ThreadContext, GuardedDataIsSafeUnderItsLock) {
    GuardedWorld world = {};
    const std::function<void()> task = repeat(10'000, [&world] {
        if (spin_trylock(&world.lock)) {
            ++world.data.locked();
            spin_unlock(&world.lock);
        }
        spin_lock(&world.lock);
        world.data.locked() |= 1 << 30;
        spin_unlock(&world.lock);
    });
    run_on_threads(&world, 2, {{0, false, task}, {1, false, task}}, 1);
    EXPECT_GE(world.data.peek(), 1 << 30);
    EXPECT_LE(world.data.peek(), (1 << 30) + 20'000);
}

// An update may be lost, but ThreadSanitizer has nothing to report.
TEST(ThreadContext, NonAtomicBitOperationsAreNoDataRace) {
    World world = {};
    const std::function<void()> task = repeat(1'000, [&world] {
        __set_bit(current_task(), &world.word);
        __clear_bit(current_task(), &world.word);
    });
    run_on_threads(&world, 2, {{0, false, task}, {1, false, task}}, 1);
    EXPECT_EQ(world.word & ~0b11UL, 0U);
}

}  // namespace
}  // namespace heddle::context_test
