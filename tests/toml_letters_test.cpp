// SPDX-License-Identifier: Apache-2.0
#include "scenarios/toml_letters.h"

#include <gtest/gtest.h>

#include <variant>

#include "scenarios/toml_table.h"

namespace heddle::toml_letters_test {
namespace {

TEST(TomlLetters, AreForeignOutsideStringsAndComments) {
    EXPECT_EQ(foreign_letter("a = 1\n\u0342 = 2"), 6U);
    EXPECT_EQ(foreign_letter("\u00e4 = 1"), 0U);
    EXPECT_EQ(foreign_letter("a = \"x\" \u00e4"), 8U);
    EXPECT_EQ(foreign_letter("a = 'x\\' \u00e4"), 9U);  // no escapes in it
    EXPECT_EQ(foreign_letter("a = \"\"\"x\"\"\" \u00e4"), 12U);
    EXPECT_EQ(foreign_letter("a = \"x\n\u00e4"), 7U);  // ends with its line
}

TEST(TomlLetters, MayBeAnyInStringsAndComments) {
    for (const std::string text : {"", "a = 1 # \u00e4", "a = \"\u00e4\"", "a = \"x\\\"\u00e4\"",
                                   "a = '\u00e4'", "a = \"\"\"\n\u00e4 \"\" \u00e4\"\"\"",
                                   "a = \"\"\"\u00e4\\\"\"\"\"", "a = '''\u00e4\n'\u00e4'''",
                                   "a = \"\"\"\u00e4\"\"\"\"\"", "\xEF\xBB\xBF# \u00e4\na = 1"}) {
        EXPECT_EQ(foreign_letter(text), std::nullopt) << text;
        EXPECT_TRUE(std::holds_alternative<toml::table>(parse_toml("test.toml", text))) << text;
    }
}

}  // namespace
}  // namespace heddle::toml_letters_test
