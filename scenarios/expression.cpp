// SPDX-License-Identifier: Apache-2.0
#include "scenarios/expression.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

namespace heddle {

namespace {

constexpr unsigned depth_max = 50;

bool is_name_letter(char letter, bool first) {
    const auto byte = static_cast<unsigned char>(letter);
    return std::isalpha(byte) != 0 || letter == '_' ||
           (!first && (std::isdigit(byte) != 0 || letter == '-'));
}

using Compare = bool (*)(std::int64_t, std::int64_t);

struct Comparison {
    const char* text;
    Compare compare;
};

// Longer ones first, so that "<=" is not read as "<".
constexpr Comparison comparisons[] = {
    {"==", [](std::int64_t a, std::int64_t b) { return a == b; }},
    {"!=", [](std::int64_t a, std::int64_t b) { return a != b; }},
    {"<=", [](std::int64_t a, std::int64_t b) { return a <= b; }},
    {">=", [](std::int64_t a, std::int64_t b) { return a >= b; }},
    {"<", [](std::int64_t a, std::int64_t b) { return a < b; }},
    {">", [](std::int64_t a, std::int64_t b) { return a > b; }},
};

}  // namespace

// Recursive descent, a function per rule of the grammar. An empty Value means that `error` is set.
class ExpressionParser {
  public:
    ExpressionParser(const std::string& file, const Word& condition,
                     const Expression::Lookup& lookup)
        : file_(file), condition_(condition), text_(condition.text), lookup_(lookup) {}

    std::variant<Expression, FileError> parse() {
        Expression expression;
        expression.value_ = condition();
        skip_blanks();
        if (expression.value_ && at_ < text_.size()) {
            expected("an operator or the end");
        }
        if (error_) {
            return *error_;
        }
        expression.names_ = std::move(names_);
        return expression;
    }

  private:
    using Value = Expression::Value;

    Value expected(const std::string& what) { return wrong(at_, "expected " + what); }

    Value wrong(std::size_t at, const std::string& message) {
        if (!error_) {
            Place place = condition_.place;
            place.column += static_cast<unsigned>(at);
            error_ = FileError{file_, place, "condition '" + text_ + "': " + message};
        }
        return {};
    }

    void skip_blanks() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
            ++at_;
        }
    }

    bool take(const std::string& symbol) {
        skip_blanks();
        if (text_.compare(at_, symbol.size(), symbol) != 0) {
            return false;
        }
        at_ += symbol.size();
        return true;
    }

    // One or more operands with `symbol` between them; empty if one is wrong. They stay in a row,
    // so that a long chain neither nests calls nor copies what stands before.
    std::vector<Value> chain(const char* symbol, Value (ExpressionParser::*operand)()) {
        std::vector<Value> operands;
        do {
            operands.push_back((this->*operand)());
            if (!operands.back()) {
                return {};
            }
        } while (take(symbol));
        return operands;
    }

    Value condition() {
        std::vector<Value> any = chain("||", &ExpressionParser::conjunction);
        if (any.size() < 2) {
            return any.empty() ? Value() : std::move(any[0]);
        }
        return [any = std::move(any)]() -> std::int64_t {
            return std::any_of(any.begin(), any.end(),
                               [](const Value& operand) { return operand() != 0; });
        };
    }

    Value conjunction() {
        std::vector<Value> all = chain("&&", &ExpressionParser::comparison);
        if (all.size() < 2) {
            return all.empty() ? Value() : std::move(all[0]);
        }
        return [all = std::move(all)]() -> std::int64_t {
            return std::all_of(all.begin(), all.end(),
                               [](const Value& operand) { return operand() != 0; });
        };
    }

    Value comparison() {
        Value left = term();
        for (const Comparison& row : comparisons) {
            if (left && take(row.text)) {
                Value right = term();
                if (!right) {
                    return {};
                }
                return [left, right, compare = row.compare]() -> std::int64_t {
                    return compare(left(), right());
                };
            }
        }
        return left;
    }

    Value term() {
        if (++depth_ > depth_max) {
            return wrong(
                at_, "nested too deep; expected at most " + std::to_string(depth_max) + " levels");
        }
        Value value = term_at_depth();
        --depth_;
        return value;
    }

    Value term_at_depth() {
        skip_blanks();
        if (take("!")) {
            Value negated = term();
            if (!negated) {
                return {};
            }
            return [negated]() -> std::int64_t { return negated() == 0; };
        }
        if (take("(")) {
            Value inner = condition();
            if (inner && !take(")")) {
                return expected("')'");
            }
            return inner;
        }
        if (take("-")) {
            skip_blanks();
            return integer("-");
        }
        if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
            return integer("");
        }
        return name();
    }

    Value integer(const std::string& sign) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
            ++at_;
        }
        if (at_ == begin) {
            return expected("a number");
        }
        const std::string digits = sign + text_.substr(begin, at_ - begin);
        std::int64_t value = 0;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec !=
            std::errc()) {
            return wrong(begin, "the number does not fit; expected a signed one of 64 bits");
        }
        return [value] { return value; };
    }

    Value name() {
        const std::size_t begin = at_;
        std::vector<std::string> path;
        do {
            const std::size_t part = at_;
            while (at_ < text_.size() && is_name_letter(text_[at_], at_ == part)) {
                ++at_;
            }
            if (at_ == part) {
                return expected("a name, a number, '!', '-' or '('");
            }
            path.push_back(text_.substr(part, at_ - part));
        } while (at_ < text_.size() && text_[at_] == '.' && ++at_ != 0);
        auto found = lookup_(path);
        const std::string whole = text_.substr(begin, at_ - begin);
        if (const auto* message = std::get_if<std::string>(&found)) {
            return wrong(begin, "nothing is called '" + whole + "'; " + *message);
        }
        names_.push_back({whole, std::get<Value>(found)});
        return names_.back().value;
    }

    const std::string& file_;
    const Word& condition_;
    const std::string& text_;
    const Expression::Lookup& lookup_;
    std::size_t at_ = 0;
    unsigned depth_ = 0;
    std::vector<Expression::Named> names_;
    std::optional<FileError> error_;
};

std::variant<Expression, FileError> Expression::parse(const std::string& file,
                                                      const Word& condition, const Lookup& lookup) {
    return ExpressionParser(file, condition, lookup).parse();
}

std::string Expression::values() const {
    std::string text;
    for (const Named& named : names_) {
        text += (text.empty() ? "" : ", ") + named.name + " = " + std::to_string(named.value());
    }
    return text;
}

}  // namespace heddle
