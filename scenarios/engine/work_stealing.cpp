// SPDX-License-Identifier: Apache-2.0
// Two workers share a tree of jobs: each has a deque, and steals when its own is empty. Source:
// R. D. Blumofe and C. E. Leiserson, Scheduling Multithreaded Computations by Work Stealing,
// Journal of the ACM 46(5), 1999.
#include "scenarios/engine/chase_lev_deque.h"
#include "scenarios/engine/structures.h"

namespace heddle::engine::work_stealing {

namespace {

enum class How { correct, goes_when_nothing_is_left, counts_children_late };

constexpr int workers = 2;
constexpr int jobs = 3;
constexpr int root = 1;  // it spawns the others

struct World {
    ChaseLevDeque deques[workers];
    atomic_t unfinished;    // jobs
    int results[jobs + 1];  // written by who runs the job, read by who has seen all finished
    int sum;
    int ran[workers];  // for the claims: a bit per job
};

void run_job(World& world, int me, int job, How how) {
    tally([&] { world.ran[me] |= 1 << job; });
    if (how == How::counts_children_late) {
        atomic_dec(&world.unfinished);
    }
    if (job == root) {
        atomic_add(jobs - 1, &world.unfinished);
        for (int child = root + 1; child <= jobs; ++child) {
            world.deques[me].push(child);
        }
    }
    plain_store(world.results[job], job);
    if (how != How::counts_children_late) {
        atomic_dec(&world.unfinished);
    }
}

bool is_over(World& world, const ChaseLevDeque& other, How how) {
    if (how == How::goes_when_nothing_is_left) {
        return atomic_read(&other.top) >= READ_ONCE(other.bottom);
    }
    return atomic_read(&world.unfinished) == 0;
}

void work(World& world, int me, How how) {
    ChaseLevDeque& own = world.deques[me];
    ChaseLevDeque& other = world.deques[1 - me];
    int job = me == 0 ? own.take(DequeMistake::none) : ChaseLevDeque::nothing;
    for (;;) {
        while (job != ChaseLevDeque::nothing) {
            run_job(world, me, job, how);
            job = own.take(DequeMistake::none);
        }
        job = other.steal();
        if (job == ChaseLevDeque::nothing) {
            if (is_over(world, other, how)) {
                return;
            }
            cpu_relax();
            forget(0);  // what was seen while waiting does not matter any more
        }
    }
}

void name_words(Setup& setup, const World& world) {
    for (int i = 0; i < workers; ++i) {
        const std::string deque = "deque " + std::to_string(i) + ".";
        setup.name(world.deques[i].top, deque + "top");
        setup.name(world.deques[i].bottom, deque + "bottom");
        setup.name(world.deques[i].items, deque + "items");
    }
    setup.name(world.unfinished, "unfinished");
    setup.name(world.results, "results");
}

void build(Setup& setup, How how) {
    World& world = setup.world<World>();
    name_words(setup, world);
    world.deques[0].items[0] = root;
    world.deques[0].bottom = 1;
    world.unfinished.counter = 1;
    setup.task("main", [&world, how] {
        work(world, 0, how);
        int sum = 0;
        for (int job = root; job <= jobs; ++job) {
            sum += plain_load(world.results[job]);
        }
        tally([&] { world.sum = sum; });
    });
    setup.task("helper", [&world, how] { work(world, 1, how); });
    setup.finally("each job runs once",
                  [&world] { return world.ran[0] + world.ran[1] == (1 << (jobs + 1)) - 2; });
    setup.finally("the sum counts every job", [&world] { return world.sum == 1 + 2 + 3; });
    setup.sometimes("the helper runs a job while the other runs the next",
                    [&world] { return world.ran[0] == 0b1010 && world.ran[1] == 0b0100; });
    setup.sometimes("the helper runs everything", [&world] { return world.ran[1] == 0b1110; });
}

}  // namespace

std::vector<Scenario> scenarios() {
    return {
        {.name = "work-stealing/correct",
         .story = "Two workers steal from each other (Blumofe and Leiserson, JACM 1999) until the "
                  "count of unfinished jobs is zero.",
         .build = [](Setup& setup) { build(setup, How::correct); },
         .labels = {"engine"}},
        {.name = "work-stealing/broken-goes-when-nothing-is-left",
         .story = "Workers that go home when there is nothing to steal, although the other still "
                  "runs a job.",
         .build = [](Setup& setup) { build(setup, How::goes_when_nothing_is_left); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
        {.name = "work-stealing/broken-counts-children-late",
         .story = "Workers that count a job as finished before they count what it spawns.",
         .build = [](Setup& setup) { build(setup, How::counts_children_late); },
         .expect = "fail:data-race",
         .labels = {"engine"}},
    };
}

}  // namespace heddle::engine::work_stealing
