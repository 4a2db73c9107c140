// SPDX-License-Identifier: Apache-2.0
#include "checker/checkpoint.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "checker/parallel.h"
#include "tests/small_scenarios.h"

namespace heddle::checkpoint_test {
namespace {

using Kind = Verdict::Kind;

// 4 tasks of 7 steps, one of which nests two locks: 8^4 states and more. What happens
// sometimes does in the first state that any search comes to.
Scenario with_locks_and_claims() {
    struct World {
        atomic_t a[4];
        spinlock_t outer;
        spinlock_t inner;
    };
    return scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        for (int task = 0; task < 4; ++task) {
            setup.task("t" + std::to_string(task), [&world, task] {
                for (int i = 0; i < 7; ++i) {
                    atomic_inc(&world.a[task]);
                }
                if (task == 0) {
                    spin_lock(&world.outer);
                    spin_lock(&world.inner);
                    spin_unlock(&world.inner);
                    spin_unlock(&world.outer);
                }
            });
        }
        setup.sometimes("one step of the first", [&world] {
            return world.a[0].counter == 1 && world.a[1].counter == 0 && world.a[2].counter == 0 &&
                   world.a[3].counter == 0;
        });
    });
}

unsigned below(std::mt19937& random, unsigned end) { return static_cast<unsigned>(random() % end); }

class CheckpointFile : public testing::Test {
  protected:
    void TearDown() override { std::filesystem::remove(file()); }

    static std::string file() {
        return testing::TempDir() + "heddle-checkpoint-" + std::to_string(getpid());
    }

    static Summary run(ParallelOptions options, const Limits& limits = {}) {
        Execution execution(with_locks_and_claims());
        Budget budget(limits);
        Summary summary;
        options.scenario = options.scenario.empty() ? "test" : options.scenario;
        Parallel(std::move(options)).run(execution, budget, summary);
        return summary;
    }

    static void expect_same_counts(const Summary& resumed, const Summary& undisturbed) {
        EXPECT_EQ(resumed.verdict.kind, Kind::pass) << resumed.verdict.reason;
        EXPECT_EQ(resumed.states, undisturbed.states);
        EXPECT_EQ(resumed.transitions, undisturbed.transitions);
        EXPECT_EQ(resumed.executions, undisturbed.executions);
    }
};

// Both what has been reached and what has been counted before the first interruption counts after
// the second.
TEST_F(CheckpointFile, IsGoneOnFromAndInterruptedAgain) {
    const Summary undisturbed = run({.jobs = 1});
    bool stopped_twice = false;
    while (!stopped_twice) {  // it may be done before the limit is noticed
        run({.jobs = 2, .checkpoint = file()}, {.states = 500});
        stopped_twice = std::filesystem::exists(file()) &&
                        run({.jobs = 2, .checkpoint = file(), .resume = file()}, {.states = 1'000})
                                .verdict.kind == Kind::unknown;
    }
    expect_same_counts(run({.jobs = 2, .resume = file()}), undisturbed);
}

TEST_F(CheckpointFile, IsGoneOnFromAfterAnyOf50Interruptions) {
    const Summary undisturbed = run({.jobs = 1});
    EXPECT_EQ(undisturbed.states, 6144U);  // 12 of the first * 8^3
    std::mt19937 random(1);
    for (int round = 0; round < 50; ++round) {
        const unsigned jobs = below(random, 3) + 1;
        const Summary stopped =
            run({.jobs = jobs, .checkpoint = file()}, {.states = below(random, 6000) + 1});
        if (stopped.verdict.kind == Kind::pass) {  // it was done before the limit was noticed
            continue;
        }
        ASSERT_EQ(stopped.verdict.kind, Kind::unknown);
        expect_same_counts(run({.jobs = below(random, 3) + 1, .resume = file()}), undisturbed);
    }
}

// Dies in the `rounds`th round of the coordinator; a checkpoint is written in each.
void die_in_round(unsigned rounds, const std::string& file,
                  Summary (*run)(ParallelOptions, const Limits&)) {
    const pid_t process = fork();
    if (process == 0) {
        run({.jobs = 2,
             .checkpoint = file,
             .checkpoint_seconds = 0,
             .on_round =
                 [&rounds](std::span<const pid_t>) {
                     if (rounds-- == 0) {
                         raise(SIGKILL);
                     }
                 }},
            {});
        _exit(0);
    }
    waitpid(process, nullptr, 0);
}

TEST_F(CheckpointFile, IsGoneOnFromAfterTheProgramWasKilled) {
    const Summary undisturbed = run({.jobs = 1});
    std::mt19937 random(2);
    for (int round = 0; round < 10; ++round) {
        die_in_round(below(random, 40), file(), run);
        if (std::filesystem::exists(file())) {
            die_in_round(below(random, 10), file(), run);
            expect_same_counts(run({.jobs = 2, .resume = file()}), undisturbed);
        }
    }
}

TEST_F(CheckpointFile, IsRemovedAtTheEnd) {
    EXPECT_EQ(run({.jobs = 2, .checkpoint = file(), .checkpoint_seconds = 0}).verdict.kind,
              Kind::pass);
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(CheckpointFile, OfAnotherSearchIsRefusedWithTheReason) {
    SharedTable table;
    ASSERT_EQ(write_checkpoint(file(), {{"scenario", "a 1"}, {"build", "x"}}, {}, table), "");
    const auto reason = [&table](const CheckpointIdentity& identity) {
        return std::get<std::string>(read_checkpoint(file(), identity, table));
    };
    EXPECT_EQ(reason({{"scenario", "b 1"}, {"build", "x"}}),
              "checkpoint '" + file() + "': it is of another scenario: 'a 1', not 'b 1'");
    EXPECT_EQ(reason({{"scenario", "a 1"}, {"build", "y"}}),
              "checkpoint '" + file() + "': it is of another build: 'x', not 'y'");

    const Summary summary = run({.jobs = 2, .resume = file()});
    EXPECT_EQ(summary.verdict.kind, Kind::error);
}

TEST_F(CheckpointFile, ThatIsDamagedIsRefused) {
    const CheckpointIdentity identity = {{"scenario", "a"}};
    Checkpoint checkpoint;
    checkpoint.work = {{1, 1, 0, 0}};
    SharedTable table;
    table.insert({1, 2});
    ASSERT_EQ(write_checkpoint(file(), identity, checkpoint, table), "");
    std::string whole(std::filesystem::file_size(file()), '\0');
    std::ifstream(file(), std::ios::binary).read(whole.data(), static_cast<long>(whole.size()));
    const auto is_refused = [&](const std::string& bytes) {
        std::ofstream(file(), std::ios::binary) << bytes;
        return std::holds_alternative<std::string>(read_checkpoint(file(), identity, table));
    };
    EXPECT_FALSE(is_refused(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_TRUE(is_refused(whole.substr(0, size))) << size;
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        EXPECT_TRUE(is_refused(damaged)) << at;
    }
    EXPECT_TRUE(is_refused(whole + "x"));
}

TEST_F(CheckpointFile, ThatCannotBeWrittenIsAnErrorAtOnce) {
    const Summary summary = run({.jobs = 2, .checkpoint = "/nowhere/at/all"});
    EXPECT_EQ(summary.verdict.kind, Kind::error);
    EXPECT_EQ(summary.verdict.reason,
              "checkpoint '/nowhere/at/all': cannot be written: No such file or directory");
}

}  // namespace
}  // namespace heddle::checkpoint_test
