// SPDX-License-Identifier: Apache-2.0
#include "checker/sync/sync.h"
#include "scenarios/engine/canonical.h"

namespace heddle::engine::lastzero {

namespace {

struct World {
    unsigned a[tasks_max];
};

void extend(World& world, unsigned j) { WRITE_ONCE(world.a[j], READ_ONCE(world.a[j - 1]) + 1); }

// a[0] is always zero.
void scan(World& world, unsigned n) {
    unsigned i = n;
    while (READ_ONCE(world.a[i]) != 0) {
        --i;
    }
}

bool are_lengths_of_chains(const World& world, unsigned n) {
    for (unsigned j = 1; j <= n; ++j) {
        if (world.a[j] != 1 && world.a[j] != world.a[j - 1] + 1) {
            return false;
        }
    }
    return true;
}

void build(Setup& setup) {
    World& world = setup.world<World>();
    const unsigned n = setup.parameter("n");
    for (unsigned j = 0; j <= n; ++j) {
        setup.name({&world.a[j], sizeof(world.a[j]), "a[" + std::to_string(j) + "]"});
    }

    setup.task("scan", [&world, n] { scan(world, n); });
    for (unsigned j = 1; j <= n; ++j) {
        setup.task("extend " + std::to_string(j), [&world, j] { extend(world, j); });
    }

    setup.finally("each element is 1 or one more than the last",
                  [&world, n] { return are_lengths_of_chains(world, n); });
    setup.sometimes("each sees the one before it", [&world, n] { return world.a[n] == n; });
}

}  // namespace

Scenario scenario() {
    return {.name = "lastzero",
            .story =
                "Each task writes one more than what it reads from the element before its own; "
                "another looks for the last zero.",
            .build = build,
            .labels = {"engine"},
            .parameters = {{.name = "n", .help = "elements", .value = 4, .max = tasks_max - 1}}};
}

}  // namespace heddle::engine::lastzero
