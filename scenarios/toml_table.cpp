// SPDX-License-Identifier: Apache-2.0
#include "scenarios/toml_table.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "scenarios/nearest.h"
#include "scenarios/toml_letters.h"

namespace heddle {

namespace {

struct TomlAssertion {};

std::string kind_of(const toml::node& node) {
    std::ostringstream text;
    text << node.type();
    return text.str();
}

// Where the lines of the text end, without their newlines. At least one.
std::vector<std::size_t> ends_of_lines(const std::string& text) {
    std::vector<std::size_t> ends;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', end + 1)) {
        ends.push_back(end);
    }
    ends.push_back(text.size());
    return ends;
}

// The same place, or the end of its line: toml++ counts a newline at the end of the text as a
// letter of its line.
Place inside(const std::string& text, Place place) {
    const std::vector<std::size_t> ends = ends_of_lines(text);
    const std::size_t line = std::clamp<std::size_t>(place.line, 1, ends.size());
    const std::size_t begin = line == 1 ? 0 : ends[line - 2] + 1;
    const std::size_t column = std::clamp<std::size_t>(place.column, 1, ends[line - 1] - begin + 1);
    return {static_cast<unsigned>(line), static_cast<unsigned>(column)};
}

// Columns count characters: bytes that go on with one are none.
Place place_of_byte(const std::string& text, std::size_t at) {
    Place place = {1, 1};
    for (const char byte : text.substr(0, at)) {
        if (byte == '\n') {
            place = {place.line + 1, 1};
        } else if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80) {
            ++place.column;
        }
    }
    return place;
}

bool makes_toml_assert(const std::string& text) {
    try {
        static_cast<void>(toml::parse(text));
    } catch (const toml::parse_error&) {
        return false;
    } catch (const TomlAssertion&) {
        return true;
    }
    return false;
}

// The line at fault ends the shortest run of lines that makes toml++ assert.
Place place_of_assertion(const std::string& text) {
    const std::vector<std::size_t> ends = ends_of_lines(text);
    const auto fault = std::partition_point(ends.begin(), ends.end(), [&text](std::size_t end) {
        return !makes_toml_assert(text.substr(0, end));
    });
    return inside(text, {static_cast<unsigned>(fault - ends.begin()) + 1, 1});
}

}  // namespace

void toml_assertion_failed() { throw TomlAssertion(); }

std::variant<toml::table, FileError> parse_toml(const std::string& file, const std::string& text) {
    // On some such letters toml++ 3.3 runs into what its authors take to be unreachable.
    if (const std::optional<std::size_t> at = foreign_letter(text)) {
        return FileError{
            file, place_of_byte(text, *at),
            "a letter outside strings and comments that is not ASCII; expected keys of "
            "letters a-z, digits, '_' and '-'"};
    }
    try {
        return toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        const toml::source_position begin = error.source().begin;
        return FileError{file, inside(text, {begin.line, begin.column}),
                         std::string(error.description())};
    } catch (const TomlAssertion&) {
        return FileError{file, place_of_assertion(text),
                         "malformed line; expected TOML such as [machine] or cpus = 2"};
    }
}

std::variant<std::string, FileError> read_text(const std::string& file) {
    std::error_code ignored;
    std::ifstream stream(file, std::ios::binary);
    if (!stream || std::filesystem::is_directory(file, ignored)) {
        return FileError{file, {}, "cannot be read; expected a scenario file"};
    }
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::variant<toml::table, FileError> read_toml(const std::string& file) {
    const auto text = read_text(file);
    if (const auto* error = std::get_if<FileError>(&text)) {
        return *error;
    }
    return parse_toml(file, std::get<std::string>(text));
}

void FileErrors::add(Place place, const std::string& message) {
    if (!first_) {
        first_ = FileError{file_, place, message};
    }
}

Place place_of(const toml::node& node) {
    return {node.source().begin.line, node.source().begin.column};
}

TomlTable::TomlTable(FileErrors& errors, std::string what, std::vector<const toml::table*> layers,
                     const Keys& keys)
    : errors_(&errors), what_(std::move(what)), layers_(std::move(layers)), keys_(&keys) {
    for (const toml::table* layer : layers_) {
        check_keys(*layer);
    }
}

void TomlTable::check_keys(const toml::table& table) const {
    std::vector<std::string> candidates;
    for (const Key& key : *keys_) {
        candidates.emplace_back(key.name);
    }
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        if (std::count(candidates.begin(), candidates.end(), name) > 0) {
            continue;
        }
        std::string known;
        for (const std::string& candidate : candidates) {
            known += (known.empty() ? "" : ", ") + candidate;
        }
        const std::string meant = nearest(name, candidates);
        std::string message = "unknown key '";
        message.append(name).append("' in ").append(what_);
        if (!meant.empty()) {
            message.append("; did you mean '").append(meant).append("'?");
        }
        message.append("; expected one of: ").append(known);
        wrong({key.source().begin.line, key.source().begin.column}, message);
    }
}

