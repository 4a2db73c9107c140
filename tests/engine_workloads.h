// SPDX-License-Identifier: Apache-2.0
// Programs whose number of traces is known.
#pragma once

#include <string>

#include "checker/sync/sync.h"
#include "tests/small_scenarios.h"

namespace heddle {

// n tasks count under a lock: n! traces.
inline Scenario mutex_inc(unsigned n) {
    struct World {
        struct mutex lock;
        unsigned count;
    };
    return scenario_of([n](Setup& setup) {
        World& world = setup.world<World>();
        for (unsigned task = 0; task < n; ++task) {
            setup.task("t" + std::to_string(task), [&world] {
                mutex_lock(&world.lock);
                plain_store(world.count, plain_load(world.count) + 1);
                mutex_unlock(&world.lock);
            });
        }
        setup.finally("all count", [&world, n] { return world.count == n; });
    });
}

// One task writes what n read: 2^n traces.
inline Scenario readers(unsigned n) {
    struct World {
        unsigned x;
    };
    return scenario_of([n](Setup& setup) {
        World& world = setup.world<World>();
        setup.task("writer", [&world] { WRITE_ONCE(world.x, 1); });
        for (unsigned task = 0; task < n; ++task) {
            setup.task("r" + std::to_string(task), [&world] { READ_ONCE(world.x); });
        }
    });
}

// n tasks do a[j] = a[j - 1] + 1, one looks for the last zero: (n + 3) * 2^(n - 2) traces.
inline Scenario lastzero(unsigned n) {
    struct World {
        unsigned a[32];
    };
    return scenario_of([n](Setup& setup) {
        World& world = setup.world<World>();
        setup.task("scan", [&world, n] {
            for (unsigned i = n; READ_ONCE(world.a[i]) != 0; --i) {
            }
        });
        for (unsigned j = 1; j <= n; ++j) {
            setup.task("w" + std::to_string(j),
                       [&world, j] { WRITE_ONCE(world.a[j], READ_ONCE(world.a[j - 1]) + 1); });
        }
    });
}

// n tasks insert four messages each into a hash table of 128 entries. Source: Flanagan and
// Godefroid, Dynamic Partial-Order Reduction for Model Checking Software, POPL 2005.
inline Scenario indexer(unsigned n) {
    struct World {
        unsigned long table[128];
    };
    return scenario_of([n](Setup& setup) {
        World& world = setup.world<World>();
        for (unsigned task = 0; task < n; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                for (unsigned m = 1; m <= 4; ++m) {
                    const unsigned long w = m * 11 + task;
                    unsigned long h = w * 7 % 128;
                    while (cmpxchg(&world.table[h], 0, w) != 0) {
                        h = (h + 1) % 128;
                    }
                }
            });
        }
    });
}

// n tasks create files. Source: as indexer().
inline Scenario filesystem(unsigned n) {
    constexpr unsigned blocks = 26;
    constexpr unsigned inodes = 32;
    struct World {
        struct mutex locki[inodes];
        struct mutex lockb[blocks];
        unsigned inode[inodes];
        bool busy[blocks];
    };
    return scenario_of([n](Setup& setup) {
        World& world = setup.world<World>();
        for (unsigned task = 0; task < n; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                const unsigned i = task % inodes;
                mutex_lock(&world.locki[i]);
                unsigned b = i * 2 % blocks;
                while (plain_load(world.inode[i]) == 0) {
                    mutex_lock(&world.lockb[b]);
                    if (!plain_load(world.busy[b])) {
                        plain_store(world.busy[b], true);
                        plain_store(world.inode[i], b + 1);
                    }
                    mutex_unlock(&world.lockb[b]);
                    b = (b + 1) % blocks;
                }
                mutex_unlock(&world.locki[i]);
            });
        }
    });
}

// One task munlocks a page that n tasks isolate from its list: (n + 1)! * 2^n traces.
inline Scenario munlock_mini(unsigned n) {
    constexpr unsigned mlocked = 0;
    constexpr unsigned lru = 1;
    struct World {
        spinlock_t lock;
        unsigned long flags;
        atomic_t count;
    };
    return scenario_of([n](Setup& setup) {
        World& world = setup.world<World>();
        world.flags = 1U << mlocked | 1U << lru;
        world.count.counter = 1;
        const auto put_back = [&world](bool isolated) {
            if (isolated) {
                spin_lock(&world.lock);
                set_bit(lru, &world.flags);
                spin_unlock(&world.lock);
            }
        };
        const auto isolate = [&world] {
            const bool found = test_bit(lru, &world.flags);
            if (found) {
                clear_bit(lru, &world.flags);
            }
            return found;
        };
        setup.task("munlock", [&world, put_back, isolate] {
            spin_lock(&world.lock);
            const bool was_mlocked = test_and_clear_bit(mlocked, &world.flags);
            const bool isolated = was_mlocked && isolate();
            if (was_mlocked) {
                atomic_dec(&world.count);
            }
            spin_unlock(&world.lock);
            put_back(isolated);
        });
        for (unsigned task = 0; task < n; ++task) {
            setup.task("i" + std::to_string(task), [&world, put_back, isolate] {
                spin_lock(&world.lock);
                const bool isolated = isolate();
                spin_unlock(&world.lock);
                put_back(isolated);
            });
        }
        setup.finally("the counter equals the flag", [&world] {
            return static_cast<unsigned>(world.count.counter) == (world.flags >> mlocked & 1);
        });
    });
}

}  // namespace heddle
