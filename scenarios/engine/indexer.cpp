// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "checker/sync/sync.h"
#include "scenarios/engine/canonical.h"

namespace heddle::engine::indexer {

namespace {

constexpr unsigned entries = 128;
constexpr unsigned messages = 4;  // of each task
constexpr unsigned tasks = entries / messages;

struct World {
    atomic_t table[entries];  // 0 is empty
};

// Two tasks meet in the table only if there are 12 or more.
void insert_messages(World& world, unsigned task) {
    for (unsigned m = 1; m <= messages; ++m) {
        const unsigned message = m * 11 + task;
        unsigned hash = message * 7 % entries;
        while (atomic_cmpxchg(&world.table[hash], 0, static_cast<int>(message)) != 0) {
            hash = (hash + 1) % entries;
        }
    }
}

unsigned inserted(const World& world) {
    return static_cast<unsigned>(std::count_if(std::begin(world.table), std::end(world.table),
                                               [](atomic_t entry) { return entry.counter != 0; }));
}

void build(Setup& setup) {
    World& world = setup.world<World>();
    const unsigned n = setup.parameter("n");
    for (unsigned i = 0; i < entries; ++i) {
        setup.name({&world.table[i], sizeof(world.table[i]), "table[" + std::to_string(i) + "]"});
    }

    for (unsigned i = 0; i < n; ++i) {
        setup.task("task " + std::to_string(i), [&world, i] { insert_messages(world, i); });
    }

    setup.finally("no message is lost", [&world, n] { return inserted(world) == messages * n; });
    setup.sometimes("all messages are in the table",
                    [&world, n] { return inserted(world) == messages * n; });
}

}  // namespace

Scenario scenario() {
    return {.name = "indexer",
            .story = "Tasks insert messages into a hash table by compare-and-swap.",
            .build = build,
            .labels = {"engine"},
            .parameters = {{.name = "n", .help = "tasks", .value = 3, .max = tasks}}};
}

}  // namespace heddle::engine::indexer
