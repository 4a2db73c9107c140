// SPDX-License-Identifier: Apache-2.0
// A condition: read, and if it means something asked.
#include <cassert>
#include <variant>

#include "scenarios/expression.h"
#include "tests/fuzz/fuzz.h"

namespace {

using heddle::Expression;

// Names that begin with an x there are not. The value of others is their length, or less than 0.
std::variant<Expression::Value, std::string> look_up(const std::vector<std::string>& path) {
    if (path[0][0] == 'x') {
        return "expected another letter";
    }
    const auto length = static_cast<std::int64_t>(path[0].size());
    return [value = path.size() > 1 ? -length : length] { return value; };
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming)
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const heddle::Word condition = {heddle::text_of_input(data, size), {7, 3}};
    const auto parsed = Expression::parse("fuzz.toml", condition, look_up);
    if (const auto* error = std::get_if<heddle::FileError>(&parsed)) {
        assert(!error->message.empty());
        assert(error->place.line == 7);
        assert(error->place.column >= 3 && error->place.column <= 3 + size);
        return 0;
    }
    const auto& expression = std::get<Expression>(parsed);
    assert(expression.holds() == expression.holds());
    assert(expression.values() == expression.values());
    return 0;
}
