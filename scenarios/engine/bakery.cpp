// SPDX-License-Identifier: Apache-2.0
// Lamport's bakery: a lock without any operation that reads and writes. Source: L. Lamport, A New
// Solution of Dijkstra's Concurrent Programming Problem, Communications of the ACM 17(8), 1974.
#include <algorithm>

#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::bakery {

namespace {

enum class Entry { correct, without_choosing, without_tie_break };

constexpr int customers_max = 3;

struct World {
    int choosing[customers_max];
    int number[customers_max];  // 0: does not want
    int total;
    bool lost_tie[customers_max];  // for the claims
};

int draw_number(World& world, int me, int customers) {
    int highest = 0;
    for (int other = 0; other < customers; ++other) {
        if (other != me) {
            highest = std::max(highest, READ_ONCE(world.number[other]));
        }
    }
    return highest + 1;
}

void wait_for(World& world, int other, int me, int mine, Entry entry) {
    while (entry != Entry::without_choosing && READ_ONCE(world.choosing[other]) != 0) {
        cpu_relax();
    }
    const bool wins_tie = entry != Entry::without_tie_break && other < me;
    for (;;) {
        const int number = READ_ONCE(world.number[other]);
        if (number == 0 || number > mine || (number == mine && !wins_tie)) {
            return;
        }
        tally([&] { world.lost_tie[me] = world.lost_tie[me] || number == mine; });
        cpu_relax();
    }
}

void lock(World& world, int me, int customers, Entry entry) {
    if (entry != Entry::without_choosing) {
        WRITE_ONCE(world.choosing[me], 1);
        smp_mb();
    }
    const int mine = draw_number(world, me, customers);
    WRITE_ONCE(world.number[me], mine);
    if (entry != Entry::without_choosing) {
        smp_store_release(&world.choosing[me], 0);
    }
    smp_mb();
    for (int other = 0; other < customers; ++other) {
        if (other != me) {
            wait_for(world, other, me, mine, entry);
        }
    }
}

void unlock(World& world, int me) { smp_store_release(&world.number[me], 0); }

void build(Setup& setup, int customers, int rounds, Entry entry) {
    World& world = setup.world<World>();
    setup.name(world.choosing, "choosing");
    setup.name(world.number, "number");
    setup.name(world.total, "total");
    for (int me = 0; me < customers; ++me) {
        setup.task("customer " + std::to_string(me), [&world, me, customers, rounds, entry] {
            for (int round = 0; round < rounds; ++round) {
                lock(world, me, customers, entry);
                plain_store(world.total, plain_load(world.total) + 1);
                unlock(world, me);
            }
        });
    }
    setup.finally("the total counts every turn",
                  [&world, customers, rounds] { return world.total == customers * rounds; });
    setup.sometimes("a customer waits for another with the same number",
                    [&world] { return world.lost_tie[1]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "bakery/correct",
         .story = "Lamport's bakery (CACM 1974): each draws a number above those it sees, and the "
                  "lowest is served. Two customers, twice.",
         .build = [](Setup& setup) { build(setup, 2, 2, Entry::correct); },
         .labels = {"engine"}},
        {.name = "bakery/correct-with-three",
         .story = "Lamport's bakery with three customers.",
         .build = [](Setup& setup) { build(setup, 3, 1, Entry::correct); },
         .labels = {"engine", "large"}},
        {.name = "bakery/broken-without-choosing",
         .story = "The bakery without the flag that says that a number is being drawn: who is "
                  "slow to draw is overlooked.",
         .build = [](Setup& setup) { build(setup, 2, 1, Entry::without_choosing); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "bakery/broken-without-tie-break",
         .story = "The bakery without an order between customers who have drawn the same number.",
         .build = [](Setup& setup) { build(setup, 2, 1, Entry::without_tie_break); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::bakery
