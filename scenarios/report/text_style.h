// SPDX-License-Identifier: Apache-2.0
// How text meets a terminal: widths, colours, wrapping.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace heddle {

// A narrower terminal gets lines of this width.
constexpr unsigned width_min = 40;

struct TextStyle {
    bool colour = false;   // ANSI escape sequences are understood
    unsigned width = 100;  // columns of the terminal
    bool verbose = false;  // of a trace every step
};

// The same text if the style has no colour.
std::string bold(const TextStyle& style, std::string_view text);
std::string dim(const TextStyle& style, std::string_view text);
std::string red(const TextStyle& style, std::string_view text);
std::string green(const TextStyle& style, std::string_view text);

// Columns that UTF-8 text without wide characters takes.
unsigned text_width(std::string_view text);

// The text and blanks up to `width`.
std::string padded(std::string_view text, unsigned width);

// The text as lines of at most `width` columns, broken at blanks where there are any; lines after
// the first begin with `indent` blanks. `width` is above `indent`. At least one line.
std::vector<std::string> wrapped(std::string_view text, unsigned width, unsigned indent);

// Its lines, without an empty one at the end.
std::vector<std::string> lines_of_text(std::string_view text);

}  // namespace heddle
