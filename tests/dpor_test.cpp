// SPDX-License-Identifier: Apache-2.0
#include "checker/dpor.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "checker/schedule.h"
#include "tests/engine_workloads.h"
#include "tests/traces.h"

namespace heddle::dpor_test {
namespace {

using Kind = Verdict::Kind;

Summary run_dpor(const Scenario& scenario, const Limits& limits = {}) {
    Execution execution(scenario);
    Budget budget(limits);
    Summary summary;
    Dpor().run(execution, budget, summary);
    EXPECT_EQ(summary.states, 0U);
    return summary;
}

// The number of traces of a scenario that passes, none of them tried twice.
std::uint64_t traces_of(const Scenario& scenario) {
    const Summary summary = run_dpor(scenario);
    EXPECT_EQ(summary.verdict.kind, Kind::pass) << summary.verdict.reason;
    EXPECT_EQ(summary.blocked, 0U);
    return summary.executions;
}

TEST(Dpor, NeedsOneRunOfStepsThatDoNotConflict) {
    const Summary summary = run_dpor(independent_steps(4, 3));

    EXPECT_EQ(summary.executions, 1U);
    EXPECT_EQ(summary.transitions, 12U);  // 4 * 3
    EXPECT_EQ(summary.depth_max, 12U);
}

TEST(Dpor, TakesALockInEveryOrder) {
    EXPECT_EQ(traces_of(mutex_inc(2)), 2U);
    EXPECT_EQ(traces_of(mutex_inc(3)), 6U);
    EXPECT_EQ(traces_of(mutex_inc(7)), 5040U);  // 7!
}

TEST(Dpor, ReadsBeforeAndAfterAWrite) {
    EXPECT_EQ(traces_of(readers(3)), 8U);
    EXPECT_EQ(traces_of(readers(12)), 4096U);  // 2^12
}

TEST(Dpor, CountsTheTracesOfLastzero) {
    EXPECT_EQ(traces_of(lastzero(5)), 64U);     // (5 + 3) * 2^3
    EXPECT_EQ(traces_of(lastzero(10)), 3328U);  // (10 + 3) * 2^8
}

TEST(Dpor, RunsEachOfAFewTracesOnce) {
    EXPECT_EQ(traces_of(readers(4)), 16U);       // 2^4
    EXPECT_EQ(traces_of(lastzero(4)), 28U);      // (4 + 3) * 2^2
    EXPECT_EQ(traces_of(munlock_mini(2)), 24U);  // 3! * 2^2
}

// As in Abdulla, Aronis, Jonsson, Sagonas, POPL 2014, table 1.
TEST(Dpor, CountsTheTracesOfTheIndexerAndTheFileSystem) {
    EXPECT_EQ(traces_of(indexer(11)), 1U);
    EXPECT_EQ(traces_of(indexer(12)), 8U);
    EXPECT_EQ(traces_of(indexer(14)), 512U);
    EXPECT_EQ(traces_of(filesystem(13)), 1U);
    EXPECT_EQ(traces_of(filesystem(14)), 2U);
    EXPECT_EQ(traces_of(filesystem(16)), 8U);
    EXPECT_EQ(traces_of(filesystem(18)), 32U);
    EXPECT_EQ(traces_of(filesystem(19)), 64U);
}

TEST(Dpor, CountsTheTracesOfMunlock) {
    EXPECT_EQ(traces_of(munlock_mini(1)), 4U);      // 2! * 2^1
    EXPECT_EQ(traces_of(munlock_mini(4)), 1920U);   // 5! * 2^4
    EXPECT_EQ(traces_of(munlock_mini(5)), 23040U);  // 6! * 2^5
}

TEST(Dpor, TriesEveryAlternativeOnce) {
    struct World {
        unsigned x;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("chooser", [&world] { WRITE_ONCE(world.x, choose(3)); });
        setup.task("chooses too", [] { choose(2); });
        setup.task("reader", [&world] { READ_ONCE(world.x); });
    });
    EXPECT_EQ(traces_of(scenario), 12U);  // 3 * 2 alternatives, the read before or after the write
}

TEST(Dpor, FindsADeadlockAndALivelock) {
    const Summary crossed = check(crossed_locks(), {.search = "dpor"});
    ASSERT_EQ(crossed.verdict.kind, Kind::fail);
    EXPECT_EQ(crossed.verdict.violation->claim, "deadlock");

    const Scenario waits = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("waits", [&world] {
            while (atomic_read(&world.a[0]) == 0) {
                cpu_relax();
            }
        });
        setup.task("never says", [&world] { atomic_inc(&world.a[1]); });
    });
    const Summary looks = check(waits, {.search = "dpor"});
    ASSERT_EQ(looks.verdict.kind, Kind::fail);
    EXPECT_EQ(looks.verdict.violation->claim, "livelock");
}

