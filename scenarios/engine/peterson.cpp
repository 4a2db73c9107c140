// SPDX-License-Identifier: Apache-2.0
// Peterson's lock for two tasks. Source: G. L. Peterson, Myths About the Mutual Exclusion Problem,
// Information Processing Letters 12(3), 1981.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::peterson {

namespace {

enum class Entry { correct, yields_first, never_yields };

struct World {
    int wants[2];
    int turn;  // who goes first when both want
    int total;
    bool waited[2];  // for the claims
};

void lock(World& world, int me, Entry entry) {
    const int other = 1 - me;
    if (entry == Entry::yields_first) {
        WRITE_ONCE(world.turn, other);
        WRITE_ONCE(world.wants[me], 1);
    } else {
        WRITE_ONCE(world.wants[me], 1);
        WRITE_ONCE(world.turn, entry == Entry::never_yields ? me : other);
    }
    smp_mb();
    while (READ_ONCE(world.wants[other]) != 0 &&
           (entry == Entry::never_yields || READ_ONCE(world.turn) == other)) {
        tally([&] { world.waited[me] = true; });
        cpu_relax();
    }
}

void unlock(World& world, int me) { smp_store_release(&world.wants[me], 0); }

void build(Setup& setup, Entry entry) {
    constexpr int rounds = 2;
    World& world = setup.world<World>();
    setup.name(world.wants, "wants");
    setup.name(world.turn, "turn");
    setup.name(world.total, "total");
    for (const int me : {0, 1}) {
        setup.task(me == 0 ? "left" : "right", [&world, me, entry] {
            for (int round = 0; round < rounds; ++round) {
                lock(world, me, entry);
                plain_store(world.total, plain_load(world.total) + 1);
                unlock(world, me);
            }
        });
    }
    setup.finally("the total counts every turn", [&world] { return world.total == 2 * rounds; });
    setup.sometimes("both have waited", [&world] { return world.waited[0] && world.waited[1]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "peterson/correct",
         .story = "Peterson's lock (IPL 1981): each says that it wants, then lets the other go "
                  "first.",
         .build = [](Setup& setup) { build(setup, Entry::correct); },
         .labels = {"engine"}},
        {.name = "peterson/broken-yields-first",
         .story = "Peterson's lock with its two stores the other way round: the other does not "
                  "see yet that it has been let in.",
         .build = [](Setup& setup) { build(setup, Entry::yields_first); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "peterson/broken-never-yields",
         .story = "Two tasks that say that they want and wait for the other: for ever, if both do.",
         .build = [](Setup& setup) { build(setup, Entry::never_yields); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::peterson
