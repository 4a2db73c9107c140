// SPDX-License-Identifier: Apache-2.0
#include "scenarios/engine/chase_lev_deque.h"

#include "scenarios/engine/structures.h"

namespace heddle::engine::chase_lev_deque {

namespace {

constexpr int items = 3;
constexpr int tasks = 3;

struct World {
    ChaseLevDeque deque;
    // For the claims:
    int got[tasks];  // a bit per item
    bool got_twice[tasks];
};

void count_as_got(World& world, int me, int item) {
    world.got_twice[me] = world.got_twice[me] || (item != 0 && (world.got[me] >> item & 1) != 0);
    world.got[me] |= item == 0 ? 0 : 1 << item;
}

int left(const ChaseLevDeque& deque) {
    int found = 0;
    for (int i = deque.top.counter; i < deque.bottom; ++i) {
        found |= 1 << deque.items[i % ChaseLevDeque::capacity];
    }
    return found;
}

void build(Setup& setup, DequeMistake mistake) {
    World& world = setup.world<World>();
    setup.name(world.deque.top, "top");
    setup.name(world.deque.bottom, "bottom");
    setup.name(world.deque.items, "items");
    world.deque.items[0] = 1;
    world.deque.bottom = 1;
    setup.task("owner", [&world, mistake] {
        for (int item = 2; item <= items; ++item) {
            world.deque.push(item);
        }
        for (int turn = 0; turn < 2; ++turn) {
            const int item = world.deque.take(mistake);
            tally([&] { count_as_got(world, 0, item); });
        }
    });
    for (int me = 1; me < tasks; ++me) {
        setup.task("thief " + std::to_string(me), [&world, me] {
            const int item = world.deque.steal();
            tally([&] { count_as_got(world, me, item); });
        });
    }
    setup.finally("no item is got twice", [&world] {
        const int* got = world.got;
        return (got[0] & got[1]) == 0 && (got[0] & got[2]) == 0 && (got[1] & got[2]) == 0 &&
               !world.got_twice[0];
    });
    setup.finally("each item is got, or left", [&world] {
        const int got = world.got[0] | world.got[1] | world.got[2];
        return (got | left(world.deque)) == 0b1110 && (got & left(world.deque)) == 0;
    });
    setup.sometimes("the thieves leave the owner nothing but the last", [&world] {
        return world.got[0] == 0b1000 && (world.got[1] | world.got[2]) == 0b0110;
    });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "chase-lev-deque/correct",
         .story = "The deque of Chase and Lev (SPAA 2005): its owner puts and takes, two others "
                  "steal.",
         .build = [](Setup& setup) { build(setup, DequeMistake::none); },
         .labels = {"engine"}},
        {.name = "chase-lev-deque/broken-takes-the-last-blindly",
         .story = "The deque whose owner takes the last item without competing for it.",
         .build = [](Setup& setup) { build(setup, DequeMistake::takes_the_last_blindly); },
         .expect = "fail:no item is got twice",
         .labels = {"engine"}},
        {.name = "chase-lev-deque/broken-looks-before-it-claims",
         .story = "The deque whose owner looks at the top before it lowers the bottom: what it "
                  "believes to have alone has been stolen.",
         .build = [](Setup& setup) { build(setup, DequeMistake::looks_before_it_claims); },
         .expect = "fail:no item is got twice",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::chase_lev_deque
