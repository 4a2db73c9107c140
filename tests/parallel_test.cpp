// SPDX-License-Identifier: Apache-2.0
#include "checker/parallel.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <new>
#include <random>
#include <set>

#include "checker/exhaustive.h"
#include "tests/small_scenarios.h"

namespace heddle::parallel_test {
namespace {

using Kind = Verdict::Kind;

Summary summary_of(const Scenario& scenario, unsigned jobs) {
    CheckOptions options;
    options.how.jobs = jobs;
    return check(scenario, options);
}

Summary search_by(const Scenario& scenario, ParallelOptions options, const Limits& limits = {}) {
    Execution execution(scenario);
    Budget budget(limits);
    Summary summary;
    Parallel(std::move(options)).run(execution, budget, summary);
    return summary;
}

TEST(Parallel, CountsTheSameWhateverTheNumberOfWorkers) {
    for (const unsigned jobs : {1U, 2U, 3U, 5U}) {
        const Summary summary = search_by(independent_steps(4, 9), {.jobs = jobs});

        EXPECT_EQ(summary.verdict.kind, Kind::pass);
        EXPECT_EQ(summary.states, 10'000U);       // (9 + 1)^4
        EXPECT_EQ(summary.transitions, 36'000U);  // 4 * 9 * (9 + 1)^3
        EXPECT_EQ(summary.executions, 1U);
        EXPECT_EQ(summary.depth_max, 36U);
    }
}

TEST(Parallel, GrowsTheTableWhileWorkersAreAtIt) {
    const Summary summary = search_by(independent_steps(5, 11), {.jobs = 2});

    EXPECT_EQ(summary.states, 248'832U);              // (11 + 1)^5
    EXPECT_EQ(summary.transitions, 1'140'480U);       // 5 * 11 * (11 + 1)^4
    EXPECT_EQ(summary.visited_bytes, 16U * 524'288);  // 65,536 slots doubled three times
}

TEST(Parallel, FindsTheViolationThatOneProcessFinds) {
    for (const Scenario& scenario : {lost_update(), crossed_locks()}) {
        const Summary alone = summary_of(scenario, 1);
        const Summary together = summary_of(scenario, 2);

        ASSERT_EQ(together.verdict.kind, Kind::fail);
        EXPECT_EQ(together.verdict.violation->claim, alone.verdict.violation->claim);
        EXPECT_EQ(together.verdict.violation->sides, alone.verdict.violation->sides);
        EXPECT_EQ(together.verdict.schedule, alone.verdict.schedule);
        EXPECT_TRUE(together.verdict.minimal);
    }
}

TEST(Parallel, FindsAViolationOfTheFirstStateAndOneWithoutTasks) {
    const Summary broken = summary_of(scenario_of([](heddle::Setup& setup) {
                                          setup.world<Counters>();
                                          setup.always("never", [] { return false; });
                                      }),
                                      2);
    ASSERT_EQ(broken.verdict.kind, Kind::fail);
    EXPECT_TRUE(broken.verdict.schedule.empty());

    const Summary nothing =
        summary_of(scenario_of([](heddle::Setup& setup) { setup.world<Counters>(); }), 2);
    EXPECT_EQ(nothing.verdict.kind, Kind::pass);
    EXPECT_EQ(nothing.states, 1U);
    EXPECT_EQ(nothing.executions, 1U);
}

TEST(Parallel, CollectsTheClaimsThatWereReached) {
    Scenario scenario = independent_steps(3, 3);
    const auto build = scenario.build;
    scenario.build = [build](heddle::Setup& setup) {
        build(setup);
        for (int task = 0; task < 3; ++task) {
            setup.sometimes("task " + std::to_string(task) + " is first", [task] {
                const Counters& world = *static_cast<Counters*>(world_root());
                int sum = 0;
                for (const atomic_t& counter : world.a) {
                    sum += counter.counter;
                }
                return sum == 1 && world.a[task].counter == 1;
            });
        }
    };
    EXPECT_EQ(summary_of(scenario, 2).verdict.kind, Kind::pass);

    const auto with_three = scenario.build;
    scenario.build = [with_three](heddle::Setup& setup) {
        with_three(setup);
        setup.sometimes("pigs fly", [] { return false; });
    };
    const Summary summary = summary_of(scenario, 2);
    EXPECT_EQ(summary.verdict.kind, Kind::vacuous);
    EXPECT_EQ(summary.verdict.reason, "no state reaches: pigs fly");
}

TEST(Parallel, CollectsTheOrderOfLocks) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        struct World {
            spinlock_t a;
            spinlock_t b;
            atomic_t done;
        };
        World& world = setup.world<World>();
        setup.name({&world.a, sizeof(world.a), "a"});
        setup.name({&world.b, sizeof(world.b), "b"});
        setup.task("forth", [&world] {
            spin_lock(&world.a);
            spin_lock(&world.b);
            spin_unlock(&world.b);
            spin_unlock(&world.a);
            atomic_inc(&world.done);
        });
        setup.task("back", [&world] {  // only when the other has gone: no run deadlocks
            if (atomic_read(&world.done) != 0) {
                spin_lock(&world.b);
                spin_lock(&world.a);
                spin_unlock(&world.a);
                spin_unlock(&world.b);
            }
        });
    });
    const Summary alone = summary_of(scenario, 1);
    const Summary together = summary_of(scenario, 2);

    ASSERT_EQ(together.verdict.kind, Kind::fail);
    EXPECT_EQ(together.verdict.violation->claim, "lock-order");
    EXPECT_EQ(together.verdict.violation->sides, alone.verdict.violation->sides);
    EXPECT_EQ(together.verdict.schedule, alone.verdict.schedule);
    EXPECT_EQ(together.states, alone.states);
}

TEST(Parallel, ShowsEachFinalStateToWhoWantsToSeeThem) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (int task = 0; task < 4; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                WRITE_ONCE(world.a[0].counter, task);
                WRITE_ONCE(world.a[1].counter, task);
            });
        }
    });
    std::multiset<std::pair<int, int>> finals;
    const Summary summary =
        search_by(scenario, {.jobs = 2, .on_final = [&finals](const Execution&) {
                                 const Counters& world = *static_cast<Counters*>(world_root());
                                 finals.insert({world.a[0].counter, world.a[1].counter});
                             }});
    EXPECT_EQ(summary.executions, 16U);  // the last writer of each of two words
    EXPECT_EQ(finals.size(), 16U);
    EXPECT_EQ(std::set(finals.begin(), finals.end()).size(), 16U);
}

