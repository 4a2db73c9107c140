// SPDX-License-Identifier: Apache-2.0
// A queue of waiters, each of which spins on a word of its own. Source: J. M. Mellor-Crummey and
// M. L. Scott, Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors, ACM
// Transactions on Computer Systems 9(1), 1991.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::mcs_lock {

namespace {

enum class How { correct, waits_late, leaves_in_two_steps };

constexpr int tasks = 3;

// Tasks are numbered from 1 where 0 is nobody.
struct Node {
    int next;
    int waits;
};

struct World {
    atomic_t tail;
    Node nodes[tasks + 1];
    int total;
    bool hands_over[tasks + 1];  // for the claims
};

void lock(World& world, int me, How how) {
    Node& mine = world.nodes[me];
    WRITE_ONCE(mine.next, 0);
    const int before_me = atomic_xchg(&world.tail, me);
    if (before_me == 0) {
        return;
    }
    if (how == How::waits_late) {
        smp_store_release(&world.nodes[before_me].next, me);
        WRITE_ONCE(mine.waits, 1);
    } else {
        WRITE_ONCE(mine.waits, 1);
        smp_store_release(&world.nodes[before_me].next, me);
    }
    while (smp_load_acquire(&mine.waits) != 0) {
        cpu_relax();
    }
}

// True if nobody was behind the task.
bool leave_empty(World& world, int me, How how) {
    if (how == How::leaves_in_two_steps) {
        const bool is_last = atomic_read(&world.tail) == me;
        if (is_last) {
            atomic_set(&world.tail, 0);
        }
        return is_last;
    }
    return atomic_cmpxchg(&world.tail, me, 0) == me;
}

void unlock(World& world, int me, How how) {
    Node& mine = world.nodes[me];
    if (READ_ONCE(mine.next) == 0) {
        if (leave_empty(world, me, how)) {
            return;
        }
        while (READ_ONCE(mine.next) == 0) {
            cpu_relax();
        }
    }
    const int successor = READ_ONCE(mine.next);
    smp_store_release(&world.nodes[successor].waits, 0);
    tally([&] { world.hands_over[me] = true; });
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    setup.name(world.tail, "tail");
    for (int me = 1; me <= tasks; ++me) {
        const std::string node = "node " + std::to_string(me);
        setup.name(world.nodes[me].next, node + ".next");
        setup.name(world.nodes[me].waits, node + ".waits");
        setup.task("task " + std::to_string(me), [&world, me, how] {
            lock(world, me, how);
            plain_store(world.total, plain_load(world.total) + 1);
            unlock(world, me, how);
        });
    }
    setup.name(world.total, "total");
    setup.finally("the total counts every task", [&world] { return world.total == tasks; });
    setup.finally("the queue is empty", [&world] { return world.tail.counter == 0; });
    setup.sometimes("two hand the lock over",
                    [&world] { return world.hands_over[1] && world.hands_over[2]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "mcs-lock/correct",
         .story =
             "The MCS lock (Mellor-Crummey and Scott, TOCS 1991): a queue of tasks, each woken "
             "by the one before it.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "mcs-lock/broken-waits-late",
         .story =
             "An MCS lock that joins the queue before it says that it waits: the wake-up comes "
             "in between and is lost.",
         .build = [](Setup& setup) { build(setup, How::waits_late); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
        {.name = "mcs-lock/broken-leaves-in-two-steps",
         .story = "An MCS lock that looks whether it is the last and then empties the queue: who "
                  "has come in between is forgotten.",
         .build = [](Setup& setup) { build(setup, How::leaves_in_two_steps); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::mcs_lock
