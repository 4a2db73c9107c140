// SPDX-License-Identifier: Apache-2.0
// What --check-engine looks at in each state.
#include <gtest/gtest.h>

#include "checker/exhaustive.h"
#include "tests/small_scenarios.h"

namespace heddle::engine_checks_test {
namespace {

// Not minimised, which would look for something else to report.
Summary check_engine(const Scenario& scenario) {
    Execution execution(scenario, {.check_commutation = true, .check_alike = true});
    Budget budget({});
    Summary summary;
    Exhaustive(Reductions::all()).run(execution, budget, summary);
    return summary;
}

// Each of two tasks writes to a word of its own, and beside that does what nobody is told of.
Scenario two_that_also(void (*touch)(int& word, int task)) {
    struct World {
        int own[2];
        int word;
    };
    return scenario_of([touch](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.name(world.word, "word");
        for (int task = 0; task < 2; ++task) {
            setup.task("t" + std::to_string(task), [&world, touch, task] {
                WRITE_ONCE(world.own[task], 1);
                touch(world.word, task);
                WRITE_ONCE(world.own[task], 2);
            });
        }
    });
}

TEST(EngineChecks, FindWhatATaskWritesWithoutAnnouncingIt) {
    const Summary summary = check_engine(two_that_also([](int& word, int task) { word = task; }));

    ASSERT_EQ(summary.verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "commutation");
    EXPECT_EQ(summary.verdict.violation->sides,
              "t0 WRITE_ONCE in operator()(), t1 WRITE_ONCE in operator()(): their order makes a "
              "difference to word");
    EXPECT_TRUE(summary.verdict.schedule.empty());
}

TEST(EngineChecks, FindWhatATaskReadsWithoutAnnouncingIt) {
    const Summary summary = check_engine(two_that_also([](int& word, int) {
        observe(static_cast<std::uint64_t>(word));
        ++word;
    }));
    ASSERT_EQ(summary.verdict.kind, Verdict::Kind::fail);
    EXPECT_TRUE(summary.verdict.violation->sides.ends_with(" to what t0 has seen"));
}

TEST(EngineChecks, AcceptWhatCommutes) {
    const Scenario counts = two_that_also([](int& word, int) { ++word; });
    const Scenario allocates = two_that_also([](int&, int) { delete new int; });
    struct World {
        struct rw_semaphore semaphore;
        atomic_t sum;
        unsigned long bits;
    };
    const Scenario shares = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        for (unsigned task = 0; task < 3; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                down_read(&world.semaphore);
                atomic_add(static_cast<int>(task), &world.sum);
                set_bit(task, &world.bits);
                up_read(&world.semaphore);
            });
        }
    });
    for (const Scenario& scenario : {counts, allocates, shares, independent_steps(3, 2)}) {
        const Summary summary = check_engine(scenario);
        EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass) << summary.verdict.violation->sides;
    }
}

// The searches go on from where they were.
TEST(EngineChecks, ChangeNoCount) {
    for (const Scenario& scenario : {lost_update(), crossed_locks(), independent_steps(3, 2)}) {
        for (const SearchKind& search : searches()) {
            CheckOptions options;
            options.search = search.name;
            options.how.reductions = Reductions::all();
            options.how.runs = 10;
            const Summary without = check(scenario, options);
            options.execution.check_commutation = true;
            options.execution.check_alike = true;
            const Summary with = check(scenario, options);
            EXPECT_EQ(with.states, without.states) << search.name;
            EXPECT_EQ(with.transitions, without.transitions) << search.name;
            EXPECT_EQ(with.executions, without.executions) << search.name;
            EXPECT_EQ(with.verdict.schedule, without.verdict.schedule) << search.name;
        }
    }
}

struct Slots {
    int of[3];
    int first;  // the number of a task + 1
};

// Three tasks with a slot each, one of which is first.
Scenario race_for_first(const Claim& claim) {
    return scenario_of([claim](heddle::Setup& setup) {
        Slots& world = setup.world<Slots>();
        AlikeTasks alike;
        for (unsigned task = 0; task < 3; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                WRITE_ONCE(world.of[task], 1);
                if (READ_ONCE(world.first) == 0) {
                    WRITE_ONCE(world.first, static_cast<int>(task) + 1);
                }
            });
            alike.tasks.push_back(task);
            alike.owned.push_back({{&world.of[task], sizeof(int)}});
        }
        setup.alike(alike);
        setup.names_task(&world.first, sizeof(int));
        setup.claim(claim);
    });
}

const Slots& slots() { return *static_cast<const Slots*>(world_root()); }

TEST(EngineChecks, FindAClaimThatTellsAlikeTasksApart) {
    for (const Moment moment : {Moment::always, Moment::sometimes, Moment::finally}) {
        const Summary summary = check_engine(
            race_for_first({.name = "not the last", .formula = "", .moment = moment, .holds = [] {
                                return slots().first != 3;
                            }}));
        ASSERT_EQ(summary.verdict.kind, Verdict::Kind::fail);
        EXPECT_EQ(summary.verdict.violation->claim, "alike");
        EXPECT_EQ(summary.verdict.violation->sides,
                  "not the last holds, and the reverse when two of them have changed places");
    }
}

TEST(EngineChecks, AcceptAClaimThatTakesThemForOneAnother) {
    const Summary summary = check_engine(race_for_first(
        {.name = "who is first is there", .formula = "", .moment = Moment::always, .holds = [] {
             return slots().first == 0 || slots().of[slots().first - 1] == 1;
         }}));
    EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
}

}  // namespace
}  // namespace heddle::engine_checks_test
