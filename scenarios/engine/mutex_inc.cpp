// SPDX-License-Identifier: Apache-2.0
#include "checker/sync/sync.h"
#include "scenarios/engine/canonical.h"

namespace heddle::engine::mutex_inc {

namespace {

struct World {
    spinlock_t lock;
    unsigned counter;
};

void increment(World& world) {
    spin_lock(&world.lock);
    plain_store(world.counter, plain_load(world.counter) + 1);
    spin_unlock(&world.lock);
}

void build(Setup& setup) {
    World& world = setup.world<World>();
    const unsigned n = setup.parameter("n");
    setup.name({&world.lock, sizeof(world.lock), "lock"});
    setup.name({&world.counter, sizeof(world.counter), "counter"});

    for (unsigned i = 0; i < n; ++i) {
        setup.task("task " + std::to_string(i), [&world] { increment(world); });
    }
    setup.alike(0, n);

    setup.finally("every increment counts", [&world, n] { return world.counter == n; });
    setup.sometimes("n increments are done", [&world, n] { return world.counter == n; });
}

}  // namespace

Scenario scenario() {
    return {.name = "mutex-inc",
            .story = "Tasks increment a plain counter under a lock.",
            .build = build,
            .labels = {"engine"},
            .parameters = {{.name = "n", .help = "tasks", .value = 3, .max = tasks_max}}};
}

}  // namespace heddle::engine::mutex_inc
