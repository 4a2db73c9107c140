// SPDX-License-Identifier: Apache-2.0
// Checks a queue with two producers and a consumer and prints what was found. Usage: inbox_check
// [broken]. Exit code 0 if it passes.
#include "inbox.h"

#include <iostream>
#include <string>

#include "checker/heddle.h"

namespace {

template <class Queue>
struct World {
    Queue queue;
    int taken;

    int length_from(int item) const { return item == 0 ? 0 : 1 + length_from(queue.below[item]); }
};

template <class Queue>
void build(heddle::Setup& setup) {
    auto& world = setup.world<World<Queue>>();
    setup.name(world.queue.head, "head");
    setup.name(world.queue.below, "below");
    for (int item = 1; item <= 2; ++item) {
        setup.task("producer " + std::to_string(item), [&world, item] { world.queue.put(item); });
    }
    setup.task("consumer", [&world] {
        for (int round = 0; round < 2; ++round) {
            const int top = world.queue.take_all();
            heddle::ghost([&] { world.taken += world.length_from(top); });
        }
    });
    setup.finally("nothing is lost", [&world] {
        return world.taken + world.length_from(world.queue.head.counter) == 2;
    });
    setup.sometimes("both are taken", [&world] { return world.taken == 2; });
}

}  // namespace

int main(int argc, char** argv) {
    const bool broken = argc > 1 && std::string(argv[1]) == "broken";
    const heddle::Scenario scenario = {.name = broken ? "broken-inbox" : "inbox",
                                       .build = broken ? build<BrokenInbox> : build<Inbox>};
    const heddle::Summary summary = heddle::check(scenario);
    std::cout << heddle::text_of(scenario, summary);
    return summary.met() ? 0 : 1;
}
