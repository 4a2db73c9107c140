// SPDX-License-Identifier: Apache-2.0
#include "checker/shared_table.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include "checker/search.h"
#include "scenarios/engine/shared_table.h"

namespace heddle::shared_table_test {
namespace {

TEST(SharedTable, KnowsWhatItHasSeenAcrossGrowth) {
    SharedTable table;
    std::mt19937_64 random(1);
    std::vector<Fingerprint> seen;
    for (std::uint64_t i = 0; i < 300'000; ++i) {
        if (table.is_crowded(i)) {
            ASSERT_TRUE(table.grow());
        }
        seen.push_back({random(), random()});
        EXPECT_EQ(table.insert(seen.back()), Insertion::fresh);
    }
    for (const Fingerprint fingerprint : seen) {
        ASSERT_EQ(table.insert(fingerprint), Insertion::seen);
    }
    EXPECT_EQ(table.count(), 300'000U);
    EXPECT_EQ(table.capacity(),
              524'288U);  // 65,536 * 2^3: three quarters of half as many are fewer
}

TEST(SharedTable, TellsFingerprintsApartThatShareAHalf) {
    SharedTable table;
    for (const Fingerprint fingerprint :
         {Fingerprint{1, 7}, {2, 7}, {1, 8}, {5, ~0ULL}, {1, ~0ULL}, {0, 0}}) {
        EXPECT_EQ(table.insert(fingerprint), Insertion::fresh);
        EXPECT_EQ(table.insert(fingerprint), Insertion::seen);
    }
    ASSERT_TRUE(table.grow());
    EXPECT_EQ(table.insert({2, 7}), Insertion::seen);
    EXPECT_EQ(table.insert({1, ~0ULL}), Insertion::seen);
    EXPECT_EQ(table.count(), 6U);
}

TEST(SharedTable, SaysWhenItIsFull) {
    SharedTable table(1);  // the least there is: 65,536 slots
    for (std::uint64_t i = 1; i <= 512; ++i) {
        EXPECT_EQ(table.insert({i, 1}), Insertion::fresh);
    }
    EXPECT_EQ(table.insert({513, 1}), Insertion::no_room);
    EXPECT_EQ(table.insert({512, 1}), Insertion::seen);
    EXPECT_FALSE(table.grow());
}

// Process `number` of `processes` inserts the same fingerprints as the others; how often it was
// told that one is fresh goes to `fresh`.
void insert_all(SharedTable& table, std::uint64_t count, std::atomic<std::uint64_t>& fresh) {
    std::mt19937_64 random(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        // Few high halves, so that all compete for the same slots.
        const Fingerprint fingerprint = {random(), (random() % 97 + 1) << 57};
        fresh += table.insert(fingerprint) == Insertion::fresh ? 1U : 0U;
    }
}

TEST(SharedTable, TellsOneOfThreeProcessesThatAFingerprintIsFresh) {
    constexpr std::uint64_t count = 10'000;
    SharedTable table;
    const SharedMemory memory(4096);
    auto& fresh = *reinterpret_cast<std::atomic<std::uint64_t>*>(memory.data());
    std::vector<pid_t> processes;
    for (int i = 0; i < 3; ++i) {
        processes.push_back(fork());
        if (processes.back() == 0) {
            insert_all(table, count, fresh);
            _exit(0);
        }
    }
    for (const pid_t process : processes) {
        int status = 0;
        waitpid(process, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(fresh.load(), count);
    EXPECT_EQ(table.count(), count);
}

TEST(SharedTable, SurvivesProcessesKilledWhileTheyInsert) {
    constexpr std::uint64_t count = 10'000;
    SharedTable table;
    const SharedMemory memory(4096);
    auto& fresh = *reinterpret_cast<std::atomic<std::uint64_t>*>(memory.data());
    for (int i = 0; i < 30; ++i) {
        const std::uint64_t before = fresh;
        const pid_t process = fork();
        if (process == 0) {
            insert_all(table, count, fresh);
            _exit(0);
        }
        while (fresh < before + 20 && fresh < count - 100) {
        }
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
    }
    insert_all(table, count, fresh);
    EXPECT_EQ(table.count(), count);
    EXPECT_LE(fresh.load(), count);
    EXPECT_GE(fresh.load(), count - 30);  // each may have died before it could tell
}

// The scenarios insert by the text that the table uses.
TEST(SharedTable, IsCheckedByItsScenarios) {
    for (const Scenario& scenario : shared_table_scenarios()) {
        EXPECT_TRUE(check(scenario).met()) << scenario.name;
    }
}

}  // namespace
}  // namespace heddle::shared_table_test
