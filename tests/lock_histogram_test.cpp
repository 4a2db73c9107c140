// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bench/locks/histogram.h"

namespace heddle::lock_histogram_test {
namespace {

// Each time is in a bucket that ends at it or above, and the bucket before ends below it; none is
// wider than an eighth.
TEST(LockHistogram, PutsEachTimeInItsBucket) {
    for (std::uint64_t ns = 0; ns < 100'000; ns += ns < 100 ? 1 : 37) {
        const unsigned bucket = Histogram::bucket_of(ns);
        const std::uint64_t upper = Histogram::upper_of(bucket);
        EXPECT_GE(upper, ns);
        EXPECT_TRUE(bucket == 0 || Histogram::upper_of(bucket - 1) < ns) << ns;
        EXPECT_LE(upper - ns, ns / 8) << ns;
    }
    EXPECT_EQ(Histogram::bucket_of(~std::uint64_t{0}), Histogram::size - 1);
}

TEST(LockHistogram, KnowsQuantiles) {
    Histogram histogram;
    EXPECT_EQ(histogram.quantile(0.5), 0);
    for (std::uint64_t ns = 1; ns <= 10; ++ns) {
        histogram.add(ns);
    }
    EXPECT_EQ(histogram.quantile(0.5), 5);
    EXPECT_EQ(histogram.quantile(0.99), 10);
    Histogram other;
    other.add(1'000'001);
    histogram.add(other);
    EXPECT_EQ(histogram.total(), 11U);
    EXPECT_EQ(histogram.max(), 1'000'001U);
    EXPECT_EQ(histogram.quantile(1), 1'000'001);  // not the end of its bucket
}

}  // namespace
}  // namespace heddle::lock_histogram_test
