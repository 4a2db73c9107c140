// SPDX-License-Identifier: Apache-2.0
// Who names whom in a scenario's document: removing a page removes the steps on it, too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/toml_table.h"

namespace heddle {

// What becomes of a step that names what is removed.
enum class OfSteps {
    all,   // the whole step goes
    words  // the argument goes
};

// The name of an element of [[task]], [[page]] and so on; empty if it has none.
std::string name_of_element(const toml::node& element);

// Whether `name`, or a tail page of it, stands in the text as a word: "P" in "P+1", "isolated:P"
// and "P.mlocked", not in "Pq".
bool names_it(const std::string& text, const std::string& name);

// Removes the element of [[kind]] with that name, and whatever names it: keys, elements of arrays,
// steps or their arguments, conditions. A task without steps goes the same way.
void remove_named(toml::table& document, const std::string& kind, const std::string& name,
                  OfSteps of_steps);

// Removes the arrays and tables that have nothing in them, which say nothing.
void remove_empty(toml::table& document);

std::vector<std::string> words_of_step(const std::string& step);
std::string step_of_words(const std::vector<std::string>& words);

// A decimal number in a text, not part of a name.
struct NumberInText {
    std::size_t at = 0;
    std::size_t length = 0;
    std::int64_t value = 0;
};

// At the start of the text or behind a blank, ':' or '+', and up to a blank, ':', '+' or the end.
std::vector<NumberInText> numbers_in(const std::string& text);

}  // namespace heddle
