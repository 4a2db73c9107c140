// SPDX-License-Identifier: Apache-2.0
#include "checker/guided.h"

#include <gtest/gtest.h>

#include "checker/schedule.h"
#include "checker/sync/sync.h"
#include "tests/command_line.h"

namespace heddle::guided_test {
namespace {

struct World {
    atomic_t hits;
    unsigned long flag;
    unsigned long own;
};

// Two tasks count a hit each, and one is lost if they read before either has stored.
const Scenario lost_update = {
    .name = "lost-update",
    .build =
        [](Setup& setup) {
            World& world = setup.world<World>();
            for (const char* task : {"left", "right"}) {
                setup.task(task, [&world] {
                    const int seen = atomic_read(&world.hits);
                    atomic_set(&world.hits, seen + 1);
                });
            }
            setup.finally("never", [] { return false; });
            setup.finally("both count", [&world] { return world.hits.counter == 2; });
        },
    .expect = "fail:both count",
};

// What the tasks do in the order of the schedule.
std::shared_ptr<const Guide> guide_of(const Scenario& scenario, const Schedule& schedule,
                                      const std::string& claim) {
    Guide guide;
    guide.claim = claim;
    for (const Step& step : replay(scenario, schedule).trace.steps) {
        guide.steps.push_back({.task = step.choice.task,
                               .operation = step.operation.name,
                               .file = step.operation.where.file(),
                               .line = step.operation.where.line(),
                               .value = 0});
    }
    return std::make_shared<const Guide>(guide);
}

Summary check_by(const Scenario& scenario, std::shared_ptr<const Guide> guide) {
    CheckOptions options;
    options.guide = std::move(guide);
    return check(with_claim_only(scenario, options.guide->claim), options);
}

constexpr Choice left = {.task = 0, .alternative = 0};
constexpr Choice right = {.task = 1, .alternative = 0};

TEST(Guided, FollowsTheOrderOfTheLog) {
    const Summary summary =
        check_by(lost_update, guide_of(lost_update, {left, right, right, left}, "both count"));
    EXPECT_TRUE(summary.met());
    EXPECT_EQ(summary.search, "guided");
    EXPECT_EQ(summary.coverage, "the order of the log leads to both count without a deviation");
    EXPECT_TRUE(summary.verdict.minimal);
    EXPECT_EQ(summary.verdict.schedule.size(), 4U);
    EXPECT_EQ(summary.states, 5U);  // the run's own, and no other
}

TEST(Guided, GoesRoundALogThatIsNotQuiteRight) {
    const Summary summary =
        check_by(lost_update, guide_of(lost_update, {left, left, right, right}, "both count"));
    EXPECT_TRUE(summary.met());
    EXPECT_EQ(summary.coverage, "the order of the log leads to both count with 1 deviation");
}

TEST(Guided, PassesOverWhatOnlyTheLogHas) {
    Guide guide = *guide_of(lost_update, {left, right, right, left}, "both count");
    const GuideStep other = {.task = 0, .operation = "cpu_relax", .file = "x.cpp", .line = 1};
    guide.steps.insert(guide.steps.begin(), 3, other);
    const Summary summary = check_by(lost_update, std::make_shared<const Guide>(guide));
    EXPECT_EQ(summary.coverage, "the order of the log leads to both count without a deviation");
}

// The second task must be overtaken by all ten steps of the first.
const Scenario far_away = {
    .name = "far-away",
    .build =
        [](Setup& setup) {
            World& world = setup.world<World>();
            setup.task("slow", [&world] {
                for (unsigned long i = 1; i < 10; ++i) {
                    WRITE_ONCE(world.own, i);
                }
                BUG_ON(READ_ONCE(world.flag) == 0);
            });
            setup.task("quick", [&world] { WRITE_ONCE(world.flag, 1); });
        },
    .expect = "fail:BUG_ON",
};

TEST(Guided, SaysThatALogHasNotHelpedAndSearchesAllTheSame) {
    Schedule schedule = {right};
    schedule.insert(schedule.end(), 10, left);
    const Summary summary = check_by(far_away, guide_of(far_away, schedule, "BUG_ON"));
    EXPECT_TRUE(summary.met());
    EXPECT_TRUE(has_part(summary.coverage,
                         "the log did not help: no violation with up to 6 deviations from its "
                         "order; searched as `bounded` does instead"));
}

TEST(Guided, TellsAViolationThatIsInTheWay) {
    const Summary summary = check_by(far_away, guide_of(far_away, {left}, "something else"));
    EXPECT_EQ(summary.verdict.violation->claim, "BUG_ON");
    EXPECT_EQ(summary.coverage,
              "the order of the log leads to BUG_ON without a deviation, before something else "
              "could be broken");
}

}  // namespace
}  // namespace heddle::guided_test
