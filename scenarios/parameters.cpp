// SPDX-License-Identifier: Apache-2.0
#include "scenarios/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/quantity.h"

namespace heddle {

namespace {

std::string name_in(const std::string& word) { return word.substr(0, word.find('=')); }

std::optional<std::uint64_t> value_in(const std::string& word) {
    return parse_count(word.substr(word.find('=') + 1));
}

// "n (1 to 47)", of each parameter of the scenarios once.
std::string known_parameters(const std::vector<Selected>& scenarios) {
    std::vector<std::string> known;
    for (const Selected& selected : scenarios) {
        for (const Parameter& parameter : selected.scenario.parameters) {
            std::string text =
                fmt::format("{} ({} to {})", parameter.name, parameter.min, parameter.max);
            if (std::find(known.begin(), known.end(), text) == known.end()) {
                known.push_back(std::move(text));
            }
        }
    }
    return fmt::format("{}", fmt::join(known, ", "));
}

void set_parameter(const std::string& word, Selection& selection) {
    const std::string name = name_in(word);
    const std::uint64_t value = value_in(word).value();
    bool is_known = false;
    for (Selected& selected : selection.scenarios) {
        const Parameter* parameter = find_parameter(selected.scenario, name);
        if (parameter == nullptr) {
            continue;
        }
        is_known = true;
        if (value < parameter->min || value > parameter->max) {
            selection.mistakes.push_back(fmt::format("--param {}: {} expects {} from {} to {}",
                                                     word, selected.scenario.name, name,
                                                     parameter->min, parameter->max));
            return;
        }
        selected.scenario =
            with_parameter(std::move(selected.scenario), name, static_cast<unsigned>(value));
    }
    if (!is_known) {
        const std::string known = known_parameters(selection.scenarios);
        selection.mistakes.push_back(
            fmt::format("--param {}: nothing selected has a parameter '{}'; expected {}", word,
                        name, known.empty() ? "none: they have no parameters" : known));
    }
}

}  // namespace

bool is_parameter(const std::string& text) {
    return text.find('=') != text.npos && !name_in(text).empty() && value_in(text).has_value();
}

void set_parameters(const std::vector<std::string>& words, Selection& selection) {
    if (!selection.mistakes.empty() || selection.scenarios.empty()) {
        return;
    }
    for (const std::string& word : words) {
        set_parameter(word, selection);
    }
}

}  // namespace heddle
