// SPDX-License-Identifier: Apache-2.0
#include "checker/sync/sync.h"
#include "scenarios/engine/canonical.h"

namespace heddle::engine::munlock_mini {

namespace {

constexpr unsigned mlocked = 0;
constexpr unsigned lru = 1;

struct World {
    spinlock_t lock;
    unsigned long flags;
    long counter;  // of mlocked pages
    bool met;      // munlock found the page isolated; for claims
};

bool isolate(World& world) { return test_and_clear_bit(lru, &world.flags); }

void put_back(World& world) {
    spin_lock(&world.lock);
    set_bit(lru, &world.flags);
    spin_unlock(&world.lock);
}

void count_one_less(World& world) { plain_store(world.counter, plain_load(world.counter) - 1); }

// What counts is that the flag is cleared; the seed counted isolated pages.
void munlock(World& world, bool counts_isolated) {
    bool isolated = false;
    spin_lock(&world.lock);
    if (test_and_clear_bit(mlocked, &world.flags)) {
        isolated = isolate(world);
        tally([&] { world.met = !isolated; });
        if (isolated || !counts_isolated) {
            count_one_less(world);
        }
    }
    spin_unlock(&world.lock);
    if (isolated) {
        put_back(world);
    }
}

void isolate_for_a_while(World& world) {
    spin_lock(&world.lock);
    const bool isolated = isolate(world);
    spin_unlock(&world.lock);
    if (isolated) {
        put_back(world);
    }
}

void build(Setup& setup, bool counts_isolated) {
    World& world = setup.world<World>();
    world.flags = bit_mask(mlocked) | bit_mask(lru);
    world.counter = 1;
    setup.name({&world.lock, sizeof(world.lock), "lock"});
    setup.name({&world.flags, sizeof(world.flags), "flags", {"mlocked", "lru"}});
    setup.name({&world.counter, sizeof(world.counter), "counter"});

    setup.task("munlock", [&world, counts_isolated] { munlock(world, counts_isolated); });
    for (unsigned i = 0; i < setup.parameter("n"); ++i) {
        setup.task("isolate " + std::to_string(i), [&world] { isolate_for_a_while(world); });
    }
    setup.alike(1, setup.parameter("n"));

    setup.finally("counter == mlocked", [&world] {
        return world.counter == ((world.flags & bit_mask(mlocked)) != 0 ? 1 : 0);
    });
    setup.sometimes("munlock meets an isolated page", [&world] { return world.met; });
}

std::vector<Parameter> isolators() {
    return {{.name = "n", .help = "isolators", .value = 3, .max = tasks_max - 1}};
}

}  // namespace

Scenario seed() {
    return {.name = "munlock-mini/seed",
            .story = "munlock() does not count a page that somebody else has isolated.",
            .build = [](Setup& setup) { build(setup, true); },
            .expect = "fail:counter == mlocked",
            .labels = {"engine"},
            .parameters = isolators()};
}

Scenario fixed() {
    return {.name = "munlock-mini/fixed",
            .story = "munlock() counts whenever it has cleared the flag.",
            .build = [](Setup& setup) { build(setup, false); },
            .labels = {"engine"},
            .parameters = isolators()};
}

}  // namespace heddle::engine::munlock_mini
