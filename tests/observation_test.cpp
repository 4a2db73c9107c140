// SPDX-License-Identifier: Apache-2.0
// What counts as seen by a task though no operation of its own has told it.
#include <gtest/gtest.h>

#include "checker/sync/sync.h"
#include "tests/agreement.h"

namespace heddle::observation_test {
namespace {

spinlock_t* lock_of_data(const void* data);

struct World {
    spinlock_t lock;
    guarded<int, lock_of_data> data;
    int hidden;  // in no field of the facade
    int x;
    int y;
};

spinlock_t* lock_of_data(const void* data) {
    auto* bytes = const_cast<std::byte*>(static_cast<const std::byte*>(data));
    return reinterpret_cast<spinlock_t*>(bytes - offsetof(World, data));
}

// The writer sets something and takes it back, each under the lock. So what the reader has read
// under it is in its locals alone.
template <class Write, class Read>
Scenario with_writer(Write write, Read read) {
    return {.name = "set and taken back", .build = [write, read](heddle::Setup& setup) {
                World& world = setup.world<World>();
                setup.task("reader", [&world, read] { read(world); });
                setup.task("writer", [&world, write] {
                    for (const int value : {1, 0}) {
                        spin_lock(&world.lock);
                        write(world, value);
                        spin_unlock(&world.lock);
                    }
                });
            }};
}

void expect_all_final_worlds(const Scenario& scenario) {
    Trials trials(scenario);
    const BruteForce& brute = trials.ask_brute_force(1'000'000);
    ASSERT_TRUE(brute.complete);
    ASSERT_EQ(brute.finals.size(), 2U);
    for (unsigned subset = 0; subset < reduction_subsets; ++subset) {
        SearchOptions how;
        how.reductions = reductions_of(subset);
        EXPECT_EQ(trials.ask("exhaustive", how).disagreement, "") << text_of(how.reductions);
    }
}

TEST(Observations, CountWhatIsReadUnderALock) {
    expect_all_final_worlds(
        with_writer([](World& world, int value) { world.data.locked_to_write() = value; },
                    [](World& world) {
                        spin_lock(&world.lock);
                        const int seen = world.data.locked();
                        spin_unlock(&world.lock);
                        WRITE_ONCE(world.x, seen);
                    }));
}

TEST(Observations, CountWhatATaskIsAboutToDo) {
    expect_all_final_worlds(with_writer([](World& world, int value) { world.hidden = value; },
                                        [](World& world) {
                                            spin_lock(&world.lock);
                                            const bool seen = world.hidden != 0;
                                            spin_unlock(&world.lock);
                                            WRITE_ONCE(seen ? world.x : world.y, 1);
                                        }));
}

}  // namespace
}  // namespace heddle::observation_test
