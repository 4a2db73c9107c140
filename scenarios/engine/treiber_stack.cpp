// SPDX-License-Identifier: Apache-2.0
// A stack whose head is exchanged. Source: R. K. Treiber, Systems Programming: Coping with
// Parallelism, IBM Research Report RJ 5118, 1986, which also has the count beside the head.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::treiber_stack {

namespace {

enum class How { correct, aba, pushes_blindly };

// Nodes are numbered from 1; 0 is none.
constexpr int nodes = 3;
constexpr int tasks = 2;

struct World {
    atomic_t head;  // the top node, and how often the head has changed
    int next[nodes + 1];
    int held[tasks];  // for the claims: a bit per node
};

constexpr int nodes_max = 8;
int node_of(int head) { return head % nodes_max; }

// What replaces `head` when `node` becomes the top.
int head_with(int node, int head, How how) {
    return how == How::aba ? node : head - node_of(head) + nodes_max + node;
}

int pop(World& world, int me, How how) {
    for (;;) {
        const int head = atomic_read(&world.head);
        const int node = node_of(head);
        if (node == 0) {
            return 0;
        }
        const int next = READ_ONCE(world.next[node]);
        if (atomic_cmpxchg(&world.head, head, head_with(next, head, how)) == head) {
            tally([&] { world.held[me] |= 1 << node; });
            return node;
        }
    }
}

bool replace_head(World& world, int head, int node, How how) {
    if (how == How::pushes_blindly) {
        atomic_set(&world.head, head_with(node, head, how));
        return true;
    }
    return atomic_cmpxchg(&world.head, head, head_with(node, head, how)) == head;
}

void push(World& world, int me, int node, How how) {
    int head = 0;
    do {
        head = atomic_read(&world.head);
        WRITE_ONCE(world.next[node], node_of(head));
    } while (!replace_head(world, head, node, how));
    tally([&] { world.held[me] &= ~(1 << node); });
}

int nodes_in_stack(const World& world) {
    int found = 0;
    for (int node = node_of(world.head.counter); (found >> node & 1) == 0;
         node = world.next[node]) {
        found |= 1 << node;
    }
    return found & ~1;
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    world.head.counter = 1;
    world.next[1] = 2;
    world.next[2] = 3;
    setup.name(world.head, "head");
    setup.name(world.next, "next");
    setup.task("popper", [&world, how] { pop(world, 0, how); });
    setup.task("recycler", [&world, how] {
        const int first = pop(world, 1, how);
        pop(world, 1, how);
        if (first != 0) {
            push(world, 1, first, how);
        }
    });
    setup.finally("each node is in one place", [&world] {
        const int stack = nodes_in_stack(world);
        const int all = (1 << (nodes + 1)) - 2;
        return stack + world.held[0] + world.held[1] == all &&
               (stack | world.held[0] | world.held[1]) == all;
    });
    setup.sometimes("the popper takes the node that was pushed back",
                    [&world] { return world.held[0] == 0b0010 && world.held[1] == 0b0100; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "treiber-stack/correct",
         .story = "Treiber's stack (IBM RJ 5118, 1986) with a count beside the head, while a node "
                  "is popped and pushed back.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "treiber-stack/broken-aba",
         .story = "Treiber's stack without the count: the head is the node it was, what lies below "
                  "it is not (ABA).",
         .build = [](Setup& setup) { build(setup, How::aba); },
         .expect = "fail:each node is in one place",
         .labels = {"engine"}},
        {.name = "treiber-stack/broken-pushes-blindly",
         .story = "Treiber's stack whose push stores the head without looking whether it has "
                  "changed.",
         .build = [](Setup& setup) { build(setup, How::pushes_blindly); },
         .expect = "fail:each node is in one place",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::treiber_stack
