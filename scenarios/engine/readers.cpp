// SPDX-License-Identifier: Apache-2.0
#include "checker/sync/sync.h"
#include "scenarios/engine/canonical.h"

namespace heddle::engine::readers {

namespace {

struct World {
    int x;
    unsigned seen[2];  // readers that have read 0, 1; for claims
};

void write(World& world) { WRITE_ONCE(world.x, 1); }

void read(World& world) {
    const int value = READ_ONCE(world.x);
    tally([&] { ++world.seen[value]; });
}

void build(Setup& setup) {
    World& world = setup.world<World>();
    const unsigned n = setup.parameter("n");
    setup.name({&world.x, sizeof(world.x), "x"});

    setup.task("writer", [&world] { write(world); });
    for (unsigned i = 0; i < n; ++i) {
        setup.task("reader " + std::to_string(i), [&world] { read(world); });
    }
    setup.alike(1, n);

    setup.finally("each reader reads 0 or 1",
                  [&world, n] { return world.seen[0] + world.seen[1] == n; });
    setup.sometimes("a reader comes first", [&world] { return world.seen[0] > 0; });
    setup.sometimes("the writer comes first", [&world, n] { return world.seen[1] == n; });
}

}  // namespace

Scenario scenario() {
    return {.name = "readers",
            .story = "One task writes what others read.",
            .build = build,
            .labels = {"engine"},
            .parameters = {{.name = "n", .help = "readers", .value = 4, .max = tasks_max - 1}}};
}

}  // namespace heddle::engine::readers
