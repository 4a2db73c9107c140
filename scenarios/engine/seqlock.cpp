// SPDX-License-Identifier: Apache-2.0
// Readers that write nothing and read again if a writer was there. Sources: L. Lamport, Concurrent
// Reading and Writing, Communications of the ACM 20(11), 1977; H.-J. Boehm, Can Seqlocks Get Along
// with Programming Language Memory Models?, MSPC 2012.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::seqlock {

namespace {

enum class How { correct, counts_once, takes_odd };

constexpr int writers = 2;

struct Pair {
    int left;
    int right;
};

struct World {
    spinlock_t lock;  // of the writers
    int sequence;     // odd while somebody writes
    Pair pair;        // read while it is written, so by READ_ONCE()
    Pair seen;        // for the claims
    bool read_again;
};

void write_both(World& world, How how) {
    spin_lock(&world.lock);
    const int sequence = READ_ONCE(world.sequence);
    if (how != How::counts_once) {
        WRITE_ONCE(world.sequence, sequence + 1);
        smp_wmb();
    }
    const int value = READ_ONCE(world.pair.left) + 1;
    WRITE_ONCE(world.pair.left, value);
    WRITE_ONCE(world.pair.right, value);
    smp_store_release(&world.sequence, sequence + 2);
    spin_unlock(&world.lock);
}

int wait_for_writers(World& world, How how) {
    int sequence = smp_load_acquire(&world.sequence);
    while (how != How::takes_odd && sequence % 2 != 0) {
        cpu_relax();
        sequence = smp_load_acquire(&world.sequence);
    }
    return sequence;
}

Pair read_both(World& world, How how) {
    for (;;) {
        const int sequence = wait_for_writers(world, how);
        const Pair pair = {READ_ONCE(world.pair.left), READ_ONCE(world.pair.right)};
        smp_rmb();
        if (READ_ONCE(world.sequence) == sequence) {
            return pair;
        }
        tally([&] { world.read_again = true; });
    }
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    setup.name(world.lock, "lock");
    setup.name(world.sequence, "sequence");
    setup.name(world.pair.left, "left");
    setup.name(world.pair.right, "right");
    for (int writer = 0; writer < writers; ++writer) {
        setup.task("writer " + std::to_string(writer), [&world, how] { write_both(world, how); });
    }
    setup.task("reader", [&world, how] {
        const Pair pair = read_both(world, how);
        tally([&] { world.seen = pair; });
    });
    setup.finally("what is read was written together",
                  [&world] { return world.seen.left == world.seen.right; });
    setup.finally("no write is lost", [&world] { return world.pair.right == writers; });
    setup.sometimes("the reader reads again and sees the first of two writes",
                    [&world] { return world.read_again && world.seen.left == 1; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "seqlock/correct",
         .story = "A sequence lock (Lamport, CACM 1977; Boehm, MSPC 2012): writers count before "
                  "and after, a reader reads again if the count has moved.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "seqlock/broken-counts-once",
         .story = "A sequence lock whose writers count only when they are done: a reader between "
                  "their two stores notices nothing.",
         .build = [](Setup& setup) { build(setup, How::counts_once); },
         .expect = "fail:what is read was written together",
         .labels = {"engine"}},
        {.name = "seqlock/broken-takes-odd",
         .story = "A sequence lock whose reader does not mind an odd count, and reads while "
                  "somebody writes.",
         .build = [](Setup& setup) { build(setup, How::takes_odd); },
         .expect = "fail:what is read was written together",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::seqlock