const toml::node* TomlTable::find(const char* key) const {
    for (const toml::table* layer : layers_) {
        if (const toml::node* node = layer->get(key)) {
            return node;
        }
    }
    return nullptr;
}

Place TomlTable::place() const { return layers_.empty() ? Place{1, 1} : place_of(*layers_[0]); }

Place TomlTable::place(const char* key) const {
    const toml::node* node = find(key);
    return node == nullptr ? place() : place_of(*node);
}

Word TomlTable::word_of(const toml::node& node, const char* key) const {
    if (const auto* text = node.as_string()) {
        return {text->get(), place_of(node)};
    }
    wrong(place_of(node),
          std::string("'") + key + "' in " + what_ + ": expected a string, found " + kind_of(node));
    return {"", place_of(node)};
}

Word TomlTable::text(const char* key, const std::string& by_default) const {
    const toml::node* node = find(key);
    return node == nullptr ? Word{by_default, place()} : word_of(*node, key);
}

Word TomlTable::required_text(const char* key) const {
    if (!has(key)) {
        wrong(place(), "'" + std::string(key) + "' is missing in " + what_ + "; expected a string");
        return {};
    }
    Word word = text(key, "");
    if (word.text.empty()) {
        wrong(word.place,
              "'" + std::string(key) + "' in " + what_ + " is empty; expected a string");
    }
    return word;
}

bool TomlTable::boolean(const char* key) const {
    const toml::node* node = find(key);
    if (node != nullptr && !node->is_boolean()) {
        wrong(place_of(*node), std::string("'") + key + "' in " + what_ +
                                   ": expected true or false, found " + kind_of(*node));
        return false;
    }
    return node != nullptr && node->as_boolean()->get();
}

unsigned TomlTable::number(const char* key) const {
    return number(key, key_named(*keys_, key).high);
}

unsigned TomlTable::number(const char* key, unsigned high) const {
    const unsigned low = key_named(*keys_, key).low;
    const unsigned by_default = key_named(*keys_, key).by_default;
    const toml::node* node = find(key);
    if (node == nullptr) {
        return by_default;
    }
    const auto* integer = node->as_integer();
    if (integer == nullptr || integer->get() < low || integer->get() > high) {
        wrong(place_of(*node),
              std::string("'") + key + "' in " + what_ + ": expected a number from " +
                  std::to_string(low) + " to " + std::to_string(high) + ", found " +
                  (integer == nullptr ? kind_of(*node) : std::to_string(integer->get())));
        return by_default;
    }
    return static_cast<unsigned>(integer->get());
}

std::vector<Word> TomlTable::texts(const char* key) const {
    std::vector<Word> words;
    const toml::node* node = find(key);
    if (node == nullptr) {
        return words;
    }
    const toml::array* array = node->as_array();
    if (array == nullptr) {
        wrong(place_of(*node), std::string("'") + key + "' in " + what_ +
                                   ": expected an array of strings, found " + kind_of(*node));
        return words;
    }
    for (const toml::node& element : *array) {
        words.push_back(word_of(element, key));
    }
    return words;
}

TomlTable TomlTable::table(const char* key, bool merged) const {
    std::vector<const toml::table*> found;
    for (const toml::table* layer : layers_) {
        const toml::node* node = layer->get(key);
        if (node == nullptr || (!merged && !found.empty())) {
            continue;
        }
        if (const toml::table* table = node->as_table()) {
            found.push_back(table);
        } else {
            wrong(place_of(*node),
                  std::string("'") + key + "': expected a table, found " + kind_of(*node));
        }
    }
    return {*errors_, "[" + std::string(key) + "]", found, *key_named(*keys_, key).keys};
}

std::vector<TomlTable> TomlTable::tables(const char* key) const {
    std::vector<TomlTable> tables;
    const toml::node* node = find(key);
    if (node == nullptr) {
        return tables;
    }
    const toml::array* array = node->as_array();
    const std::string what = "[[" + std::string(key) + "]]";
    if (array == nullptr) {
        wrong(place_of(*node), "'" + std::string(key) + "': expected an array of tables, " + what +
                                   ", found " + kind_of(*node));
        return tables;
    }
    for (const toml::node& element : *array) {
        if (const toml::table* table = element.as_table()) {
            tables.push_back({*errors_, what, {table}, *key_named(*keys_, key).keys});
        } else {
            wrong(place_of(element), "expected a table in " + what + ", found " + kind_of(element));
        }
    }
    return tables;
}

}  // namespace heddle
