// SPDX-License-Identifier: Apache-2.0
// Scenarios of a few lines that several engine tests use.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/scenario.h"
#include "checker/search.h"
#include "checker/sync/sync.h"

namespace heddle {

// A scenario from its build function alone.
inline Scenario scenario_of(std::function<void(Setup&)> build) {
    Scenario scenario;
    scenario.name = "test";
    scenario.build = std::move(build);
    return scenario;
}

struct Counters {
    atomic_t a[8];
};

// `tasks` tasks, each of which increments a counter of its own `steps` times: every interleaving
// leads to another path through (steps + 1)^tasks states.
inline Scenario independent_steps(unsigned tasks, unsigned steps) {
    return scenario_of([tasks, steps](Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (unsigned task = 0; task < tasks; ++task) {
            setup.task("t" + std::to_string(task), [&world, task, steps] {
                for (unsigned i = 0; i < steps; ++i) {
                    atomic_inc(&world.a[task]);
                }
            });
        }
    });
}

// Two tasks increment a plain counter without a lock: one increment can be lost.
inline Scenario lost_update() {
    return scenario_of([](Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (const char* name : {"left", "right"}) {
            setup.task(name, [&world] {
                const int seen = READ_ONCE(world.a[0].counter);
                WRITE_ONCE(world.a[0].counter, seen + 1);
            });
        }
        setup.finally("both increments count", [&world] { return world.a[0].counter == 2; });
    });
}

struct TwoLocks {
    spinlock_t a;
    spinlock_t b;
};

// Two tasks take two locks in opposite order.
inline Scenario crossed_locks() {
    return scenario_of([](Setup& setup) {
        TwoLocks& world = setup.world<TwoLocks>();
        setup.name({&world.a, sizeof(world.a), "a"});
        setup.name({&world.b, sizeof(world.b), "b"});
        setup.task("forth", [&world] {
            spin_lock(&world.a);
            spin_lock(&world.b);
            spin_unlock(&world.b);
            spin_unlock(&world.a);
        });
        setup.task("back", [&world] {
            spin_lock(&world.b);
            spin_lock(&world.a);
            spin_unlock(&world.a);
            spin_unlock(&world.b);
        });
    });
}

// n tasks that add 1 to a plain counter under a lock, and are alike.
inline Scenario alike_mutex_inc(unsigned n) {
    struct World {
        spinlock_t lock;
        int count;
    };
    return scenario_of([n](heddle::Setup& setup) {
        World& world = setup.world<World>();
        std::vector<unsigned> tasks;
        for (unsigned task = 0; task < n; ++task) {
            setup.task("t" + std::to_string(task), [&world] {
                spin_lock(&world.lock);
                plain_store(world.count, plain_load(world.count) + 1);
                spin_unlock(&world.lock);
            });
            tasks.push_back(task);
        }
        setup.alike({.tasks = tasks});
        setup.finally("the total is right",
                      [&world, n] { return world.count == static_cast<int>(n); });
    });
}

}  // namespace heddle
