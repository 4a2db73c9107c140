// SPDX-License-Identifier: Apache-2.0
// Dekker's lock for two tasks, the first there was. Source: E. W. Dijkstra, Cooperating Sequential
// Processes, in Programming Languages (F. Genuys, ed.), Academic Press, 1968.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::dekker {

namespace {

enum class Entry { correct, stays_down, insists };

struct World {
    int wants[2];
    int turn;  // who insists when both want
    int total;
    bool gave_way[2];  // for the claims
};

void lock(World& world, int me, Entry entry) {
    const int other = 1 - me;
    WRITE_ONCE(world.wants[me], 1);
    smp_mb();
    while (READ_ONCE(world.wants[other]) != 0) {
        if (entry == Entry::insists || READ_ONCE(world.turn) == me) {
            cpu_relax();
            continue;
        }
        tally([&] { world.gave_way[me] = true; });
        WRITE_ONCE(world.wants[me], 0);
        while (READ_ONCE(world.turn) != me) {
            cpu_relax();
        }
        if (entry != Entry::stays_down) {
            WRITE_ONCE(world.wants[me], 1);
            smp_mb();
        }
    }
}

void unlock(World& world, int me) {
    WRITE_ONCE(world.turn, 1 - me);
    smp_store_release(&world.wants[me], 0);
}

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
    setup.sometimes("both give way", [&world] { return world.gave_way[0] && world.gave_way[1]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "dekker/correct",
         .story = "Dekker's lock (Dijkstra 1968): who meets another and is not in turn withdraws "
                  "until it is.",
         .build = [](Setup& setup) { build(setup, Entry::correct); },
         .labels = {"engine"}},
        {.name = "dekker/broken-stays-down",
         .story = "Dekker's lock by a task that has withdrawn and does not say again that it "
                  "wants.",
         .build = [](Setup& setup) { build(setup, Entry::stays_down); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "dekker/broken-insists",
         .story = "Dekker's lock without giving way: both wait for the other.",
         .build = [](Setup& setup) { build(setup, Entry::insists); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::dekker
