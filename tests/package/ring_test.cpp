// SPDX-License-Identifier: Apache-2.0
#include "ring.h"

#include <algorithm>
#include <set>
#include <string>

#include "checker/gtest.h"
#include "checker/heddle.h"

namespace {

constexpr int items = 3;

struct World {
    Ring ring;
    int taken[items];
};

// Three items in all, of which each producer puts its share.
heddle::Scenario ring_with(int producers) {
    const auto build = [producers](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.name(world.ring.put_count, "put_count");
        setup.name(world.ring.taken_count, "taken_count");
        setup.name(world.ring.items, "items");
        for (int first = 1; first <= producers; ++first) {
            setup.task("producer " + std::to_string(first), [&world, first, producers] {
                for (int item = first; item <= items; item += producers) {
                    while (!world.ring.put(item)) {
                        heddle::cpu_relax();
                    }
                }
            });
        }
        setup.task("consumer", [&world] {
            for (int& taken : world.taken) {
                int item = 0;
                while ((item = world.ring.take()) == 0) {
                    heddle::cpu_relax();
                }
                heddle::ghost([&] { taken = item; });
            }
        });
        setup.finally("a producer's items keep their order", [&world, producers] {
            return producers > 1 || std::is_sorted(world.taken, world.taken + items);
        });
        setup.finally("each item comes once", [&world] {
            return std::set<int>(world.taken, world.taken + items) == std::set<int>{1, 2, 3};
        });
        setup.sometimes("the ring is full", [&world] {
            return world.ring.put_count - world.ring.taken_count == Ring::slots;
        });
    };
    return {.name = "ring", .build = build};
}

TEST(Ring, KeepsTheOrderOfItsItems) { EXPECT_TRUE(heddle::passes(ring_with(1))); }

TEST(Ring, IsForOneProducer) { EXPECT_TRUE(heddle::fails(ring_with(2), "data-race")); }

TEST(Helper, ShowsTheCounterexample) {
    const testing::AssertionResult result = heddle::passes(ring_with(2));
    ASSERT_FALSE(result);
    EXPECT_NE(std::string(result.message()).find("FAIL ring: data-race"), std::string::npos);
    EXPECT_NE(std::string(result.message()).find("producer 1  READ_ONCE(put_count)"),
              std::string::npos)
        << result.message();
}

TEST(Helper, DoesNotTakeAnotherFailureForTheExpectedOne) {
    EXPECT_FALSE(heddle::fails(ring_with(2), "deadlock"));
    EXPECT_FALSE(heddle::fails(ring_with(1), "data-race"));
}

}  // namespace
