// SPDX-License-Identifier: Apache-2.0
// A queue of linked nodes, which are used again. Source: M. M. Michael and M. L. Scott, Simple,
// Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms, PODC 1996.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::michael_scott_queue {

namespace {

enum class How { correct, links_blindly, without_counts, leaves_the_tail_behind };

// Nodes are numbered from 1; 0 is none. A link is a node, and how often the link has changed.
constexpr int nr_nodes = 3;
constexpr int nodes_max = 8;
int node_of(int link) { return link % nodes_max; }

struct Node {
    atomic_t next;
    int value;
};

struct World {
    atomic_t head;  // the node before the first element
    atomic_t tail;  // the last node or, for a moment, the one before it
    Node nodes[nr_nodes + 1];
    // For the claims, a bit per value:
    int put[3];
    int taken[3];
    bool taken_twice[3];
};

// True if `link` was `old` and now leads to `node`.
bool change(atomic_t& link, int old, int node, How how) {
    const int count = how == How::without_counts ? 0 : old - node_of(old) + nodes_max;
    return atomic_cmpxchg(&link, old, count + node) == old;
}

bool append(World& world, int tail, int next, int node, How how) {
    atomic_t& link = world.nodes[node_of(tail)].next;
    if (how == How::links_blindly) {
        atomic_set(&link, next - node_of(next) + nodes_max + node);
        return true;
    }
    return change(link, next, node, how);
}

void enqueue(World& world, int me, int node, int value, How how) {
    Node& mine = world.nodes[node];
    WRITE_ONCE(mine.value, value);
    const int old = atomic_read(&mine.next);
    atomic_set(&mine.next, old - node_of(old));
    for (;;) {
        const int tail = atomic_read(&world.tail);
        const int next = atomic_read(&world.nodes[node_of(tail)].next);
        if (tail != atomic_read(&world.tail)) {
            continue;
        }
        if (node_of(next) != 0) {
            change(world.tail, tail, node_of(next), how);
        } else if (append(world, tail, next, node, how)) {
            tally([&] { world.put[me] |= 1 << value; });
            change(world.tail, tail, node, how);
            return;
        }
    }
}

void count_as_taken(World& world, int me, int value) {
    world.taken_twice[me] = world.taken_twice[me] || (world.taken[me] >> value & 1) != 0;
    world.taken[me] |= 1 << value;
}

// A node that is the caller's to use again; 0 if the queue was empty.
int dequeue(World& world, int me, How how) {
    for (;;) {
        const int head = atomic_read(&world.head);
        const int tail = atomic_read(&world.tail);
        const int next = atomic_read(&world.nodes[node_of(head)].next);
        if (head != atomic_read(&world.head)) {
            continue;
        }
        if (node_of(next) == 0) {
            return 0;
        }
        if (node_of(head) == node_of(tail) && how != How::leaves_the_tail_behind) {
            change(world.tail, tail, node_of(next), how);
            continue;
        }
        const int value = READ_ONCE(world.nodes[node_of(next)].value);
        if (change(world.head, head, node_of(next), how)) {
            tally([&] { count_as_taken(world, me, value); });
            return node_of(head);
        }
    }
}

// A bit per value; stops where links go in a circle.
int values_in_queue(const World& world) {
    int values = 0;
    int node = node_of(world.nodes[node_of(world.head.counter)].next.counter);
    for (int steps = 0; node != 0 && steps < nr_nodes; ++steps) {
        values |= 1 << world.nodes[node].value;
        node = node_of(world.nodes[node].next.counter);
    }
    return values;
}

// Node 1 is before the first element, node 2 holds value 0, node 3 is the maker's.
void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    world.head.counter = 1;
    world.tail.counter = 2;
    world.nodes[1].next.counter = 2;
    setup.name(world.head, "head");
    setup.name(world.tail, "tail");
    for (int node = 1; node <= nr_nodes; ++node) {
        setup.name(world.nodes[node].next, "next[" + std::to_string(node) + "]");
        setup.name(world.nodes[node].value, "value[" + std::to_string(node) + "]");
    }
    setup.task("recycler", [&world, how] {
        if (const int node = dequeue(world, 0, how)) {
            enqueue(world, 0, node, 1, how);
            dequeue(world, 0, how);
        }
    });
    setup.task("taker", [&world, how] { dequeue(world, 1, how); });
    setup.task("maker", [&world, how] { enqueue(world, 2, 3, 2, how); });
    const auto put = [&world] { return 1 | world.put[0] | world.put[1] | world.put[2]; };
    setup.finally("no element is taken twice", [&world] {
        return (world.taken[0] & world.taken[1]) == 0 && !world.taken_twice[0];
    });
    setup.finally("no element is lost", [&world, put] {
        return (world.taken[0] | world.taken[1] | values_in_queue(world)) == put();
    });
    setup.finally("what was taken is in the queue no more", [&world] {
        return ((world.taken[0] | world.taken[1]) & values_in_queue(world)) == 0;
    });
    setup.finally("the oldest goes first",
                  [&world] { return ((world.taken[0] | world.taken[1]) & 1) != 0; });
    setup.sometimes("all three are taken",
                    [&world] { return (world.taken[0] | world.taken[1]) == 0b111; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "michael-scott-queue/correct",
         .story = "The queue of Michael and Scott (PODC 1996): two take, one of them puts a new "
                  "element into the node that it got, and a third puts another.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "michael-scott-queue/broken-links-blindly",
         .story = "The queue when a new node is linked by a store: of two at the same end one is "
                  "lost.",
         .build = [](Setup& setup) { build(setup, How::links_blindly); },
         .expect = "fail:no element is lost",
         .labels = {"engine"}},
        {.name = "michael-scott-queue/broken-without-counts",
         .story = "The queue without counts in its links: the head is the node it was, but has "
                  "been out and in again (ABA).",
         .build = [](Setup& setup) { build(setup, How::without_counts); },
         .expect = "fail:no element is taken twice",
         .labels = {"engine"}},
        {.name = "michael-scott-queue/broken-leaves-the-tail-behind",
         .story = "The queue when the head may overtake the tail: the node that the tail points "
                  "to is used again.",
         .build = [](Setup& setup) { build(setup, How::leaves_the_tail_behind); },
         .expect = "fail:no element is lost",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::michael_scott_queue
