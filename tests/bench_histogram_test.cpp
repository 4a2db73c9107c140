// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bench/analysis/histograms.h"

namespace heddle::bench_histogram_test {
namespace {

using bench::Histogram;
using bench::Random;

const Histogram two_thirds({{9, 2}, {36, 1}});  // 2 in (8, 9], 1 in (32, 36]

TEST(BenchHistogram, HasAMeanAndQuantiles) {
    EXPECT_EQ(two_thirds.total(), 3U);
    EXPECT_DOUBLE_EQ(two_thirds.mean_ns(), (2 * 8.5 + 34) / 3);
    EXPECT_DOUBLE_EQ(two_thirds.quantile_ns(1.0 / 3), 8.5);
    EXPECT_DOUBLE_EQ(two_thirds.quantile_ns(2.0 / 3), 9);
    EXPECT_DOUBLE_EQ(two_thirds.quantile_ns(5.0 / 6), 34);
    EXPECT_DOUBLE_EQ(two_thirds.quantile_ns(1), 36);
    EXPECT_EQ(Histogram().quantile_ns(0.5), 0);
    EXPECT_EQ(Histogram().mean_ns(), 0);
}

// Of 30,000 draws 20,000 are expected in the first bucket, with a standard deviation of 82.
TEST(BenchHistogram, DrawsWhatItHasCounted) {
    Random random(1);
    unsigned low = 0;
    double sum = 0;
    for (int i = 0; i < 30'000; ++i) {
        const double ns = two_thirds.sample_ns(random);
        ASSERT_TRUE((ns > 8 && ns <= 9) || (ns > 32 && ns <= 36)) << ns;
        low += ns <= 9 ? 1 : 0;
        sum += ns;
    }
    EXPECT_NEAR(low, 20'000, 400);
    EXPECT_NEAR(sum / 30'000, two_thirds.mean_ns(), 0.4);
}

TEST(BenchHistogram, IsCumulative) {
    const auto points = two_thirds.cumulative();
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points[0], (std::pair<double, double>(9, 2.0 / 3)));
    EXPECT_EQ(points[1], (std::pair<double, double>(36, 1)));
}

TEST(BenchHistogram, BeginsABucketWhereTheOneBeforeEnds) {
    EXPECT_DOUBLE_EQ(Histogram({{90, 1}, {92, 1}}).mean_ns(), (85 + 91) / 2.0);
    EXPECT_EQ(Histogram({{0, 4}}).mean_ns(), 0);
}

TEST(BenchHistogram, AddsAnother) {
    Histogram sum = two_thirds;
    sum.add(Histogram({{9, 1}, {18, 4}}));
    EXPECT_EQ(sum.total(), 8U);
    EXPECT_DOUBLE_EQ(sum.mean_ns(), (3 * 8.5 + 4 * 17 + 34) / 8);
}

TEST(BenchHistogram, CountsOperationsForEachTaking) {
    bench::Distributions all;
    all.hold = two_thirds;
    EXPECT_EQ(all.ops_per_acquisition(), 1);
    all.per_thread_ops = {20, 22};
    EXPECT_EQ(all.ops_per_acquisition(), 14);
}

}  // namespace
}  // namespace heddle::bench_histogram_test
