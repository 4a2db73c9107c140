// SPDX-License-Identifier: Apache-2.0
#include "checker/text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "checker/gtest.h"
#include "checker/schedule.h"
#include "tests/small_scenarios.h"

namespace heddle::text_test {
namespace {

// Without the places in the source, which change with every edit of the scenarios.
std::string without_places(const std::string& text) {
    std::string shorter;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        std::string line = text.substr(begin, end - begin);
        line.erase(std::min(line.find("  tests/"), line.size()));
        line.erase(line.find_last_not_of(' ') + 1);
        shorter += line + "\n";
        begin = end + 1;
    }
    return shorter;
}

Scenario named_lost_update() {
    Scenario scenario = lost_update();
    scenario.build = [build = scenario.build](heddle::Setup& setup) {
        build(setup);
        setup.name(static_cast<const Counters*>(world_root())->a, "a");
    };
    return scenario;
}

TEST(Text, HasALinePerStep) {
    const Scenario scenario = named_lost_update();
    EXPECT_EQ(without_places(text_of(scenario, check(scenario))),
              "FAIL test: both increments count\n"
              "1  left   READ_ONCE(a[0]) = 0\n"
              "2  right  READ_ONCE(a[0]) = 0\n"
              "3  right  WRITE_ONCE(a[0]) 0 -> 1\n"
              "4  left   WRITE_ONCE(a[0]) 1 -> 1\n"
              "4 steps, 1 preemption; schedule 1-0-a1b2a1\n");
}

TEST(Text, SaysWhereEachStepStands) {
    const Scenario scenario = named_lost_update();
    const std::string text = text_of(scenario, check(scenario));
    EXPECT_NE(text.find("READ_ONCE(a[0]) = 0      tests/small_scenarios.h:"), std::string::npos)
        << text;
}

TEST(Text, TellsLocksByTheirOwnersAndWhoWaits) {
    const Scenario scenario = crossed_locks();
    EXPECT_EQ(without_places(text_of(scenario, check(scenario))),
              "FAIL test: deadlock\n"
              "  some task can run, or all have finished\n"
              "  forth waits in spin_lock(b), held by back\n"
              "  back waits in spin_lock(a), held by forth\n"
              "1  forth  spin_lock(a) free -> forth\n"
              "2  back   spin_lock(b) free -> back\n"
              "2 steps, 1 preemption; schedule 1-0-a1b1\n");
}

TEST(Text, TellsWhatHasPassedAndWhy) {
    // 4 * 4 states
    const Scenario scenario = independent_steps(2, 3);
    EXPECT_EQ(text_of(scenario, check(scenario)), "PASS test; 16 states\n");
    EXPECT_EQ(text_of(scenario, check(scenario, {.limits = {.states = 2}})),
              "UNKNOWN test: limit of 2 states reached; 2 states\n");
}

TEST(Text, SeparatesTheRunsOfATrace) {
    const Scenario scenario = independent_steps(1, 1);
    const Trace trace = replay(scenario, {{0, 0}, start_again, {0, 0}}).trace;
    EXPECT_NE(text_of(trace).find("\nagain from the start:\n2  t0"), std::string::npos)
        << text_of(trace);
}

TEST(GTestHelper, PassesWhatPasses) {
    EXPECT_TRUE(passes(independent_steps(2, 1)));
    EXPECT_FALSE(passes(lost_update()));
    EXPECT_FALSE(passes(independent_steps(2, 3), {.limits = {.states = 2}}));
}

TEST(GTestHelper, FailsByTheClaimThatIsNamed) {
    EXPECT_TRUE(fails(crossed_locks(), "deadlock"));
    EXPECT_FALSE(fails(crossed_locks(), "livelock"));
    EXPECT_FALSE(fails(independent_steps(2, 1), "deadlock"));
    const testing::AssertionResult result = fails(crossed_locks(), "livelock");
    EXPECT_NE(std::string(result.message()).find("2  back   spin_lock(b) free -> back"),
              std::string::npos);
}

}  // namespace
}  // namespace heddle::text_test
