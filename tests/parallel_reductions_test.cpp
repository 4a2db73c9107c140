// SPDX-License-Identifier: Apache-2.0
// Several processes that leave out what stands for something else, and learn of each other what it
// is.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <set>

#include "checker/exhaustive.h"
#include "checker/parallel.h"
#include "checker/shared_locals.h"
#include "tests/agreement.h"
#include "tests/random_programs.h"
#include "tests/small_scenarios.h"

namespace heddle::parallel_reductions_test {
namespace {

using Kind = Verdict::Kind;

// A verdict, and the worlds of the final states.
struct Outcome {
    Summary summary;
    std::set<Fingerprint> finals;
};

std::string claim_in(const Summary& summary) {
    return summary.verdict.kind == Kind::fail ? summary.verdict.violation->claim
                                              : name_of(summary.verdict.kind);
}

Outcome alone(const Scenario& scenario, const Reductions& reductions) {
    Outcome outcome;
    Execution execution(scenario, execution_options({}, reductions));
    Budget budget({});
    Exhaustive(reductions, [&outcome](const Execution& end) {
        outcome.finals.insert(end.world_fingerprint());
    }).run(execution, budget, outcome.summary);
    return outcome;
}

Outcome together(const Scenario& scenario, ParallelOptions options, const Limits& limits = {}) {
    Outcome outcome;
    Execution execution(scenario, execution_options({}, options.reductions));
    Budget budget(limits);
    options.on_final = [&outcome](const Execution& end) {
        outcome.finals.insert(end.world_fingerprint());
    };
    Parallel(std::move(options)).run(execution, budget, outcome.summary);
    return outcome;
}

TEST(ParallelReductions, KeepAllFinalStatesWhateverIsOn) {
    for (const Scenario& scenario : {independent_steps(3, 2), crossed_locks()}) {
        const Outcome expected = alone(scenario, Reductions::none());
        for (const unsigned subset : {0U, 1U, 2U, 4U, 8U, 16U, 32U, 21U, 42U, 47U, 63U}) {
            const Reductions reductions = reductions_of(subset);
            const Outcome outcome = together(scenario, {.jobs = 2, .reductions = reductions});
            EXPECT_EQ(claim_in(outcome.summary), claim_in(expected.summary)) << text_of(reductions);
            if (expected.summary.verdict.kind == Kind::pass) {
                EXPECT_EQ(outcome.finals, expected.finals) << text_of(reductions);
            }
        }
    }
}

TEST(ParallelReductions, LeaveOutWhatOneProcessLeavesOut) {
    for (const unsigned jobs : {1U, 2U, 5U}) {
        const Summary steps =
            together(independent_steps(4, 3),
                     {.jobs = jobs, .reductions = *parse_reductions("partial-order")})
                .summary;
        EXPECT_EQ(steps.verdict.kind, Kind::pass);
        EXPECT_EQ(steps.states, 13U);  // 4 * 3 steps, one after the other

        const Summary alike = together(alike_mutex_inc(4),
                                       {.jobs = jobs, .reductions = *parse_reductions("symmetry")})
                                  .summary;
        EXPECT_EQ(alike.states, 17U);  // 4 * 4 + 1, see Symmetry.CountsHowManyHaveDoneWhatAndNotWho
        const Summary all =
            together(alike_mutex_inc(30), {.jobs = jobs, .reductions = Reductions::all()}).summary;
        EXPECT_EQ(all.verdict.kind, Kind::pass);
        EXPECT_EQ(all.states, 121U);  // 30 * 4 + 1
    }
}

// What is awaited makes a difference as soon as somebody waits, so all is numbered anew.
TEST(ParallelReductions, NumberLocalStatesAnewWhenATaskWaitsForTheFirstTime) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (int task = 0; task < 2; ++task) {
            setup.task("waits " + std::to_string(task), [&world, task] {
                atomic_inc(&world.a[task]);
                while (atomic_read(&world.a[2]) == 0) {
                    cpu_relax();
                }
            });
        }
        setup.task("goes", [&world] {
            atomic_inc(&world.a[3]);
            atomic_inc(&world.a[2]);
        });
    });
    const Outcome one = alone(scenario, Reductions::all());
    const Outcome two = together(scenario, {.jobs = 2, .reductions = Reductions::all()});
    EXPECT_EQ(two.summary.verdict.kind, Kind::pass);
    EXPECT_GE(two.summary.passes, 2U);
    EXPECT_EQ(two.finals, one.finals);
}

// A task that goes round for ever must not keep the others from running, whoever goes round.
TEST(ParallelReductions, DoNotGoRoundACycleForEver) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        for (unsigned task = 0; task < 2; ++task) {
            setup.daemon("goes round " + std::to_string(task), 0, [&world, task] {
                for (;;) {
                    set_bit(task, reinterpret_cast<unsigned long*>(&world.a[2]));
                    clear_bit(task, reinterpret_cast<unsigned long*>(&world.a[2]));
                    forget(0);
                }
            });
        }
        setup.task("fails", 1, [&world] {
            atomic_inc(&world.a[0]);
            BUG_ON(true);
        });
    });
    for (unsigned round = 0; round < 10; ++round) {
        EXPECT_EQ(
            together(scenario, {.jobs = 3, .reductions = Reductions::all()}).summary.verdict.kind,
            Kind::fail);
    }
}

