// SPDX-License-Identifier: Apache-2.0
#include "scenarios/expression.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace heddle::expression_test {
namespace {

using Parsed = std::variant<Expression, FileError>;

std::string dotted(const std::vector<std::string>& path) {
    std::string name;
    for (const std::string& part : path) {
        name += (name.empty() ? "" : ".") + part;
    }
    return name;
}

// Names are P.mlocked = 1, P.lru = 0, zone0.NR_MLOCK = 2 and low-1 = -3.
std::variant<Expression::Value, std::string> look_up(const std::vector<std::string>& path) {
    static const std::map<std::string, std::int64_t> values = {
        {"P.mlocked", 1}, {"P.lru", 0}, {"zone0.NR_MLOCK", 2}, {"low-1", -3}};
    const auto found = values.find(dotted(path));
    if (found == values.end()) {
        return std::string("expected P.mlocked");
    }
    return Expression::Value([value = found->second] { return value; });
}

// The condition stands in line 7 from column 10.
Parsed parsed(const std::string& text) {
    return Expression::parse("x.toml", Word{text, {7, 10}}, look_up);
}

std::string error_of(const std::string& text) {
    const Parsed result = parsed(text);
    const auto* error = std::get_if<FileError>(&result);
    return error == nullptr ? "no error" : text_of(*error);
}

bool holds(const std::string& text) {
    const Parsed result = parsed(text);
    EXPECT_TRUE(std::holds_alternative<Expression>(result)) << error_of(text);
    const auto* expression = std::get_if<Expression>(&result);
    return expression != nullptr && expression->holds();
}

std::string repeated(const std::string& part, unsigned times) {
    std::string text;
    for (unsigned i = 0; i < times; ++i) {
        text += part;
    }
    return text;
}

TEST(Expression, HoldsIfItsValueIsNotZero) {
    for (const char* text : {"1", "-1", "P.mlocked", "!P.lru", "!!2", "(P.mlocked)",
                             "  P.mlocked  ", "- 5", "low-1"}) {
        EXPECT_TRUE(holds(text)) << text;
    }
    for (const char* text : {"0", "-0", "P.lru", "!P.mlocked", "!(1)", "((0))", "!!0"}) {
        EXPECT_FALSE(holds(text)) << text;
    }
}

TEST(Expression, ComparesSignedNumbers) {
    for (const char* text : {"1 == 1", "1 != 2", "1 < 2", "-2 < 1", "2 <= 2", "2 >= 2", "3 > -3",
                             "zone0.NR_MLOCK>=2", "low-1 == -3", "low-1<P.lru"}) {
        EXPECT_TRUE(holds(text)) << text;
    }
    for (const char* text : {"1 == 2", "1 != 1", "2 < 2", "1 < -2", "3 <= 2", "1 >= 2", "2 > 2"}) {
        EXPECT_FALSE(holds(text)) << text;
    }
}

TEST(Expression, BindsNotThenComparisonThenAndThenOr) {
    EXPECT_TRUE(holds("!P.mlocked == 0"));   // (!1) == 0
    EXPECT_FALSE(holds("!P.mlocked == 2"));  // not !(1 == 2)
    EXPECT_TRUE(holds("1 || 0 && 0"));       // 1 || (0 && 0)
    EXPECT_FALSE(holds("(1 || 0) && 0"));
    EXPECT_TRUE(holds("0 && 0 || 1"));
    EXPECT_TRUE(holds("0 == 1 || 2 > 1 && 3 != 4"));
    EXPECT_TRUE(holds("!(P.mlocked && P.lru)"));
    EXPECT_TRUE(holds("(1 < 2) == 1"));
}

TEST(Expression, ReadsOnlyWhatDecides) {
    unsigned reads = 0;
    const auto count = [&reads](const std::vector<std::string>& path) {
        return Expression::Value([&reads, value = path[0] == "yes" ? 1 : 0]() -> std::int64_t {
            ++reads;
            return value;
        });
    };
    const auto reads_of = [&](const std::string& text) {
        const Parsed result = Expression::parse("x.toml", Word{text, {1, 1}}, count);
        reads = 0;
        std::get<Expression>(result).holds();
        return reads;
    };
    EXPECT_EQ(reads_of("no && yes && yes"), 1U);
    EXPECT_EQ(reads_of("yes || no || no"), 1U);
    EXPECT_EQ(reads_of("yes && no && yes"), 2U);
    EXPECT_EQ(reads_of("no || no || yes"), 3U);
    EXPECT_EQ(reads_of("no && yes || yes"), 2U);
}

TEST(Expression, ReadsPresentValues) {
    std::int64_t value = 0;
    const Parsed result = Expression::parse(
        "x.toml", Word{"P.mlocked == 1", {1, 1}}, [&value](const std::vector<std::string>&) {
            return Expression::Value([&value] { return value; });
        });
    const auto& expression = std::get<Expression>(result);
    EXPECT_FALSE(expression.holds());
    EXPECT_EQ(expression.values(), "P.mlocked = 0");
    value = 1;
    EXPECT_TRUE(expression.holds());
    EXPECT_EQ(expression.values(), "P.mlocked = 1");
}

TEST(Expression, TellsTheValuesOfItsNames) {
    EXPECT_EQ(std::get<Expression>(parsed("P.mlocked == 0 && zone0.NR_MLOCK >= 1")).values(),
              "P.mlocked = 1, zone0.NR_MLOCK = 2");
    EXPECT_EQ(std::get<Expression>(parsed("1 == 1")).values(), "");
}

struct Malformed {
    std::string text;
    unsigned column;  // within the text, from 1
    std::string message;
};

TEST(Expression, TellsWhereItIsMalformed) {
    const std::string operand = "expected a name, a number, '!', '-' or '('";
    const std::string operation = "expected an operator or the end";
    const std::vector<Malformed> table = {
        {"", 1, operand},
        {"   ", 4, operand},
        {"P.mlocked ==", 13, operand},
        {"P.mlocked == == 1", 14, operand},
        {"== 1", 1, operand},
        {"&& 1", 1, operand},
        {"1 &&", 5, operand},
        {"1 || ", 6, operand},
        {"1 && || 1", 6, operand},
        {"!", 2, operand},
        {"!= 1", 2, operand},
        {"()", 2, operand},
        {"P.", 3, operand},
        {".mlocked", 1, operand},
        {"P..mlocked", 3, operand},
        {"P.1", 3, operand},
        {"1 == @", 6, operand},
        {"(1", 3, "expected ')'"},
        {"((1) && 0", 10, "expected ')'"},
        {"1)", 2, operation},
        {"1 1", 3, operation},
        {"1 = 1", 3, operation},
        {"1 & 1", 3, operation},
        {"1 | 1", 3, operation},
        {"12P", 3, operation},
        {"1 == 1 == 1", 8, operation},
        {"1 < 2 < 3", 7, operation},
        {"-", 2, "expected a number"},
        {"1 == -P.lru", 7, "expected a number"},
        {"P.nothing", 1, "nothing is called 'P.nothing'; expected P.mlocked"},
        {"1 && (Q || 1)", 7, "nothing is called 'Q'; expected P.mlocked"},
    };
    for (const Malformed& row : table) {
        EXPECT_EQ(error_of(row.text), "x.toml:7:" + std::to_string(9 + row.column) +
                                          ": condition '" + row.text + "': " + row.message);
    }
}

TEST(Expression, TakesIntegersOf64Bits) {
    EXPECT_TRUE(holds("9223372036854775807 > 9223372036854775806"));
    EXPECT_TRUE(holds("-9223372036854775808 < -9223372036854775807"));
    EXPECT_TRUE(holds("000000000000000000000000000001 == 1"));
    for (const char* text : {"1 == 9223372036854775808", "1 <= 99999999999999999999999999"}) {
        EXPECT_EQ(error_of(text), "x.toml:7:15: condition '" + std::string(text) +
                                      "': the number does not fit; expected a signed one of "
                                      "64 bits");
    }
    EXPECT_TRUE(error_of("-9223372036854775809").starts_with("x.toml:7:11: "));
}

TEST(Expression, NestsFiftyLevels) {
    EXPECT_TRUE(holds(repeated("(", 49) + "1" + repeated(")", 49)));
    EXPECT_FALSE(holds(repeated("!", 49) + "1"));
    for (const char* open : {"(", "!", "!(", "(1 && ", "(1 == "}) {
        const std::string error = error_of(repeated(open, 100'000));
        EXPECT_TRUE(error.ends_with("nested too deep; expected at most 50 levels")) << open;
    }
    EXPECT_TRUE(error_of(repeated("(", 50) + "1").starts_with("x.toml:7:60: "));
}

TEST(Expression, TakesLongChainsWithoutNesting) {
    EXPECT_TRUE(holds("1" + repeated(" && 1", 100'000)));
    EXPECT_FALSE(holds("0" + repeated(" || 0", 100'000)));
    EXPECT_TRUE(holds("0" + repeated(" && 1 || 0", 50'000) + " || 1"));
}

}  // namespace
}  // namespace heddle::expression_test
