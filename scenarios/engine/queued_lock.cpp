// SPDX-License-Identifier: Apache-2.0
// A word that is free, taken, or taken with a queue behind it: whoever finds it free has it at
// once, the others wait on words of their own, and the first of them on the word. It is the
// kernel's (kernel/locking/qspinlock.c, v4.8) without its pending bit.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::queued_lock {

namespace {

enum class How { correct, leaves_the_queue_in_two_steps };

constexpr int tasks = 3;
constexpr int taken = 1;
constexpr int tail_unit = 2;  // above the bit: the task that came last, from 1; 0 is nobody

struct Node {
    int next;
    int waits;
};

struct World {
    atomic_t word;
    Node nodes[tasks + 1];
    int total;
    bool handed_over[tasks + 1];  // for the claims
};

// Returns the word before: who was last until now, and whether the lock is taken.
int join_queue(World& world, int me) {
    int old = atomic_read(&world.word);
    for (;;) {
        const int seen = atomic_cmpxchg(&world.word, old, (old & taken) + me * tail_unit);
        if (seen == old) {
            return old;
        }
        old = seen;
    }
}

// True if nobody was behind the task, so that the word says taken and no more.
bool take_without_queue(World& world, int me, How how) {
    if (how == How::leaves_the_queue_in_two_steps) {
        const bool is_last = atomic_read(&world.word) == me * tail_unit;
        if (is_last) {
            atomic_set(&world.word, taken);
        }
        return is_last;
    }
    return atomic_cmpxchg(&world.word, me * tail_unit, taken) == me * tail_unit;
}

void lock(World& world, int me, How how) {
    if (atomic_cmpxchg(&world.word, 0, taken) == 0) {
        return;
    }
    Node& mine = world.nodes[me];
    WRITE_ONCE(mine.next, 0);
    WRITE_ONCE(mine.waits, 1);
    if (const int before_me = join_queue(world, me) / tail_unit; before_me != 0) {
        smp_store_release(&world.nodes[before_me].next, me);
        while (smp_load_acquire(&mine.waits) != 0) {
            cpu_relax();
        }
    }
    while ((atomic_read(&world.word) & taken) != 0) {
        cpu_relax();
    }
    if (take_without_queue(world, me, how)) {
        return;
    }
    atomic_add_return(taken, &world.word);
    while (READ_ONCE(mine.next) == 0) {
        cpu_relax();
    }
    smp_store_release(&world.nodes[READ_ONCE(mine.next)].waits, 0);
    tally([&] { world.handed_over[me] = true; });
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    setup.name(world.word, "word");
    for (int me = 1; me <= tasks; ++me) {
        const std::string node = "node " + std::to_string(me);
        setup.name(world.nodes[me].next, node + ".next");
        setup.name(world.nodes[me].waits, node + ".waits");
        setup.task("task " + std::to_string(me), [&world, me, how] {
            lock(world, me, how);
            plain_store(world.total, plain_load(world.total) + 1);
            atomic_add_return(-taken, &world.word);
        });
    }
    setup.name(world.total, "total");
    setup.finally("the total counts every task", [&world] { return world.total == tasks; });
    setup.finally("the lock is free", [&world] { return world.word.counter == 0; });
    setup.sometimes("one hands over", [&world] { return world.handed_over[1]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "queued-lock/correct",
         .story = "The kernel's queued spin lock: at once where it is free, otherwise in a queue.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine", "large"}},
        {.name = "queued-lock/broken-leaves-the-queue-in-two-steps",
         .story =
             "A queued lock whose only waiter looks whether it is the only one and then writes "
             "the word: who has come in between waits for ever.",
         .build = [](Setup& setup) { build(setup, How::leaves_the_queue_in_two_steps); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::queued_lock
