// SPDX-License-Identifier: Apache-2.0
// A lock that serves in the order of coming. Source: J. M. Mellor-Crummey and M. L. Scott,
// Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors, ACM Transactions on
// Computer Systems 9(1), 1991.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::ticket_lock {

namespace {

enum class How { correct, draws_in_two_steps, serves_the_last };

constexpr int tasks = 3;

struct World {
    atomic_t next_ticket;
    int now_serving;
    int total;
    bool waited[tasks];  // for the claims
};

int draw_ticket(World& world, How how) {
    if (how == How::draws_in_two_steps) {
        const int ticket = atomic_read(&world.next_ticket);
        atomic_set(&world.next_ticket, ticket + 1);
        return ticket;
    }
    return atomic_add_return(1, &world.next_ticket) - 1;
}

int lock(World& world, int me, How how) {
    const int ticket = draw_ticket(world, how);
    while (smp_load_acquire(&world.now_serving) != ticket) {
        tally([&] { world.waited[me] = true; });
        cpu_relax();
    }
    return ticket;
}

void unlock(World& world, int ticket, How how) {
    const int next = how == How::serves_the_last ? atomic_read(&world.next_ticket) : ticket + 1;
    smp_store_release(&world.now_serving, next);
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    setup.name(world.next_ticket, "next_ticket");
    setup.name(world.now_serving, "now_serving");
    setup.name(world.total, "total");
    for (int me = 0; me < tasks; ++me) {
        setup.task("task " + std::to_string(me), [&world, me, how] {
            const int ticket = lock(world, me, how);
            plain_store(world.total, plain_load(world.total) + 1);
            unlock(world, ticket, how);
        });
    }
    setup.finally("the total counts every task", [&world] { return world.total == tasks; });
    setup.sometimes("two have waited", [&world] { return world.waited[0] && world.waited[1]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "ticket-lock/correct",
         .story =
             "The ticket lock (Mellor-Crummey and Scott, TOCS 1991): draw a ticket, wait until "
             "it is served.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "ticket-lock/broken-draws-in-two-steps",
         .story = "A ticket lock whose tickets are drawn by a load and a store: two get the same, "
                  "and one of "
                  "them waits for ever.",
         .build = [](Setup& setup) { build(setup, How::draws_in_two_steps); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
        {.name = "ticket-lock/broken-serves-the-last",
         .story = "A ticket lock that serves the newest ticket: those who wait are passed over.",
         .build = [](Setup& setup) { build(setup, How::serves_the_last); },
         .expect = "fail:livelock",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::ticket_lock
