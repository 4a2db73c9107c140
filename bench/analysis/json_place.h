// SPDX-License-Identifier: Apache-2.0
// JSON from outside, read so that a message can tell where something is wrong.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace heddle::bench {

// A value and where it stands, such as "a.json: benchmarks[2].ops". What it points to must outlive
// it. Every function throws InputError if the value is of another kind.
class JsonPlace {
  public:
    JsonPlace(const nlohmann::json& value, std::string place)
        : value_(&value), place_(std::move(place)) {}

    // A member of an object, which must be there; and one that need not.
    JsonPlace at(const std::string& name) const;
    std::optional<JsonPlace> find(const std::string& name) const;

    std::vector<JsonPlace> elements() const;  // of an array
    std::string text() const;
    double number() const;        // finite
    double positive() const;      // finite, above 0
    std::uint64_t count() const;  // a whole number, 0 or more
    bool flag() const;            // true, false, or a number: not 0

    const nlohmann::json& value() const { return *value_; }
    const std::string& place() const { return place_; }

    [[noreturn]] void expected(const std::string& what) const;

  private:
    const nlohmann::json* value_;
    std::string place_;
};

// The whole text of a file, and the JSON in it. Throw InputError with the file's name, and with
// line and column of what is no JSON.
std::string read_text(const std::string& file);
nlohmann::json read_json(const std::string& file);

// The JSON in a text; `place` begins the message of the InputError.
nlohmann::json parse_json(const std::string& text, const std::string& place);

}  // namespace heddle::bench
