// SPDX-License-Identifier: Apache-2.0
// A lock that is one word: whoever changes it from free to taken has it.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::test_and_set_lock {

namespace {

enum class How { correct, looks_and_then_sets, loses_patience };

constexpr int tasks = 3;
constexpr int patience = 2;

struct World {
    unsigned long word;
    int total;
    bool waited[tasks];  // for the claims
};

bool try_lock(World& world, How how) {
    if (how == How::looks_and_then_sets) {
        const bool was_free = READ_ONCE(world.word) == 0;
        if (was_free) {
            WRITE_ONCE(world.word, 1UL);
        }
        return was_free;
    }
    return cmpxchg(&world.word, 0, 1) == 0;
}

void lock(World& world, int me, How how) {
    for (int looks = 0; !try_lock(world, how); ++looks) {
        tally([&] { world.waited[me] = true; });
        if (how == How::loses_patience && looks == patience) {
            return;
        }
        if (how != How::loses_patience) {
            cpu_relax();
        }
    }
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    setup.name(world.word, "word");
    setup.name(world.total, "total");
    for (int me = 0; me < tasks; ++me) {
        setup.task("task " + std::to_string(me), [&world, me, how] {
            lock(world, me, how);
            plain_store(world.total, plain_load(world.total) + 1);
            smp_store_release(&world.word, 0UL);
        });
    }
    setup.finally("the total counts every task", [&world] { return world.total == tasks; });
    setup.sometimes("two have waited", [&world] { return world.waited[0] && world.waited[1]; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "test-and-set-lock/correct",
         .story = "The test-and-set lock: change the word from free to taken, or wait until it "
                  "changes and try again.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "test-and-set-lock/broken-looks-and-then-sets",
         .story = "A test-and-set lock in two steps: two see it free, and both take it.",
         .build = [](Setup& setup) { build(setup, How::looks_and_then_sets); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "test-and-set-lock/broken-loses-patience",
         .story = "A test-and-set lock whose waiters go in after a few looks, taken or not.",
         .build = [](Setup& setup) { build(setup, How::loses_patience); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::test_and_set_lock
