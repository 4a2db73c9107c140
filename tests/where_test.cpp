// SPDX-License-Identifier: Apache-2.0
#include "checker/sync/where.h"

#include <gtest/gtest.h>

namespace heddle {
namespace {

TEST(Where, KeepsAllThreeInTwoWords) {
    static_assert(sizeof(Where) == 16);
    for (const unsigned line : {1U, 65'535U, 65'536U, ~0U}) {
        const Where where("model/mlock.cpp", "munlock_vma_page", line);
        EXPECT_STREQ(where.file(), "model/mlock.cpp");
        EXPECT_STREQ(where.function(), "munlock_vma_page");
        EXPECT_EQ(where.line(), line);
    }
}

TEST(Where, IsItsCaller) {
    const Where where = Where::here();
    EXPECT_STREQ(where.file(), "tests/where_test.cpp");
    EXPECT_STREQ(where.function(), "TestBody");
    EXPECT_EQ(where.line(), 20U);
}

TEST(Where, IsEmptyIfNothingIsKnown) {
    const Where where;
    EXPECT_STREQ(where.file(), "");
    EXPECT_STREQ(where.function(), "");
    EXPECT_EQ(where.line(), 0U);
}

}  // namespace
}  // namespace heddle
