// SPDX-License-Identifier: Apache-2.0
// Scenarios of a few locks, in which no run deadlocks.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "checker/schedule.h"
#include "checker/sync/sync.h"
#include "tests/small_scenarios.h"

namespace heddle {

struct Locks {
    spinlock_t a;
    spinlock_t b;
    spinlock_t c;
    struct rw_semaphore r;
    struct rw_semaphore s;
    struct mutex m;
    unsigned long page[2];
    int turn;
};

using Body = void (*)(Locks&);

inline void name_locks(Setup& setup, const Locks& world) {
    setup.name({&world.a, sizeof(world.a), "a"});
    setup.name({&world.b, sizeof(world.b), "b"});
    setup.name({&world.c, sizeof(world.c), "c"});
    setup.name({&world.r, sizeof(world.r), "r"});
    setup.name({&world.s, sizeof(world.s), "s"});
    setup.name({&world.m, sizeof(world.m), "m"});
}

// Tasks t0, t1 ... one after the other: each waits for its turn before it touches a lock, so that
// no run deadlocks.
inline Scenario in_turns(const std::vector<Body>& bodies,
                         const std::function<void(Setup&, Locks&)>& more = {}) {
    return scenario_of([bodies, more](Setup& setup) {
        Locks& world = setup.world<Locks>();
        name_locks(setup, world);
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            setup.task("t" + std::to_string(i), [&world, i, body = bodies[i]] {
                if (READ_ONCE(world.turn) == static_cast<int>(i)) {
                    body(world);
                    WRITE_ONCE(world.turn, world.turn + 1);
                }
            });
        }
        if (more) {
            more(setup, world);
        }
    });
}

template <spinlock_t Locks::*outer, spinlock_t Locks::*inner>
void nest(Locks& world) {
    spin_lock(&(world.*outer));
    spin_lock(&(world.*inner));
    spin_unlock(&(world.*inner));
    spin_unlock(&(world.*outer));
}

constexpr Body a_then_b = nest<&Locks::a, &Locks::b>;
constexpr Body b_then_a = nest<&Locks::b, &Locks::a>;
constexpr Body b_then_c = nest<&Locks::b, &Locks::c>;
constexpr Body c_then_a = nest<&Locks::c, &Locks::a>;

inline std::string claim_of(const Summary& summary) {
    return summary.verdict.violation ? summary.verdict.violation->claim
                                     : name_of(summary.verdict.kind);
}

// What both searches say, and that a violation replays to itself.
inline std::string verdict_of(const Scenario& scenario) {
    const Summary exhaustive = check(scenario);
    const Summary bounded = check(scenario, {.search = "bounded"});
    EXPECT_EQ(exhaustive.verdict.schedule, bounded.verdict.schedule);
    EXPECT_EQ(claim_of(exhaustive), claim_of(bounded));
    if (exhaustive.verdict.violation) {
        const Replay again = replay(scenario, exhaustive.verdict.schedule);
        EXPECT_EQ(again.verdict.kind, Verdict::Kind::fail);
        EXPECT_EQ(again.verdict.violation->claim, exhaustive.verdict.violation->claim);
        EXPECT_EQ(again.verdict.violation->sides, exhaustive.verdict.violation->sides);
    }
    return claim_of(exhaustive);
}

// The interrupt is bound to a CPU of its own, where no task can be in its way.
inline Scenario with_interrupt(Body handler, const std::vector<Body>& bodies) {
    return in_turns(bodies, [handler](Setup& setup, Locks& world) {
        setup.interrupt("irq", 7, [&world, handler] { handler(world); });
    });
}

inline void take_a(Locks& world) {
    spin_lock(&world.a);
    spin_unlock(&world.a);
}

inline void take_a_irqs_off(Locks& world) {
    spin_lock_irq(&world.a);
    spin_unlock_irq(&world.a);
}

}  // namespace heddle
