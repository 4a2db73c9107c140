// SPDX-License-Identifier: Apache-2.0
#include "scenarios/quantity.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace heddle {

namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
    Number number = 0;
    const std::from_chars_result result =
        std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = result.ec == std::errc() && result.ptr == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

// The power of two behind a suffix; 0 for none.
unsigned shift_of(char suffix) {
    switch (suffix) {
        case 'K':
        case 'k':
            return 10;
        case 'M':
        case 'm':
            return 20;
        case 'G':
        case 'g':
            return 30;
        default:
            return 0;
    }
}

}  // namespace

std::optional<std::uint64_t> parse_count(const std::string& text) {
    return parse_whole<std::uint64_t>(text);
}

std::optional<std::uint64_t> parse_size(const std::string& text) {
    std::string_view digits = text;
    const unsigned shift = digits.empty() ? 0 : shift_of(digits.back());
    digits.remove_suffix(shift == 0 ? 0 : 1);
    const std::optional<std::uint64_t> number = parse_whole<std::uint64_t>(digits);
    if (!number || *number > std::numeric_limits<std::uint64_t>::max() >> shift) {
        return std::nullopt;
    }
    return *number << shift;
}

std::optional<double> parse_seconds(const std::string& text) {
    const std::optional<double> number = parse_whole<double>(text);
    return number && std::isfinite(*number) && !std::signbit(*number) ? number : std::nullopt;
}

std::string size_text(std::uint64_t bytes) {
    constexpr std::uint64_t kibi = 1024;
    const auto count = static_cast<double>(bytes);
    if (bytes < kibi * kibi) {
        return fmt::format("{:.0f} KiB", std::ceil(count / 1024));
    }
    if (bytes < kibi * kibi * kibi) {
        return fmt::format("{:.1f} MiB", count / (1024.0 * 1024));
    }
    return fmt::format("{:.2f} GiB", count / (1024.0 * 1024 * 1024));
}

}  // namespace heddle
