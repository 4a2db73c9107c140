// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/json_place.h"

#include <cmath>
#include <fstream>
#include <iterator>

#include "bench/analysis/input_error.h"

namespace heddle::bench {

void JsonPlace::expected(const std::string& what) const {
    constexpr std::size_t shown_max = 60;
    std::string shown = value_->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    if (shown.size() > shown_max) {
        shown = shown.substr(0, shown_max) + "...";
    }
    const std::string separator = place_.ends_with(": ") ? "" : ": ";
    throw InputError(place_ + separator + shown + "; expected " + what);
}

std::optional<JsonPlace> JsonPlace::find(const std::string& name) const {
    if (!value_->is_object()) {
        expected("an object");
    }
    const auto found = value_->find(name);
    if (found == value_->end()) {
        return std::nullopt;
    }
    return JsonPlace(*found, place_ + (place_.ends_with(": ") ? "" : ".") + name);
}

JsonPlace JsonPlace::at(const std::string& name) const {
    auto found = find(name);
    if (!found) {
        expected("a member '" + name + "'");
    }
    return *found;
}

std::vector<JsonPlace> JsonPlace::elements() const {
    if (!value_->is_array()) {
        expected("an array");
    }
    std::vector<JsonPlace> all;
    for (const nlohmann::json& element : *value_) {
        all.emplace_back(element, place_ + "[" + std::to_string(all.size()) + "]");
    }
    return all;
}

std::string JsonPlace::text() const {
    if (!value_->is_string()) {
        expected("a string");
    }
    return value_->get<std::string>();
}

double JsonPlace::number() const {
    if (!value_->is_number() || !std::isfinite(value_->get<double>())) {
        expected("a finite number");
    }
    return value_->get<double>();
}

double JsonPlace::positive() const {
    if (number() <= 0) {
        expected("a number above 0");
    }
    return number();
}

std::uint64_t JsonPlace::count() const {
    if (!value_->is_number_unsigned()) {
        expected("a whole number, 0 or more");
    }
    return value_->get<std::uint64_t>();
}

bool JsonPlace::flag() const { return value_->is_boolean() ? value_->get<bool>() : number() != 0; }

std::string read_text(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        throw InputError(file + ": cannot be read");
    }
    return text;
}

nlohmann::json parse_json(const std::string& text, const std::string& place) {
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
        const std::string what = error.what();
        const std::size_t begin = what.find("] ");
        throw InputError(place + ": " +
                         (begin == std::string::npos ? what : what.substr(begin + 2)));
    }
}

nlohmann::json read_json(const std::string& file) { return parse_json(read_text(file), file); }

}  // namespace heddle::bench
