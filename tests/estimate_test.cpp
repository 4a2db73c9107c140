// SPDX-License-Identifier: Apache-2.0
#include "checker/estimate.h"

#include <gtest/gtest.h>

#include "checker/exhaustive.h"
#include "tests/small_scenarios.h"

namespace heddle::estimate_test {
namespace {

// Walks a tree in which each state above the leaves has `choices`, until `states` are visited.
class Tree {
  public:
    Tree(std::size_t choices, std::uint64_t states) : choices_(choices), states_(states) {}

    double estimate(unsigned height) {
        walk(height);
        return estimate_.states();
    }

  private:
    bool walk(unsigned height) {
        const std::size_t choices = height == 0 ? 0 : choices_;
        estimate_.push();
        if (estimate_.visited() == states_) {
            return false;
        }
        for (std::size_t i = 0; i < choices; ++i) {
            estimate_.advance(choices);
            if (!walk(height - 1)) {
                return false;
            }
        }
        estimate_.pop();
        return true;
    }

    std::size_t choices_;
    std::uint64_t states_;
    Estimate estimate_;
};

// Where every choice leads to as much as the first, what is done tells what is to come.
TEST(Estimate, IsExactOnATreeWhoseSubtreesAreAlike) {
    EXPECT_NEAR(Tree(2, 300).estimate(12), 8'191, 0.01);  // 2^13 - 1
    EXPECT_NEAR(Tree(2, 4'096).estimate(12), 8'191, 0.01);
    EXPECT_NEAR(Tree(3, 10'000).estimate(9), 29'524, 0.01);  // (3^10 - 1) / 2
}

TEST(Estimate, IsTheCountAtTheEnd) {
    EXPECT_EQ(Tree(3, UINT64_MAX).estimate(5), 364);  // (3^6 - 1) / 2
    EXPECT_EQ(Tree(1, UINT64_MAX).estimate(40), 41);
    EXPECT_EQ(Estimate().states(), 0);
}

// A grid of 9^4 states, in which later choices add next to nothing.
TEST(Estimate, IsOfTheRightSizeOnAGrid) {
    for (const std::uint64_t states : {656U, 1'640U, 3'280U, 4'920U}) {
        Execution execution(independent_steps(4, 8));
        Budget budget({.states = states});
        Summary summary;
        Exhaustive().run(execution, budget, summary);
        EXPECT_EQ(budget.estimate().visited(), states);
        EXPECT_GT(budget.estimate().states(), 6'561.0 / 4) << states;
        EXPECT_LT(budget.estimate().states(), 6'561.0 * 4) << states;
        EXPECT_EQ(summary.coverage, budget.estimate().text());
    }
}

TEST(Estimate, IsSaidWhenALimitIsReached) {
    const Summary cut = check(independent_steps(4, 8), {.limits = {.states = 3'280}});
    EXPECT_TRUE(cut.coverage.starts_with("a guess at all there are: ")) << cut.coverage;
    EXPECT_EQ(check(independent_steps(2, 2)).coverage, "");
}

// 20 states with three choices each on one path, and nothing behind any of them known.
TEST(Estimate, SaysNothingWhereItKnowsNothing) {
    Estimate estimate;
    for (int i = 0; i < 20; ++i) {
        estimate.push();
        estimate.advance(3);
    }
    EXPECT_FALSE(estimate.is_useful());
    EXPECT_EQ(estimate.text(), "too early to guess how many states there are");
    EXPECT_FALSE(Estimate().is_useful());
}

TEST(Estimate, RoundsToThreeDigits) {
    EXPECT_EQ(rounded_count(0), "0");
    EXPECT_EQ(rounded_count(999), "999");
    EXPECT_EQ(rounded_count(1'234'567), "1,230,000");
    EXPECT_EQ(rounded_count(999'600), "1,000,000");
}

// What counts is the guess that was known at half as many states, and those that came after it.
TEST(EstimateHistory, TellsHowFarTheGuessHasMovedSinceHalfTheStates) {
    EstimateHistory history;
    EXPECT_DOUBLE_EQ(history.add(10, 100), 1);
    EXPECT_DOUBLE_EQ(history.add(15, 200), 2);   // 200 / 100
    EXPECT_DOUBLE_EQ(history.add(20, 50), 4);    // 200 / 50
    EXPECT_DOUBLE_EQ(history.add(32, 50), 4);    // known at 16: 200
    EXPECT_DOUBLE_EQ(history.add(40, 75), 1.5);  // known at 20: 50
    EXPECT_DOUBLE_EQ(history.add(400, 75), 1);   // known at 200: 75
    EXPECT_DOUBLE_EQ(history.add(10, 999), 1);   // another pass
}

}  // namespace
}  // namespace heddle::estimate_test
