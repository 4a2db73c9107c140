// SPDX-License-Identifier: Apache-2.0
// The facade's locks on real threads. ThreadSanitizer watches the plain counters.
#include <gtest/gtest.h>

#include "checker/sync/sync.h"
#include "checker/sync/threads/run.h"

namespace heddle::locks_test {
namespace {

constexpr int rounds = 20'000;
constexpr unsigned threads = 3;

struct World {
    spinlock_t lock;
    struct mutex mutex;
    struct rw_semaphore sem;
    unsigned long word;
    int plain;
    atomic_t atomic;
    struct work_struct work;
};

// Runs `body` `rounds` times on each thread; each on its own CPU or all on one.
void run_rounds(World& world, bool same_cpu, const std::function<void()>& body) {
    std::vector<ThreadTask> tasks;
    for (unsigned i = 0; i < threads; ++i) {
        tasks.push_back({same_cpu ? 0 : i, false, [&body] {
                             for (int round = 0; round < rounds; ++round) {
                                 body();
                             }
                         }});
    }
    run_on_threads(&world, threads, tasks, 1);
}

constexpr int total = static_cast<int>(threads) * rounds;

TEST(ThreadLocks, SpinLockExcludes) {
    World world = {};
    run_rounds(world, false, [&world] {
        spin_lock(&world.lock);
        ++world.plain;
        spin_unlock(&world.lock);
    });
    EXPECT_EQ(world.plain, total);
}

TEST(ThreadLocks, IrqSpinLockExcludes) {
    World world = {};
    run_rounds(world, false, [&world] {
        unsigned long flags = 0;
        spin_lock_irqsave(&world.lock, flags);
        ++world.plain;
        spin_unlock_irqrestore(&world.lock, flags);
    });
    EXPECT_EQ(world.plain, total);
}

TEST(ThreadLocks, MutexExcludes) {
    World world = {};
    run_rounds(world, true, [&world] {
        mutex_lock(&world.mutex);
        ++world.plain;
        mutex_unlock(&world.mutex);
    });
    EXPECT_EQ(world.plain, total);
}

TEST(ThreadLocks, BitLockExcludesAndLeavesOtherBitsAlone) {
    World world = {};
    run_rounds(world, false, [&world] {
        wait_on_bit_lock(&world.word, 0);
        ++world.plain;
        clear_bit_unlock(0, &world.word);
        set_bit(current_task() + 1, &world.word);
    });
    EXPECT_EQ(world.plain, total);
    EXPECT_EQ(world.word, 0b1110U);
}

TEST(ThreadLocks, SemaphoreSeparatesWritersFromReaders) {
    World world = {};
    int seen[threads] = {};
    run_rounds(world, false, [&world, &seen] {
        if (current_task() < 2) {
            down_write(&world.sem);
            ++world.plain;
            downgrade_write(&world.sem);
        } else {
            down_read(&world.sem);
        }
        seen[current_task()] = world.plain;
        up_read(&world.sem);
    });
    EXPECT_EQ(world.plain, 2 * rounds);
}

TEST(ThreadLocks, PreemptionOffExcludesTasksOfTheSameCpu) {
    World world = {};
    run_rounds(world, true, [&world] {
        preempt_disable();
        ++world.plain;
        preempt_enable();
    });
    EXPECT_EQ(world.plain, total);
}

TEST(ThreadLocks, InterruptsOffKeepAHandlerAway) {
    for (int round = 0; round < 200; ++round) {
        World world = {};
        std::vector<ThreadTask> tasks;
        tasks.push_back({0, false, [&world] {
                             for (int i = 0; i < 50; ++i) {
                                 local_irq_disable();
                                 ++world.plain;
                                 local_irq_enable();
                             }
                         }});
        tasks.push_back({0, true, [&world] {
                             EXPECT_TRUE(in_interrupt());
                             world.plain += 1000;
                         }});
        run_on_threads(&world, 1, tasks, 1);
        ASSERT_EQ(world.plain, 1050);
    }
}

TEST(ThreadLocks, AtomicsLoseNoUpdate) {
    World world = {};
    run_rounds(world, false, [&world] {
        atomic_inc(&world.atomic);
        atomic_add_return(1, &world.atomic);
        atomic_add_unless(&world.atomic, 1, -1);
    });
    EXPECT_EQ(world.atomic.counter, 3 * total);
}

TEST(ThreadLocks, WorkIsDoneWhenItIsFlushed) {
    World world = {};
    INIT_WORK(&world.work);
    constexpr int works = 1'000;
    std::vector<ThreadTask> tasks;
    tasks.push_back({0, false, [&world] {
                         for (int i = 0; i < works; ++i) {
                             queue_work(&world.work);
                             flush_work(&world.work);
                             ASSERT_EQ(world.plain, i + 1);
                         }
                     }});
    tasks.push_back({1, false, [&world] {
                         for (int i = 0; i < works; ++i) {
                             wait_for_work(&world.work);
                             ++world.plain;
                             finish_work(&world.work);
                         }
                     }});
    run_on_threads(&world, 2, tasks, 1);
    EXPECT_EQ(world.plain, works);
}

}  // namespace
}  // namespace heddle::locks_test
