// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "bench/analysis/comparison.h"

namespace heddle::bench_comparison_test {
namespace {

using bench::estimate_ratio;
using bench::mann_whitney_distribution;
using bench::RatioEstimate;

TEST(BenchComparison, KnowsTheDistributionOfPairs) {
    // The six orders of two and two have 0, 1, 2, 2, 3 and 4 such pairs.
    const std::vector<double> two = mann_whitney_distribution(2, 2);
    const std::vector<double> expected = {1.0 / 6, 2.0 / 6, 4.0 / 6, 5.0 / 6, 1};
    ASSERT_EQ(two.size(), expected.size());
    for (std::size_t u = 0; u < expected.size(); ++u) {
        EXPECT_NEAR(two[u], expected[u], 1e-12) << u;
    }
    EXPECT_NEAR(mann_whitney_distribution(1, 4)[0], 1.0 / 5, 1e-12);
    EXPECT_NEAR(mann_whitney_distribution(3, 5)[0], 1.0 / 56, 1e-12);  // of 8! / (3! 5!) orders one
    const std::vector<double> uneven = mann_whitney_distribution(7, 4);
    EXPECT_NEAR(uneven[13], 1 - uneven[14], 1e-12);  // symmetric about 14
    EXPECT_NEAR(uneven.back(), 1, 1e-12);
}

TEST(BenchComparison, NeedsAsManyRepetitionsAsTheTestDoes) {
    EXPECT_EQ(bench::repetitions_min(0.95), 4U);  // 2 / 70, where 2 / 20 is too much
    EXPECT_EQ(bench::repetitions_min(0.99), 5U);  // 2 / 252
    EXPECT_FALSE(estimate_ratio({1, 2, 3}, {10, 20, 30}, 0.95).has_bounds);
    EXPECT_TRUE(estimate_ratio({1, 2, 3, 4}, {10, 20, 30, 40}, 0.95).has_bounds);
}

// With five and five the critical value is 2 (any table of the test), so two ratios may lie outside
// besides the one that is the bound.
TEST(BenchComparison, TakesBoundsFromTheOrderOfRatios) {
    const RatioEstimate estimate = estimate_ratio({1, 1, 1, 1, 1}, {10, 11, 12, 13, 14}, 0.95);
    EXPECT_EQ(estimate.ratio.value, 12);
    EXPECT_EQ(estimate.ratio.low, 10);
    EXPECT_EQ(estimate.ratio.high, 14);
    const RatioEstimate both = estimate_ratio({1, 2, 4, 8, 16}, {1, 2, 4, 8, 16}, 0.95);
    // Ratios are 2^-4 once, 2^-3 twice, ...: the third from each end.
    EXPECT_EQ(both.ratio.value, 1);
    EXPECT_EQ(both.ratio.low, 1.0 / 8);
    EXPECT_EQ(both.ratio.high, 8);
}

// Of 400 pairs of samples of one distribution 20 should be called different at 95 %, a little fewer
// since the test has steps (94.4 % and 96.8 %); more than 32 come by chance with less than 1 in
// 100.
TEST(BenchComparison, IsWrongAsRarelyAsItSays) {
    std::mt19937_64 random(5);
    std::lognormal_distribution<double> noise(0, 0.05);
    unsigned wrong = 0;
    unsigned found = 0;
    for (int i = 0; i < 400; ++i) {
        std::vector<double> one(8);
        std::vector<double> other(8);
        std::generate(one.begin(), one.end(), [&] { return noise(random); });
        std::generate(other.begin(), other.end(), [&] { return noise(random); });
        const RatioEstimate same = estimate_ratio(one, other, 0.95);
        wrong += same.ratio.low > 1 || same.ratio.high < 1 ? 1 : 0;
        for (double& value : other) {
            value *= 0.8;
        }
        found += estimate_ratio(one, other, 0.95).ratio.high < 1 ? 1 : 0;
    }
    EXPECT_LE(wrong, 32U);
    EXPECT_GE(wrong, 5U);
    EXPECT_EQ(found, 400U);
}

bench::Measurements measurements_of(const std::string& series, std::vector<double> rates) {
    bench::Measurements measurements{.file = "f"};
    measurements.all.push_back(
        {.name = {.series = series, .words = {}, .threads = 2}, .rates = std::move(rates)});
    return measurements;
}

TEST(BenchComparison, TellsSlowerFromNotKnown) {
    const auto before = measurements_of("a", {100, 101, 102, 103, 104});
    const auto slower = compare(before, measurements_of("a", {80, 81, 82, 83, 84}), 0.95).both[0];
    EXPECT_TRUE(slower.is_slower());
    EXPECT_TRUE(slower.is_slower_by(15));
    EXPECT_FALSE(slower.is_slower_by(20));  // it may be by 18
    const auto unknown = compare(before, measurements_of("a", {80}), 0.95).both[0];
    EXPECT_FALSE(unknown.is_slower());
    auto broken = before;
    broken.all[0].broken = true;
    broken.all[0].label = "broken: B1";
    EXPECT_TRUE(compare(before, broken, 0.95).both.empty());
    EXPECT_EQ(compare(before, broken, 0.95).broken[0], "a/threads:2: after: broken: B1");
    const auto other = compare(before, measurements_of("b", {80}), 0.95);
    EXPECT_EQ(other.only_before, std::vector<std::string>{"a/threads:2"});
    EXPECT_EQ(other.only_after, std::vector<std::string>{"b/threads:2"});
}

}  // namespace
}  // namespace heddle::bench_comparison_test
