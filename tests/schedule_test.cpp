// SPDX-License-Identifier: Apache-2.0
#include "checker/schedule.h"

#include <gtest/gtest.h>

#include "tests/small_scenarios.h"

namespace heddle::schedule_test {
namespace {

Scenario named(Scenario scenario, const char* hash) {
    scenario.hash = hash;
    return scenario;
}

std::string message_of(const std::string& text) {
    const auto parsed = parse_schedule(named(lost_update(), "c0ffee"), text);
    return std::holds_alternative<std::string>(parsed) ? std::get<std::string>(parsed) : "";
}

TEST(Schedule, IsWrittenInRunsOfOneTask) {
    const Schedule schedule = {{0, 0}, {0, 0}, {1, 0}, {2, 1}, {2, 1}, {0, 0}};
    const Scenario scenario = named(lost_update(), "c0ffee");

    EXPECT_EQ(schedule_text(scenario, schedule), "1-c0ffee-a2b1c2=1a1");
}

TEST(Schedule, ReadsBackWhatItWrites) {
    const Scenario scenario = named(lost_update(), "c0ffee");
    const Schedule schedule = {{0, 0}, {1, 3}, {1, 3}, {15, 0}};
    const auto parsed = parse_schedule(scenario, schedule_text(scenario, schedule));

    EXPECT_EQ(std::get<Schedule>(parsed), schedule);
}

TEST(Schedule, ExplainsWhatIsWrongWithAText) {
    EXPECT_NE(message_of("").find("expected 1-<hash>-<steps>"), std::string::npos);
    EXPECT_NE(message_of("2-c0ffee-a1").find("expected 1-<hash>"), std::string::npos);
    EXPECT_NE(message_of("1-decaf0-a1").find("another version"), std::string::npos);
    EXPECT_NE(message_of("1-c0ffee-a").find("at character 10"), std::string::npos);
    EXPECT_NE(message_of("1-c0ffee-a1?3").find("at character 12"), std::string::npos);
    EXPECT_NE(message_of("1-c0ffee-a0").find("at character 10"), std::string::npos);
    EXPECT_NE(message_of("1-c0ffee-a99999999").find("at character 10"), std::string::npos);
    EXPECT_EQ(message_of("1-c0ffee-a1b1"), "");
    EXPECT_EQ(message_of("1-c0ffee-a999999b1"), "");
    EXPECT_NE(message_of("1-c0ffee-a999999b2")
                  .find("at character 17 there are more than 1000000 steps in all"),
              std::string::npos);
}

TEST(Schedule, ReplaysToTheSameViolation) {
    const Summary summary = check(lost_update());
    const Replay again = replay(lost_update(), summary.verdict.schedule);

    ASSERT_EQ(again.verdict.kind, Verdict::Kind::fail);
    EXPECT_EQ(again.verdict.violation->claim, summary.verdict.violation->claim);
    ASSERT_EQ(again.trace.steps.size(), 4U);
    EXPECT_EQ(again.trace.steps[3].before, 1U);
    EXPECT_EQ(again.trace.steps[3].after, 1U);  // the lost update
}

TEST(Schedule, ThatDoesNotFitIsAnErrorWithTheStep) {
    const Replay wrong = replay(lost_update(), {{0, 0}, {0, 0}, {0, 0}});

    EXPECT_EQ(wrong.verdict.kind, Verdict::Kind::error);
    EXPECT_NE(wrong.verdict.reason.find("step 3"), std::string::npos);
}

TEST(Schedule, ThatEndsEarlyIsUnknown) {
    EXPECT_EQ(replay(lost_update(), {{0, 0}}).verdict.kind, Verdict::Kind::unknown);
}

}  // namespace
}  // namespace heddle::schedule_test
