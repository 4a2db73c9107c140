// SPDX-License-Identifier: Apache-2.0
// Small scenarios for the tests of reports.
#pragma once

#include <string>

#include "checker/sync/sync.h"
#include "scenarios/result.h"

namespace heddle {

constexpr unsigned lru_bit = 5;
constexpr unsigned mlocked_bit = 20;

struct ReportedWorld {
    spinlock_t one;
    spinlock_t other;
    atomic_t nr_mlock;
    unsigned long flags;
    unsigned long* owner;
};

inline void name_reported_world(Setup& setup, ReportedWorld& world) {
    std::vector<std::string> bits(21);
    bits[lru_bit] = "lru";
    bits[mlocked_bit] = "mlocked";
    setup.name({&world.one, sizeof(world.one), "zone0.lru_lock"});
    setup.name({&world.other, sizeof(world.other), "V.ptl"});
    setup.name({&world.nr_mlock, sizeof(world.nr_mlock), "zone0.NR_MLOCK"});
    setup.name({&world.flags, sizeof(world.flags), "P.flags", bits});
    setup.name({&world.owner, sizeof(world.owner), "V.page"});
}

// Both tasks read the counter before either writes it: one preemption, four steps, NR_MLOCK 1.
inline const Scenario told_lost_update = {
    .name = "lost-update",
    .story = "Two tasks count without an atomic operation.",
    .build =
        [](Setup& setup) {
            auto& world = setup.world<ReportedWorld>();
            name_reported_world(setup, world);
            const auto count = [&world] {
                atomic_set(&world.nr_mlock, atomic_read(&world.nr_mlock) + 1);
            };
            setup.task("munlock", count);
            setup.task("isolate", count);
            setup.claim(
                {.name = "B1",
                 .formula = "NR_MLOCK == 2",
                 .moment = Moment::finally,
                 .holds = [&world] { return world.nr_mlock.counter == 2; },
                 .sides =
                     [&world] { return "NR_MLOCK is " + std::to_string(world.nr_mlock.counter); },
                 .watches = [&world](const void* object,
                                     std::uint64_t) { return object == &world.nr_mlock; }});
            setup.describe(
                [&world] { return "nr_mlock " + std::to_string(world.nr_mlock.counter) + "\n"; });
        },
    .expect = "fail:B1",
    .hash = "5c0ffee5"};

// Each task holds the lock that the other wants.
inline const Scenario lock_inversion = {
    .name = "lock-inversion", .story = "Two locks in two orders.", .build = [](Setup& setup) {
        auto& world = setup.world<ReportedWorld>();
        name_reported_world(setup, world);
        const auto both = [](spinlock_t* first, spinlock_t* second) {
            spin_lock(first);
            spin_lock(second);
            spin_unlock(second);
            spin_unlock(first);
        };
        setup.task("munlock", [&world, both] { both(&world.one, &world.other); });
        setup.task("isolate", [&world, both] { both(&world.other, &world.one); });
    }};

// Two locks in two orders, only one of which a run takes.
inline const Scenario exclusive_orders = {
    .name = "exclusive-orders",
    .story = "The first task to come chooses the order.",
    .build =
        [](Setup& setup) {
            auto& world = setup.world<ReportedWorld>();
            name_reported_world(setup, world);
            const auto both = [&world](spinlock_t* first, spinlock_t* second) {
                if (atomic_add_return(1, &world.nr_mlock) == 1) {
                    spin_lock(first);
                    spin_lock(second);
                    spin_unlock(second);
                    spin_unlock(first);
                }
            };
            setup.task("munlock", [&world, both] { both(&world.one, &world.other); });
            setup.task("isolate", [&world, both] { both(&world.other, &world.one); });
        },
    .expect = "fail:lock-order"};

// A task finds a flag that the other has cleared; runs to its end otherwise.
inline const Scenario flag_bug = {.name = "flag-bug/seed",
                                  .story = "A VM_BUG_ON that a preemption reaches.",
                                  .build =
                                      [](Setup& setup) {
                                          auto& world = setup.world<ReportedWorld>();
                                          name_reported_world(setup, world);
                                          world.flags = bit_mask(mlocked_bit) | bit_mask(lru_bit);
                                          setup.task("munlock", [&world] {
                                              WRITE_ONCE(world.owner, &world.flags);
                                              VM_BUG_ON(!test_bit(mlocked_bit, &world.flags));
                                          });
                                          setup.task("isolate", [&world] {
                                              test_and_clear_bit(mlocked_bit, &world.flags);
                                              __clear_bit(lru_bit, &world.flags);
                                          });
                                          setup.always("V.page is NULL or P", [&world] {
                                              return world.owner == nullptr ||
                                                     world.owner == &world.flags;
                                          });
                                      },
                                  .expect = "fail:VM_BUG_ON"};

inline Result checked(const Scenario& scenario, const CheckOptions& options = {}) {
    return check_scenario({scenario, scenario.name}, options);
}

// A search that may visit a single state.
inline Result unfinished(const Scenario& scenario) {
    CheckOptions options;
    options.limits.states = 1;
    return checked(scenario, options);
}

}  // namespace heddle
