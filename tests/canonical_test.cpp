// SPDX-License-Identifier: Apache-2.0
// How many states and transitions the canonical workloads have when nothing is left out.
#include "scenarios/engine/canonical.h"

#include <gtest/gtest.h>

#include "checker/search.h"

namespace heddle::canonical_test {
namespace {

Summary unreduced(const Scenario& scenario, unsigned n) {
    return check(with_parameter(scenario, "n", n), {.how = {.reductions = Reductions::none()}});
}

std::uint64_t power(std::uint64_t base, unsigned exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

TEST(Canonical, MutexIncHasNothingButWhoIsDoneAndWhereTheHolderIs) {
    for (unsigned n = 1; n <= 7; ++n) {
        const Summary summary = unreduced(engine::mutex_inc::scenario(), n);
        EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
        // Some are done: 2^n. If nobody holds the lock, that is all; or one of the others does, and
        // has taken 1, 2 or 3 of its four steps: for each of n holders 2^(n - 1) sets of the
        // others.
        const std::uint64_t states = power(2, n) + 3 * n * power(2, n - 1);
        EXPECT_EQ(summary.states, states);
        // A holder has one way on; from a state without one each that is not done can take it.
        EXPECT_EQ(summary.transitions, 3 * n * power(2, n - 1) + n * power(2, n - 1));
    }
}

TEST(Canonical, ReadersAreThoseWhoHaveReadAndHowManyReadTheOldValue) {
    for (unsigned n = 1; n <= 7; ++n) {
        const Summary summary = unreduced(engine::readers::scenario(), n);
        EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
        // Before the write a set of readers: 2^n. After it a set, and 0 to all of it came before:
        // 2^n + n * 2^(n - 1).
        EXPECT_EQ(summary.states, 2 * power(2, n) + n * power(2, n - 1));
        // Before: the write, or one of the other readers. After: one of the other readers.
        const std::uint64_t before = power(2, n) + n * power(2, n - 1);
        const std::uint64_t after = n * power(2, n - 1) + n * (n - 1) * power(2, n) / 4;
        EXPECT_EQ(summary.transitions, before + after);
    }
}

// For n = 1: the writer is before its read, before its write or done; the scan is before its first
// read, done, or about to read a[0], which only a write of a[1] leads to: 3 * 2 + 1.
TEST(Canonical, LastzeroHasThePinnedNumbersOfStates) {
    constexpr std::uint64_t states[] = {7, 28, 109, 416, 1571, 5900};
    constexpr std::uint64_t transitions[] = {8, 45, 225, 1053, 4726, 20609};
    for (unsigned n = 1; n <= std::size(states); ++n) {
        const Summary summary = unreduced(engine::lastzero::scenario(), n);
        EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
        EXPECT_EQ(summary.states, states[n - 1]);
        EXPECT_EQ(summary.transitions, transitions[n - 1]);
    }
}

TEST(Canonical, IndexerHasIndependentTasksUpToEleven) {
    for (unsigned n = 1; n <= 5; ++n) {
        const Summary summary = unreduced(engine::indexer::scenario(), n);
        EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
        EXPECT_EQ(summary.states, power(5, n));  // 0 to 4 messages of each
        EXPECT_EQ(summary.transitions, 4 * n * power(5, n - 1));
    }
}

TEST(Canonical, FilesystemHasIndependentTasksUpToThirteen) {
    for (unsigned n = 1; n <= 4; ++n) {
        const Summary summary = unreduced(engine::filesystem::scenario(), n);
        EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
        // 8 steps: both locks, three looks and stores in the inode and the block, both unlocks.
        EXPECT_EQ(summary.states, power(9, n));
        EXPECT_EQ(summary.transitions, 8 * n * power(9, n - 1));
    }
}

// While the lock is free each isolator has not begun, has the page, or is done; one at most has it,
// or munlock has. n * 2^(n - 1) is the number of ways to choose one of n and some of the others.
TEST(Canonical, MunlockMiniHasWhoIsDoneWhoHasThePageAndWhereTheHolderIs) {
    for (std::uint64_t n = 1; n <= 7; ++n) {
        const auto exponent = static_cast<unsigned>(n);
        const Summary summary = unreduced(engine::munlock_mini::fixed(), exponent);
        EXPECT_EQ(summary.verdict.kind, Verdict::Kind::pass);
        const std::uint64_t some = power(2, exponent);
        const std::uint64_t one_and_some = n * some / 2;
        const std::uint64_t two_and_some = n * (n - 1) * some / 4;
        // Munlock has not begun, has the page, or is done and met nobody, or met one who had the
        // page: the last not if no isolator has begun.
        const std::uint64_t with_munlock_waiting = some + one_and_some + some;
        const std::uint64_t lock_free = with_munlock_waiting + some + one_and_some +  //
                                        some - 1 + one_and_some;
        // In how many of these an isolator can begin, and one can put back.
        const std::uint64_t begins = 4 * one_and_some + 3 * two_and_some - n;
        const std::uint64_t puts_back = 3 * one_and_some;
        // Who has the lock has done 1 or 2 of 3 steps; munlock at first 1 to 5 of 6.
        const std::uint64_t lock_held =
            2 * begins + 2 * puts_back + 5 * (some + one_and_some) + 2 * some;
        EXPECT_EQ(summary.states, lock_free + lock_held);
        EXPECT_EQ(summary.transitions, begins + puts_back + with_munlock_waiting + lock_held);
    }
}

TEST(Canonical, MunlockMiniFailsInItsSeed) {
    const Summary summary = check(engine::munlock_mini::seed());
    EXPECT_TRUE(summary.met());
    // One isolator has the page, whoever else: lock, isolate, unlock; munlock's four; put back.
    EXPECT_EQ(check(with_parameter(engine::munlock_mini::seed(), "n", 1)).verdict.schedule.size(),
              10U);
}

}  // namespace
}  // namespace heddle::canonical_test
