// SPDX-License-Identifier: Apache-2.0
// A prebuilt page and the data that it shows.
#pragma once

#include <cassert>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>

namespace heddle {

// Stands once in a prebuilt page, where the data go.
constexpr std::string_view page_place = "@HEDDLE_RESULTS@";

// JSON that cannot end the element it stands in, nor begin another: without any '<'. It is ASCII,
// too, so that no character is one that ends a line to somebody.
inline std::string text_inside_html(const nlohmann::ordered_json& json) {
    const std::string text =
        json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
    std::string escaped;
    escaped.reserve(text.size());
    for (const char letter : text) {
        if (letter == '<') {
            escaped += "\\u003c";
        } else {
            escaped += letter;
        }
    }
    return escaped;
}

// Writes the page with the data in it.
inline void write_filled_page(std::ostream& out, std::string_view page,
                              const nlohmann::ordered_json& json) {
    const std::size_t place = page.find(page_place);
    assert(place != std::string_view::npos);
    out << page.substr(0, place) << text_inside_html(json)
        << page.substr(place + page_place.size());
}

}  // namespace heddle