TEST(Dpor, FindsALostUpdate) {
    const Summary summary = check(lost_update(), {.search = "dpor"});

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "both increments count");
    EXPECT_TRUE(summary.verdict.minimal);
}

TEST(Dpor, FindsADataRaceThatItsFirstRunDoesNotMeet) {
    struct World {
        spinlock_t lock;
        int x;
        int count;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("first", [&world] {
            plain_store(world.count, 1);
            spin_lock(&world.lock);
            spin_unlock(&world.lock);
        });
        setup.task("second", [&world] {
            spin_lock(&world.lock);  // after the first one's in the first run: no race there
            spin_unlock(&world.lock);
            plain_store(world.count, 2);
        });
    });
    const Summary summary = run_dpor(scenario);

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "data-race");
    const Replay again = replay(scenario, summary.verdict.schedule);
    ASSERT_EQ(again.verdict.kind, Kind::fail);
    EXPECT_EQ(again.verdict.violation->claim, "data-race");
}

// Neither of two independent writes can be told from the other but by the claim.
TEST(Dpor, OrdersWhatAClaimCanTell) {
    struct World {
        int x, y;
    };
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        World& world = setup.world<World>();
        setup.task("x", [&world] { WRITE_ONCE(world.x, 1); });
        setup.task("y", [&world] { WRITE_ONCE(world.y, 1); });
        setup.always("y is not first", [&world] { return world.x >= world.y; });
    });
    const Summary summary = run_dpor(scenario);
    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "y is not first");
}

TEST(Dpor, ReachesWhatMustHappenSometimes) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        Counters& world = setup.world<Counters>();
        setup.task("x", [&world] { atomic_inc(&world.a[0]); });
        setup.task("y", [&world] { atomic_inc(&world.a[1]); });
        setup.sometimes("only y is done",
                        [&world] { return world.a[0].counter == 0 && world.a[1].counter == 1; });
    });
    EXPECT_EQ(run_dpor(scenario).verdict.kind, Kind::pass);
}

TEST(Dpor, FindsACycleInTheOrderOfLocks) {
    const Scenario scenario = scenario_of([](heddle::Setup& setup) {
        TwoLocks& world = setup.world<TwoLocks>();
        setup.task("both orders", [&world] {
            for (spinlock_t* first : {&world.a, &world.b}) {
                spinlock_t* second = first == &world.a ? &world.b : &world.a;
                spin_lock(first);
                spin_lock(second);
                spin_unlock(second);
                spin_unlock(first);
            }
        });
    });
    const Summary summary = run_dpor(scenario);
    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_EQ(summary.verdict.violation->claim, "lock-order");
}

TEST(Dpor, SaysUnknownWhenALimitIsReached) {
    const Summary summary = run_dpor(mutex_inc(8), {.seconds = 1e-9});
    EXPECT_EQ(summary.verdict.kind, Kind::unknown);
    EXPECT_EQ(run_dpor(mutex_inc(3), {.steps_of_a_run = 5}).verdict.reason,
              "a run of 5 steps has not come to an end");
}

// ---- against the oracle

struct Words {
    unsigned long word[2];
    struct mutex lock[2];
    spinlock_t spin;
    struct rw_semaphore sem;
};

// Does a random operation, and what follows it under a lock.
class RandomTask {
  public:
    RandomTask(Words& words, const std::vector<unsigned>& numbers)
        : words_(words), numbers_(numbers) {}

    void run() {
        while (at_ < numbers_.size()) {
            any();
        }
    }

  private:
    void any() {
        const unsigned number = numbers_[at_++];
        unsigned long* word = &words_.word[number / 32 % 2];
        const unsigned bit = number / 64 % 2;
        if (number % 32 < 14) {
            on_word(number % 32, word, bit);
        } else {
            under_lock(number % 32, number / 32 % 2);
        }
    }

