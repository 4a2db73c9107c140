// SPDX-License-Identifier: Apache-2.0
// Readers follow a pointer without a lock; who replaces what it points to waits for them before it
// frees the old. Source: P. E. McKenney and J. D. Slingwine, Read-Copy Update: Using Execution
// History to Solve Concurrency Problems, PDCS 1998. Here a reader says when it reads.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::rcu_publication {

namespace {

enum class How { correct, publishes_early, frees_early, reads_unannounced };

constexpr int readers = 2;
constexpr int versions = 2;
constexpr int freed = -1;

struct World {
    int current;            // the version to be read
    int values[versions];   // plain: nobody writes what can be read
    int sections[readers];  // begun and ended by each reader: odd while it reads
    int seen[readers];      // for the claims
};

void read_lock(World& world, int me) {
    WRITE_ONCE(world.sections[me], READ_ONCE(world.sections[me]) + 1);
    smp_mb();
}

void read_unlock(World& world, int me) {
    smp_store_release(&world.sections[me], READ_ONCE(world.sections[me]) + 1);
}

// Waits for the end of what readers had begun.
void synchronize(World& world) {
    smp_mb();
    for (int reader = 0; reader < readers; ++reader) {
        const int before = READ_ONCE(world.sections[reader]);
        while (before % 2 != 0 && smp_load_acquire(&world.sections[reader]) == before) {
            cpu_relax();
        }
    }
}

void read(World& world, int me, How how) {
    int version = how == How::reads_unannounced ? smp_load_acquire(&world.current) : 0;
    read_lock(world, me);
    if (how != How::reads_unannounced) {
        version = smp_load_acquire(&world.current);
    }
    const int value = plain_load(world.values[version]);
    tally([&] { world.seen[me] = value; });
    read_unlock(world, me);
}

void update(World& world, How how) {
    if (how == How::publishes_early) {
        smp_store_release(&world.current, 1);
        plain_store(world.values[1], 2);
    } else {
        plain_store(world.values[1], 2);
        smp_store_release(&world.current, 1);
    }
    if (how != How::frees_early) {
        synchronize(world);
    }
    plain_store(world.values[0], freed);
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    world.values[0] = 1;
    setup.name(world.current, "current");
    setup.name(world.values, "values");
    setup.name(world.sections, "sections");
    for (int me = 0; me < readers; ++me) {
        setup.task("reader " + std::to_string(me), [&world, me, how] { read(world, me, how); });
    }
    setup.task("updater", [&world, how] { update(world, how); });
    setup.finally("a reader sees the old version or the new", [&world] {
        return (world.seen[0] == 1 || world.seen[0] == 2) &&
               (world.seen[1] == 1 || world.seen[1] == 2);
    });
    setup.sometimes("one reader sees the old version, the other the new",
                    [&world] { return world.seen[0] == 1 && world.seen[1] == 2; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "rcu-publication/correct",
         .story = "Read-copy update (McKenney and Slingwine, PDCS 1998): fill the new version, "
                  "publish it, wait for the readers, free the old.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "rcu-publication/broken-publishes-early",
         .story = "A version is published before it is filled.",
         .build = [](Setup& setup) { build(setup, How::publishes_early); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "rcu-publication/broken-frees-early",
         .story = "The old version is freed without waiting for those who read it.",
         .build = [](Setup& setup) { build(setup, How::frees_early); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "rcu-publication/broken-reads-unannounced",
         .story = "A reader follows the pointer before it says that it reads, and nobody waits for "
                  "it.",
         .build = [](Setup& setup) { build(setup, How::reads_unannounced); },
         .expect = "fail:a reader sees the old version or the new",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::rcu_publication
