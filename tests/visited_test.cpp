// SPDX-License-Identifier: Apache-2.0
#include "checker/visited.h"

#include <gtest/gtest.h>

#include <random>

namespace heddle::visited_test {
namespace {

TEST(VisitedStates, KnowsWhatItHasSeenAcrossGrowth) {
    VisitedStates visited;
    std::mt19937_64 random(1);
    std::vector<Fingerprint> seen;
    for (int i = 0; i < 300'000; ++i) {
        seen.push_back({random(), random()});
        EXPECT_TRUE(visited.insert(seen.back()));
    }
    for (const Fingerprint fingerprint : seen) {
        ASSERT_FALSE(visited.insert(fingerprint));
    }
    EXPECT_EQ(visited.size(), 300'000U);
}

TEST(VisitedStates, TellsFingerprintsApartThatShareAHalf) {
    VisitedStates visited;
    EXPECT_TRUE(visited.insert({1, 7}));
    EXPECT_TRUE(visited.insert({2, 7}));
    EXPECT_TRUE(visited.insert({1, 8}));
    EXPECT_TRUE(visited.insert({0, ~0ULL}));  // the last slot: probing wraps around
    EXPECT_TRUE(visited.insert({1, ~0ULL}));
    EXPECT_TRUE(visited.insert({0, 0}));
    EXPECT_FALSE(visited.insert({0, 0}));
    EXPECT_EQ(visited.size(), 6U);
}

TEST(VisitedStates, UsesAtMost24BytesAState) {
    VisitedStates visited;
    std::mt19937_64 random(2);
    for (int i = 0; i < 1'000'000; ++i) {
        visited.insert({random(), random()});
        if (i > 65'536) {
            ASSERT_LE(visited.bytes(), 24 * visited.size());
        }
    }
}

}  // namespace
}  // namespace heddle::visited_test