TEST(ParallelReductions, AgreeWithOneProcessOnProgramsMadeByChance) {
    unsigned failures = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const Program program = random_program(seed);
        const Scenario scenario = scenario_of_program(program);
        const Outcome expected = alone(scenario, Reductions::only_await());
        failures += expected.summary.verdict.kind == Kind::fail ? 1 : 0;
        for (const unsigned subset :
             {reduction_subsets - 1, static_cast<unsigned>(seed * 37 % reduction_subsets)}) {
            Reductions reductions = reductions_of(subset);
            reductions.await = true;
            const Outcome outcome = together(scenario, {.jobs = 2, .reductions = reductions});
            const std::string how = text_of(reductions) + " on\n" + text_of(program);
            ASSERT_EQ(outcome.summary.verdict.kind, expected.summary.verdict.kind) << how;
            if (expected.summary.verdict.kind != Kind::fail) {
                ASSERT_EQ(outcome.finals, expected.finals) << how;
            }
        }
    }
    EXPECT_GE(failures, 5U);  // worth asking
}

// ---- killed

TEST(ParallelReductions, LoseNothingWhenWorkersAreKilled) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Scenario scenario = scenario_of_program(random_program(seed));
        const Outcome expected = alone(scenario, Reductions::only_await());
        unsigned kills = 0;
        std::mt19937 random(static_cast<unsigned>(seed));
        const Outcome outcome =
            together(scenario, {.jobs = 2,
                                .reductions = Reductions::all(),
                                .on_round = [&kills, &random](std::span<const pid_t> workers) {
                                    const pid_t worker = workers[random() % workers.size()];
                                    if (kills < 20 && worker != 0 && random() % 10 == 0) {
                                        kill(worker, SIGKILL);
                                        ++kills;
                                    }
                                }});
        EXPECT_EQ(outcome.summary.verdict.kind, expected.summary.verdict.kind) << seed;
        if (expected.summary.verdict.kind != Kind::fail) {
            EXPECT_EQ(outcome.finals, expected.finals) << seed;
        }
    }
}

TEST(ParallelReductions, AreGoneOnWithFromACheckpoint) {
    const std::string file = testing::TempDir() + "heddle-reductions-" + std::to_string(getpid());
    std::mt19937 random(1);
    unsigned cut = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Scenario scenario = scenario_of_program(random_program(seed));
        const Outcome expected = alone(scenario, Reductions::only_await());
        Outcome outcome =
            together(scenario, {.jobs = 2, .reductions = Reductions::all(), .checkpoint = file},
                     {.states = random() % 100 + 2});
        if (outcome.summary.verdict.kind == Kind::unknown) {
            ++cut;
            const std::set<Fingerprint> before = outcome.finals;
            outcome =
                together(scenario, {.jobs = 3, .reductions = Reductions::all(), .resume = file});
            outcome.finals.insert(before.begin(), before.end());
        }
        EXPECT_EQ(outcome.summary.verdict.kind, expected.summary.verdict.kind) << seed;
        if (expected.summary.verdict.kind != Kind::fail) {
            EXPECT_EQ(outcome.finals, expected.finals) << seed;
        }
    }
    EXPECT_GE(cut, 5U);
    std::filesystem::remove(file);
}

// ---- the numbers of local states

// Numbers 2,000 histories, each of which leaves one of 100 stacks, from the `first` on.
void number_all(SharedLocals& locals, std::uint64_t first) {
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        const std::uint64_t which = (first + i) % 2'000;
        const History history = {which, 5, 1};
        const LocalStates::Locals stack = {which % 100, 7};
        locals.number_of({{which << 20, 9}, &stack, history, no_local_state});
    }
}

// The number of the history, which is known.
LocalState known_number(SharedLocals& locals, std::uint64_t which) {
    return locals.by_history().place_of({which << 20, 9})->load() - 1;
}

TEST(SharedLocals, AreNumberedAlikeByAllEvenIfSomeAreKilled) {
    SharedLocals locals;
    std::vector<pid_t> processes;
    for (unsigned i = 0; i < 3; ++i) {
        processes.push_back(fork());
        if (processes.back() == 0) {
            number_all(locals, 700 * i);
            _exit(0);
        }
    }
    kill(processes[1], SIGKILL);
    for (const pid_t process : processes) {
        waitpid(process, nullptr, 0);
    }
    number_all(locals, 0);
    std::set<LocalState> numbers;
    for (std::uint64_t which = 0; which < 2'000; ++which) {
        const LocalState number = known_number(locals, which);
        const std::uint64_t first = locals.first_histories()[number].low;
        EXPECT_EQ(first % 100, which % 100);
        EXPECT_EQ(known_number(locals, first), number);  // no two have the same first history
        numbers.insert(number);
    }
    EXPECT_GE(numbers.size(), 100U);
    EXPECT_LE(numbers.size(), 300U);  // each process may have been too late for each stack once
    EXPECT_FALSE(locals.is_full());
}

}  // namespace
}  // namespace heddle::parallel_reductions_test
