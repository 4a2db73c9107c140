// SPDX-License-Identifier: Apache-2.0
// Each kind of spin lock excludes, tells who holds it, and tells its meter. ThreadSanitizer watches
// the plain counter.
#include <gtest/gtest.h>

#include "checker/sync/sync.h"
#include "checker/sync/threads/run.h"

namespace heddle::lock_kinds_test {
namespace {

// The kind in use, for as long as a test runs.
class LockKinds : public testing::TestWithParam<LockKindInfo> {
  protected:
    void SetUp() override { lock_kind = GetParam().kind; }
    void TearDown() override { lock_kind = LockKind::test_and_set; }
};

struct World {
    spinlock_t lock;
    spinlock_t other;
    int plain;
};

TEST_P(LockKinds, Exclude) {
    constexpr int rounds = 3'000;
    World world = {};
    spin_lock_init(&world.lock);
    spin_lock_init(&world.other);
    const std::function<void()> body = [&world] {
        for (int round = 0; round < rounds; ++round) {
            if (round % 4 == 0 && spin_trylock(&world.lock)) {
                ++world.plain;
                spin_unlock(&world.lock);
                continue;
            }
            spin_lock(&world.lock);
            spin_lock(&world.other);
            ++world.plain;
            spin_unlock(&world.lock);
            spin_unlock(&world.other);
            spin_lock(&world.lock);
            spin_unlock(&world.lock);
        }
    };
    run_on_threads(&world, 3, {{0, false, body}, {1, false, body}, {2, false, body}}, 1);
    EXPECT_EQ(world.plain, 3 * rounds);
    EXPECT_FALSE(spin_is_locked(&world.lock));
}

TEST_P(LockKinds, TellWhoHoldsThem) {
    World world = {};
    spin_lock_init(&world.lock);
    std::atomic<int> step{0};
    const std::function<void()> holder = [&] {
        spin_lock(&world.lock);
        EXPECT_TRUE(spin_is_held(&world.lock));
        EXPECT_TRUE(spin_is_locked(&world.lock));
        step = 1;
        spin_until([&] { return step == 2; });
        spin_unlock(&world.lock);
        EXPECT_FALSE(spin_is_held(&world.lock));
    };
    const std::function<void()> other = [&] {
        spin_until([&] { return step == 1; });
        EXPECT_FALSE(spin_is_held(&world.lock));
        EXPECT_TRUE(spin_is_locked(&world.lock));
        EXPECT_FALSE(spin_trylock(&world.lock));
        step = 2;
    };
    run_on_threads(&world, 2, {{0, false, holder}, {1, false, other}}, 1);
}

TEST_P(LockKinds, TellTheirMeter) {
    static constexpr LockMeter meter = {[] { return std::uint64_t{7}; },
                                        [](spinlock_t& lock, std::uint64_t since) {
                                            EXPECT_EQ(since, 7U);
                                            ++lock.times_taken;
                                        },
                                        [](spinlock_t& lock) { lock.last = current_task() + 1; }};
    World world = {};
    spin_lock_init(&world.lock);
    world.lock.meter = &meter;
    const std::function<void()> body = [&world] {
        spin_lock(&world.lock);
        EXPECT_EQ(world.lock.last, 0U);
        spin_unlock(&world.lock);
        EXPECT_TRUE(spin_trylock(&world.lock));
        spin_unlock(&world.lock);
    };
    run_on_threads(&world, 1, {{0, false, body}}, 1);
    EXPECT_EQ(world.lock.times_taken, 2U);
    EXPECT_EQ(world.lock.last, 1U);
}

INSTANTIATE_TEST_SUITE_P(All, LockKinds,
                         testing::Values(lock_kinds[0], lock_kinds[1], lock_kinds[2], lock_kinds[3],
                                         lock_kinds[4]),
                         [](const auto& kind) {
                             std::string name = kind.param.name;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

}  // namespace
}  // namespace heddle::lock_kinds_test
