// SPDX-License-Identifier: Apache-2.0
#include "scenarios/toml_letters.h"

#include <algorithm>

namespace heddle {

namespace {

// Behind the closing quotes of the string that begins at `at`, or the end of what it may be.
std::size_t end_of_string(const std::string& text, std::size_t at) {
    const char quote = text[at];
    const std::string three(3, quote);
    const bool is_long = text.compare(at, 3, three) == 0;
    for (std::size_t i = at + (is_long ? 3 : 1); i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (is_long && text.compare(i, 3, three) == 0) {
            // Up to two quotes before the closing ones belong to the string.
            const std::size_t quotes = std::min(text.find_first_not_of(quote, i), text.size());
            return std::min(quotes, i + 5);
        } else if (!is_long && (text[i] == quote || text[i] == '\n')) {
            return i + 1;
        }
    }
    return text.size();
}

}  // namespace

std::optional<std::size_t> foreign_letter(const std::string& text) {
    constexpr const char* byte_order_mark = "\xEF\xBB\xBF";
    for (std::size_t at = text.starts_with(byte_order_mark) ? 3 : 0; at < text.size();) {
        if (text[at] == '"' || text[at] == '\'') {
            at = end_of_string(text, at);
        } else if (text[at] == '#') {
            at = std::min(text.find('\n', at), text.size());
        } else if (static_cast<unsigned char>(text[at]) >= 0x80) {
            return at;
        } else {
            ++at;
        }
    }
    return std::nullopt;
}

}  // namespace heddle
