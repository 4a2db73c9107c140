// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/text_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace heddle {

namespace {

std::string with_code(const TextStyle& style, std::string_view text, int code) {
    return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

bool continues_a_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

// Bytes that the first `width` characters take.
std::size_t bytes_of(std::string_view text, unsigned width) {
    std::size_t bytes = 0;
    while (bytes < text.size()) {
        if (!continues_a_character(text[bytes]) && width-- == 0) {
            break;
        }
        ++bytes;
    }
    return bytes;
}

}  // namespace

std::string bold(const TextStyle& style, std::string_view text) {
    return with_code(style, text, 1);
}
std::string dim(const TextStyle& style, std::string_view text) { return with_code(style, text, 2); }
std::string red(const TextStyle& style, std::string_view text) {
    return with_code(style, text, 31);
}
std::string green(const TextStyle& style, std::string_view text) {
    return with_code(style, text, 32);
}

unsigned text_width(std::string_view text) {
    return static_cast<unsigned>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues_a_character(c); }));
}

std::string padded(std::string_view text, unsigned width) {
    const unsigned own = text_width(text);
    return std::string(text) + std::string(own < width ? width - own : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view text, unsigned width, unsigned indent) {
    assert(width > indent && "a line has room for a character");
    std::vector<std::string> lines;
    std::string blanks;
    do {
        const unsigned room = width - static_cast<unsigned>(blanks.size());
        std::size_t end = bytes_of(text, room);
        if (end < text.size()) {
            const std::size_t blank = text.rfind(' ', end);
            const bool breaks = blank != text.npos && text.find_first_not_of(' ') < blank;
            end = breaks ? blank : end;
        }
        std::string line = blanks + std::string(text.substr(0, end));
        line.erase(line.find_last_not_of(' ') + 1);
        lines.push_back(std::move(line));
        text.remove_prefix(std::min(text.find_first_not_of(' ', end), text.size()));
        blanks = std::string(indent, ' ');
    } while (!text.empty());
    return lines;
}

std::vector<std::string> lines_of_text(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace heddle
