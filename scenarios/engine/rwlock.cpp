// SPDX-License-Identifier: Apache-2.0
// A lock that many readers may hold together, in front of a value that is made when it is first
// asked for. The problem: P. J. Courtois, F. Heymans and D. L. Parnas, Concurrent Control with
// "Readers" and "Writers", Communications of the ACM 14(10), 1971; the lock is one word.
#include <algorithm>

#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::rwlock {

namespace {

enum class How { correct, looks_then_takes, upgrades };

constexpr int tasks = 2;
constexpr int writer = -1;
constexpr int the_value = 7;

struct World {
    atomic_t holders;  // readers, or `writer`
    int value;         // 0: not made yet
    int got[tasks];    // for the claims
    bool missed[tasks];
};

void read_lock(World& world) {
    for (;;) {
        const int holders = atomic_read(&world.holders);
        if (holders != writer && atomic_cmpxchg(&world.holders, holders, holders + 1) == holders) {
            return;
        }
        cpu_relax();
    }
}

void read_unlock(World& world) { atomic_dec(&world.holders); }

// Waits until all have left but `own` readers that are the caller's.
void write_lock(World& world, int own, How how) {
    if (how == How::looks_then_takes) {
        while (atomic_read(&world.holders) != own) {
            cpu_relax();
        }
        atomic_set(&world.holders, writer);
        return;
    }
    while (atomic_cmpxchg(&world.holders, own, writer) != own) {
        cpu_relax();
    }
}

void write_unlock(World& world) { atomic_set(&world.holders, 0); }

int get(World& world, int me, How how) {
    read_lock(world);
    int value = plain_load(world.value);
    if (value != 0) {
        read_unlock(world);
        return value;
    }
    tally([&] { world.missed[me] = true; });
    if (how == How::upgrades) {
        write_lock(world, 1, how);
    } else {
        read_unlock(world);
        write_lock(world, 0, how);
    }
    value = plain_load(world.value);
    if (value == 0) {
        plain_store(world.value, the_value);
        value = the_value;
    }
    write_unlock(world);
    return value;
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    setup.name(world.holders, "holders");
    setup.name(world.value, "value");
    for (int me = 0; me < tasks; ++me) {
        setup.task("task " + std::to_string(me), [&world, me, how] {
            const int value = get(world, me, how);
            tally([&] { world.got[me] = value; });
        });
    }
    setup.finally("everybody gets the value", [&world] {
        return std::all_of(world.got, world.got + tasks, [](int got) { return got == the_value; });
    });
    setup.finally("nobody holds the lock", [&world] { return world.holders.counter == 0; });
    setup.sometimes("two miss the value", [&world] { return world.missed[0] && world.missed[1]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "rwlock/correct",
         .story = "Readers and a writer (Courtois et al., CACM 1971): who misses the value leaves "
                  "as a reader, comes back as the writer and looks again.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "rwlock/broken-looks-then-takes",
         .story = "A writer that sees the lock free and takes it in a second step, when it no "
                  "longer is.",
         .build = [](Setup& setup) { build(setup, How::looks_then_takes); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "rwlock/broken-upgrades",
         .story = "A reader that becomes the writer without leaving waits for the other readers "
                  "to go; two of them wait for each other.",
         .build = [](Setup& setup) { build(setup, How::upgrades); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::rwlock