TEST(Parallel, GivesUpAtALimitAndSaysWhich) {
    const Summary few = search_by(independent_steps(6, 9), {.jobs = 2}, {.states = 1000});
    EXPECT_EQ(few.verdict.kind, Kind::unknown);
    EXPECT_EQ(few.verdict.reason, "limit of 1000 states reached");
    EXPECT_GE(few.states, 1000U);

    const Summary shallow = search_by(independent_steps(3, 9), {.jobs = 2}, {.steps_of_a_run = 20});
    EXPECT_EQ(shallow.verdict.kind, Kind::unknown);
    EXPECT_EQ(shallow.verdict.reason, "a run of 20 steps has not come to an end");
}

// ---- killed workers

// Kills a random worker in every `period`th round of the coordinator.
std::function<void(std::span<const pid_t>)> killer(unsigned seed, unsigned period,
                                                   unsigned kills_max, unsigned& kills) {
    return [random = std::mt19937(seed), period, kills_max,
            &kills](std::span<const pid_t> workers) mutable {
        const pid_t worker = workers[random() % workers.size()];
        if (kills < kills_max && worker != 0 && random() % period == 0) {
            kill(worker, SIGKILL);
            ++kills;
        }
    };
}

TEST(Parallel, LosesNothingWhenWorkersAreKilled) {
    for (unsigned seed = 1; seed <= 6; ++seed) {
        unsigned kills = 0;
        const Summary summary = search_by(independent_steps(4, 9),
                                          {.jobs = 2, .on_round = killer(seed, 50, 30, kills)});

        EXPECT_EQ(summary.verdict.kind, Kind::pass) << seed;
        EXPECT_EQ(summary.states, 10'000U) << seed;
        EXPECT_GE(summary.transitions, 36'000U) << seed;
        EXPECT_GE(kills, 1U) << seed;
    }
}

// The state is in the table, and what lies behind it is not yet.
TEST(Parallel, GoesOnWhereAWorkerDiedWhileItLookedAtAState) {
    void* shared = mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    auto* has_died = new (shared) std::atomic<bool>(false);
    Scenario scenario = independent_steps(1, 4);
    scenario.build = [build = scenario.build, has_died](heddle::Setup& setup) {
        build(setup);
        setup.always("", [has_died] {
            const auto& world = *static_cast<const Counters*>(world_root());
            if (world.a[0].counter == 2 && !has_died->exchange(true)) {
                raise(SIGKILL);
            }
            return true;
        });
    };
    const Summary summary = search_by(scenario, {.jobs = 2});
    EXPECT_TRUE(*has_died);
    EXPECT_EQ(summary.verdict.kind, Kind::pass);
    EXPECT_EQ(summary.states, 5U);
    EXPECT_EQ(summary.executions, 1U);
    munmap(shared, sizeof(std::atomic<bool>));
}

TEST(Parallel, FindsTheViolationAlthoughWorkersAreKilled) {
    Scenario scenario = independent_steps(4, 6);
    const auto build = scenario.build;
    scenario.build = [build](heddle::Setup& setup) {
        build(setup);
        setup.finally("wrong", [] { return false; });
    };
    for (unsigned seed = 1; seed <= 6; ++seed) {
        unsigned kills = 0;
        const Summary summary =
            search_by(scenario, {.jobs = 2, .on_round = killer(seed, 20, 30, kills)});

        ASSERT_EQ(summary.verdict.kind, Kind::fail) << seed;
        EXPECT_EQ(summary.verdict.violation->claim, "wrong") << seed;
        EXPECT_EQ(summary.verdict.schedule.size(), 24U) << seed;  // 4 tasks of 6 steps
    }
}

TEST(Parallel, GivesUpWhenWorkersAreKilledAgainAndAgain) {
    const Summary summary = search_by(independent_steps(4, 9),
                                      {.jobs = 2, .on_round = [](std::span<const pid_t> workers) {
                                           for (const pid_t worker : workers) {
                                               kill(worker, SIGKILL);
                                           }
                                       }});
    EXPECT_EQ(summary.verdict.kind, Kind::unknown);
    EXPECT_EQ(summary.verdict.reason, "the worker processes are killed again and again");
}

// What the handlers of crashes in the code under test cannot mend.
TEST(Parallel, MakesTheDeathOfAWorkerAFindingWithItsSchedule) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        setup.world<Counters>();
        setup.task("other", [] { smp_mb(); });
        setup.task("broken", [] {
            smp_mb();
            std::_Exit(42);
        });
    });
    const Summary summary = summary_of(scenario, 2);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "crash");
    EXPECT_EQ(summary.verdict.violation->sides, "it ended with exit code 42");
    EXPECT_EQ(summary.verdict.schedule.back().task, 1);
    EXPECT_TRUE(summary.verdict.deadly);
}

}  // namespace
}  // namespace heddle::parallel_test
