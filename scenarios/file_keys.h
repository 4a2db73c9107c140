// SPDX-License-Identifier: Apache-2.0
// Every key of a scenario file: what reading checks, messages tell and editors are given.
#pragma once

#include <string>
#include <vector>

namespace heddle {

enum class KeyKind {
    text,
    texts,  // an array of strings
    steps,  // an array of calls
    boolean,
    number,
    table,   // [key]
    tables,  // [[key]]
    variants
};

struct Key {
    const char* name;
    KeyKind kind;
    const char* meaning;
    unsigned low = 0;         // of a number
    unsigned high = 0;        // the same; what else stands in the file may lower it
    unsigned by_default = 0;  // the same
    bool required = false;
    std::vector<std::string> (*words)() = nullptr;  // all that a text, or each of texts, can be
    const std::vector<Key>* keys = nullptr;         // of a table
};
using Keys = std::vector<Key>;

// Of the top of a file. Those of a variant are the same without `name` and `variant`.
const Keys& file_keys();
const Keys& variant_keys();

// The key of that name; it must be there.
const Key& key_named(const Keys& keys, const std::string& name);

}  // namespace heddle
