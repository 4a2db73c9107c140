// SPDX-License-Identifier: Apache-2.0
#include "scenarios/shrink_names.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "scenarios/quantity.h"

namespace heddle {

namespace {

bool continues_a_name(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '-';
}

// Behind a name may stand "_1": a tail page of it.
std::size_t end_of_tail(const std::string& text, std::size_t end) {
    if (end >= text.size() || text[end] != '_') {
        return end;
    }
    const std::size_t digits = end + 1;
    std::size_t at = digits;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
        ++at;
    }
    return at == digits ? end : at;
}

// Words that are for people, or that name the element itself.
bool says_no_name(std::string_view key) {
    return key == "name" || key == "story" || key == "labels" || key == "expect";
}

// The step without the arguments that name it; empty if it is to go.
std::string step_without(const std::string& step, const std::string& name, OfSteps of_steps) {
    std::vector<std::string> words = words_of_step(step);
    // The first is a function, which may have the name of a task.
    const auto named =
        std::remove_if(words.begin() + (words.empty() ? 0 : 1), words.end(),
                       [&name](const std::string& word) { return names_it(word, name); });
    if (of_steps == OfSteps::all && named != words.end()) {
        return "";
    }
    words.erase(named, words.end());
    return step_of_words(words);
}

void forget_name(toml::table& table, const std::string& name, OfSteps of_steps);

void forget_name_in(toml::array& array, bool are_steps, const std::string& name, OfSteps of_steps) {
    for (auto element = array.begin(); element != array.end();) {
        bool goes = false;
        if (toml::table* table = element->as_table()) {
            forget_name(*table, name, of_steps);
        } else if (auto* text = element->as_string()) {
            const std::string left = are_steps ? step_without(text->get(), name, of_steps)
                                     : names_it(text->get(), name) ? ""
                                                                   : text->get();
            goes = left.empty();
            *text = left;
        }
        element = goes ? array.erase(element) : element + 1;
    }
}

void forget_name(toml::table& table, const std::string& name, OfSteps of_steps) {
    for (auto entry = table.begin(); entry != table.end();) {
        auto [key, node] = *entry;
        bool goes = false;
        if (says_no_name(key.str())) {
            ++entry;
            continue;
        }
        if (toml::table* inner = node.as_table()) {
            forget_name(*inner, name, of_steps);
        } else if (toml::array* array = node.as_array()) {
            forget_name_in(*array, key.str() == "steps", name, of_steps);
        } else if (const auto* text = node.as_string()) {
            goes = names_it(text->get(), name);
        }
        entry = goes ? table.erase(entry) : std::next(entry);
    }
}

// The name of a task that has no steps left; empty if each has some.
std::string task_without_steps(toml::table& document) {
    if (const toml::array* tasks = document.get_as<toml::array>("task")) {
        for (const toml::node& task : *tasks) {
            const auto* table = task.as_table();
            const auto* steps = table == nullptr ? nullptr : table->get_as<toml::array>("steps");
            if (steps != nullptr && steps->empty()) {
                return name_of_element(task);
            }
        }
    }
    return "";
}

template <class Predicate>
void erase_elements(toml::table& document, const std::string& kind, Predicate goes) {
    toml::array* elements = document.get_as<toml::array>(kind);
    if (elements == nullptr) {
        return;
    }
    for (auto element = elements->begin(); element != elements->end();) {
        element = goes(*element) ? elements->erase(element) : element + 1;
    }
}

// In the table, or the tables of the array.
void remove_empty_in(toml::node& node) {
    if (toml::table* table = node.as_table()) {
        remove_empty(*table);
    } else if (toml::array* array = node.as_array()) {
        for (toml::node& element : *array) {
            remove_empty_in(element);
        }
    }
}

bool is_without_a_condition(const toml::node& claim) {
    return claim.is_table() && claim.as_table()->size() < 2;
}

}  // namespace

std::string name_of_element(const toml::node& element) {
    const toml::table* table = element.as_table();
    const auto* name = table == nullptr ? nullptr : table->get_as<std::string>("name");
    return name == nullptr ? "" : name->get();
}

bool names_it(const std::string& text, const std::string& name) {
    for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
        const std::size_t end = end_of_tail(text, at + name.size());
        const bool begins = at == 0 || !continues_a_name(text[at - 1]);
        if (begins && (end == text.size() || !continues_a_name(text[end]))) {
            return true;
        }
    }
    return false;
}

void remove_named(toml::table& document, const std::string& kind, const std::string& name,
                  OfSteps of_steps) {
    erase_elements(document, kind,
                   [&name](const toml::node& element) { return name_of_element(element) == name; });
    forget_name(document, name, of_steps);
    erase_elements(document, "claim", is_without_a_condition);
    if (const std::string idle = task_without_steps(document); !idle.empty()) {
        remove_named(document, "task", idle, of_steps);
    }
}

void remove_empty(toml::table& document) {
    for (auto entry = document.begin(); entry != document.end();) {
        toml::node& node = (*entry).second;
        remove_empty_in(node);
        const bool is_empty = (node.is_table() && node.as_table()->empty()) ||
                              (node.is_array() && node.as_array()->empty());
        entry = is_empty ? document.erase(entry) : std::next(entry);
    }
}

std::vector<std::string> words_of_step(const std::string& step) {
    std::istringstream stream(step);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

std::string step_of_words(const std::vector<std::string>& words) {
    std::string step;
    for (const std::string& word : words) {
        step += (step.empty() ? "" : " ") + word;
    }
    return step;
}

std::vector<NumberInText> numbers_in(const std::string& text) {
    constexpr const char* bounds = " :+";
    std::vector<NumberInText> numbers;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(bounds, at), text.size());
        const auto value = parse_count(text.substr(at, end - at));
        if (value && *value <= INT32_MAX) {
            numbers.push_back({at, end - at, static_cast<std::int64_t>(*value)});
        }
        at = end + 1;
    }
    return numbers;
}

}  // namespace heddle