    void on_word(unsigned kind, unsigned long* word, unsigned bit) {
        if (kind < 3) {
            seen_ = READ_ONCE(*word);
        } else if (kind < 5) {
            WRITE_ONCE(*word, seen_ + 1);
        } else if (kind < 7) {
            set_bit(bit, word);
        } else if (kind < 8) {
            clear_bit(bit, word);
        } else if (kind < 9) {
            seen_ = test_and_set_bit(bit, word) ? 1 : 0;
        } else if (kind < 11) {
            at_ += seen_ & 1;
        } else if (kind < 12) {
            seen_ = choose(2);
        } else if (kind < 13) {
            wait_on_bit(word, bit);
        } else {
            while ((READ_ONCE(*word) >> bit & 1) == 0) {
                cpu_relax();
            }
        }
    }

    void next_under_lock() {
        if (at_ < numbers_.size()) {
            any();
        }
    }

    void under_lock(unsigned kind, unsigned which) {
        struct mutex* lock = &words_.lock[which];
        if (kind < 18) {
            mutex_lock(lock);
            next_under_lock();
            mutex_unlock(lock);
        } else if (kind < 20) {
            if (mutex_trylock(lock)) {
                next_under_lock();
                mutex_unlock(lock);
            }
        } else if (kind < 23) {
            down_read(&words_.sem);
            next_under_lock();
            up_read(&words_.sem);
        } else if (kind < 25) {
            down_write(&words_.sem);
            next_under_lock();
            up_write(&words_.sem);
        } else if (kind < 27) {
            if (down_read_trylock(&words_.sem)) {
                up_read(&words_.sem);
            }
        } else {
            spin_lock(&words_.spin);
            const unsigned long seen = READ_ONCE(words_.word[which]);
            WRITE_ONCE(words_.word[which], seen + 1);
            spin_unlock(&words_.spin);
        }
    }

    Words& words_;
    const std::vector<unsigned>& numbers_;
    std::size_t at_ = 0;
    unsigned long seen_ = 0;
};

// `everything`: with semaphores, and some with one CPU for all tasks.
Scenario random_program(unsigned seed, bool everything) {
    std::mt19937 random(seed);
    const unsigned tasks = 2 + random() % 2;
    std::vector<std::vector<unsigned>> numbers(tasks);
    for (unsigned left = 6; left > 0; --left) {
        const auto number = static_cast<unsigned>(random() % 128);
        const bool is_semaphore = number % 32 >= 20 && number % 32 < 27;
        numbers[random() % tasks].push_back(everything || !is_semaphore ? number : number / 2);
    }
    const bool one_cpu = everything && random() % 4 == 0;
    return scenario_of([numbers, one_cpu](heddle::Setup& setup) {
        Words& words = setup.world<Words>();
        for (unsigned task = 0; task < numbers.size(); ++task) {
            setup.task("t" + std::to_string(task), one_cpu ? 0 : task,
                       [&words, numbers, task] { RandomTask(words, numbers[task]).run(); });
        }
        setup.switch_off(lock_order_rule);
        setup.switch_off(lock_irq_rule);
    });
}

// Where the oracle finds a violation, it need not be the one that a search meets first. With
// semaphores and shared CPUs a trace may be run more than once, and none may be left out.
TEST(Dpor, RunsEachTraceOnceAsTheOracleCountsThem) {
    unsigned with_violations = 0;
    std::uint64_t traces = 0;
    std::uint64_t runs = 0;
    for (unsigned seed = 1; seed <= 400; ++seed) {
        const bool everything = seed % 2 == 0;
        const Scenario scenario = random_program(seed, everything);
        const Traces oracle = count_traces(scenario, 20'000);
        if (!oracle.complete) {
            continue;
        }
        const Summary summary = run_dpor(scenario);
        if (!oracle.violations.empty()) {
            ASSERT_EQ(summary.verdict.kind, Kind::fail) << "seed " << seed;
            EXPECT_TRUE(oracle.violations.contains(summary.verdict.violation->claim));
            ++with_violations;
            continue;
        }
        EXPECT_EQ(summary.verdict.kind, Kind::pass) << "seed " << seed;
        EXPECT_GE(summary.executions, oracle.traces) << "seed " << seed;
        if (!everything) {
            EXPECT_EQ(summary.executions, oracle.traces) << "seed " << seed;
            EXPECT_EQ(summary.blocked, 0U) << "seed " << seed;
        }
        traces += oracle.traces;
        runs += summary.executions;
    }
    EXPECT_GT(with_violations, 20U);
    EXPECT_GT(traces, 1000U);
    EXPECT_LT(runs - traces, traces / 50);
}

}  // namespace
}  // namespace heddle::dpor_test
