// SPDX-License-Identifier: Apache-2.0
#include "scenarios/selection.h"

#include <gtest/gtest.h>

#include "scenarios/nearest.h"

namespace heddle::selection_test {
namespace {

TEST(Patterns, MatchWholeNames) {
    EXPECT_TRUE(matches("nr-*", "nr-mlock-leak/seed"));
    EXPECT_TRUE(matches("*/seed", "nr-mlock-leak/seed"));
    EXPECT_TRUE(matches("a?c", "abc"));
    EXPECT_TRUE(matches("[a-c]x[!y]", "bxz"));
    EXPECT_FALSE(matches("[a-c]x[!y]", "bxy"));
    EXPECT_FALSE(matches("nr", "nr-mlock"));
    EXPECT_FALSE(matches("a?", "a"));
    EXPECT_TRUE(matches("**", ""));
}

TEST(Nearest, IsEmptyForAWordLikeNone) {
    EXPECT_EQ(nearest("munlok", {"mlock", "munlock"}), "munlock");
    EXPECT_EQ(nearest("xylophone", {"mlock", "munlock"}), "");
}

}  // namespace
}  // namespace heddle::selection_test
