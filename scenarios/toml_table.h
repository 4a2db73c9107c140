// SPDX-License-Identifier: Apache-2.0
// Typed reading of TOML tables with errors that name their place.
#pragma once

namespace heddle {

// Leaves toml++ where it would abort.
[[noreturn]] void toml_assertion_failed();

}  // namespace heddle

// toml++ 3.3 asserts on some malformed files ("[&", "[[[": its issue 294) instead of reporting
// them. NOLINTNEXTLINE(bugprone-macro-parentheses): the macro is the library's own hook.
#define TOML_ASSERT(expr) ((expr) ? static_cast<void>(0) : heddle::toml_assertion_failed())
#include <toml++/toml.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/file_keys.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// What goes wrong while a file is read. Only the first error counts: what follows is read as empty.
class FileErrors {
  public:
    explicit FileErrors(std::string file) : file_(std::move(file)) {}

    void add(Place place, const std::string& message);
    const std::optional<FileError>& first() const { return first_; }

  private:
    std::string file_;
    std::optional<FileError> first_;
};

Place place_of(const toml::node& node);

// The whole of a file, or why there is none.
std::variant<std::string, FileError> read_text(const std::string& file);

// Reads TOML. Errors of syntax are those of toml++; their places are inside the text.
std::variant<toml::table, FileError> parse_toml(const std::string& file, const std::string& text);
std::variant<toml::table, FileError> read_toml(const std::string& file);

// A table, or a table over another one that gives what it lacks. `what` is its name in messages,
// such as "[machine]"; `keys` are all that it may have, and outlive it.
class TomlTable {
  public:
    TomlTable(FileErrors& errors, std::string what, std::vector<const toml::table*> layers,
              const Keys& keys);

    bool has(const char* key) const { return find(key) != nullptr; }

    // Where the table stands, or a key of it.
    Place place() const;
    Place place(const char* key) const;

    Word text(const char* key, const std::string& by_default) const;
    Word required_text(const char* key) const;
    bool boolean(const char* key) const;

    // The second form lowers the highest number that the key allows.
    unsigned number(const char* key) const;
    unsigned number(const char* key, unsigned high) const;
    std::vector<Word> texts(const char* key) const;

    // The table at `key` of the first layer that has one; of all layers if `merged`.
    TomlTable table(const char* key, bool merged) const;

    // The tables of the array at `key`: [[key]].
    std::vector<TomlTable> tables(const char* key) const;

    void wrong(Place place, const std::string& message) const { errors_->add(place, message); }

  private:
    const toml::node* find(const char* key) const;
    void check_keys(const toml::table& table) const;
    Word word_of(const toml::node& node, const char* key) const;

    FileErrors* errors_;
    std::string what_;
    std::vector<const toml::table*> layers_;
    const Keys* keys_;
};

}  // namespace heddle
