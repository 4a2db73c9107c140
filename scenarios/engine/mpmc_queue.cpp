// SPDX-License-Identifier: Apache-2.0
// A bounded queue for several producers and consumers, each cell with a number that says whose turn
// it is. Source: D. Vyukov, Bounded MPMC Queue, 1024cores.net, 2010.
#include "checker/sync/sync.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::mpmc_queue {

namespace {

enum class How { correct, publishes_early, claims_in_two_steps };

constexpr int nr_cells = 2;
constexpr int tasks = 3;

struct Cell {
    int turn;   // the position that may be put here; one more: taken from here
    int value;  // of the task whose turn it is alone
};

struct World {
    Cell cells[nr_cells];
    atomic_t put_position;
    atomic_t take_position;
    // For the claims, a bit per value:
    int put[tasks];
    int taken[tasks];
    bool out_of_order;
};

// Claims the next position whose cell has come to the turn `position + offset`; -1 if the next cell
// has not.
int claim_position(World& world, atomic_t& next, int offset, How how) {
    int position = atomic_read(&next);
    for (;;) {
        const int turn = smp_load_acquire(&world.cells[position % nr_cells].turn);
        if (turn < position + offset) {
            return -1;
        }
        int found = atomic_read(&next);
        if (turn == position + offset) {
            if (how == How::claims_in_two_steps) {
                atomic_set(&next, position + 1);
                return position;
            }
            found = atomic_cmpxchg(&next, position, position + 1);
            if (found == position) {
                return position;
            }
        }
        position = found;
    }
}

// False if the queue is full.
bool put(World& world, int me, int value, How how) {
    const int position = claim_position(world, world.put_position, 0, how);
    if (position < 0) {
        return false;
    }
    Cell& cell = world.cells[position % nr_cells];
    if (how == How::publishes_early) {
        smp_store_release(&cell.turn, position + 1);
        plain_store(cell.value, value);
    } else {
        plain_store(cell.value, value);
        smp_store_release(&cell.turn, position + 1);
    }
    tally([&] { world.put[me] |= 1 << value; });
    return true;
}

// 0 if the queue is empty.
int take(World& world, int me, How how) {
    const int position = claim_position(world, world.take_position, 1, how);
    if (position < 0) {
        return 0;
    }
    Cell& cell = world.cells[position % nr_cells];
    const int value = plain_load(cell.value);
    tally([&] { world.taken[me] |= 1 << value; });
    smp_store_release(&cell.turn, position + nr_cells);
    return value;
}

int values_in_queue(const World& world) {
    int values = 0;
    for (int position = world.take_position.counter; position < world.put_position.counter;
         ++position) {
        values |= 1 << world.cells[position % nr_cells].value;
    }
    return values;
}

// One puts 1 and 2, another 3, into a queue of two, from which a third takes as often as that.
void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    for (int i = 0; i < nr_cells; ++i) {
        world.cells[i].turn = i;
    }
    setup.name(world.put_position, "put_position");
    setup.name(world.take_position, "take_position");
    for (int i = 0; i < nr_cells; ++i) {
        setup.name(world.cells[i].turn, "turn[" + std::to_string(i) + "]");
        setup.name(world.cells[i].value, "value[" + std::to_string(i) + "]");
    }
    setup.task("first", [&world, how] {
        put(world, 0, 1, how);
        put(world, 0, 2, how);
    });
    setup.task("second", [&world, how] { put(world, 1, 3, how); });
    setup.task("taker", [&world, how] {
        int last = 0;
        for (int turn = 0; turn < 2; ++turn) {
            const int value = take(world, 2, how);
            tally([&] { world.out_of_order |= last == 2 && value == 1; });
            last = value;
        }
    });
    setup.finally("no element is lost", [&world] {
        return (world.taken[2] | values_in_queue(world)) == (world.put[0] | world.put[1]);
    });
    setup.finally("no element is there twice",
                  [&world] { return (world.taken[2] & values_in_queue(world)) == 0; });
    setup.finally("the elements of a task keep their order",
                  [&world] { return !world.out_of_order; });
    setup.sometimes("the queue is full, and the third element does not fit", [&world] {
        return (world.put[0] | world.put[1]) != 0b1110 && world.put_position.counter == nr_cells;
    });
    setup.sometimes("a cell is used again",
                    [&world] { return world.put_position.counter > nr_cells; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "mpmc-queue/correct",
         .story = "Vyukov's bounded queue (2010) of two cells: three elements, two producers, one "
                  "consumer.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "mpmc-queue/broken-publishes-early",
         .story = "The bounded queue when a cell is given to the consumer before its element is in "
                  "it.",
         .build = [](Setup& setup) { build(setup, How::publishes_early); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "mpmc-queue/broken-claims-in-two-steps",
         .story = "The bounded queue when a position is claimed by a load and a store: two put "
                  "into one cell.",
         .build = [](Setup& setup) { build(setup, How::claims_in_two_steps); },
         .expect = "fail:no element is lost",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::mpmc_queue
