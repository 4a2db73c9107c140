// SPDX-License-Identifier: Apache-2.0
// Builds the model's machine from a scenario file's words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/scenario.h"
#include "model/machine.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// The index of the element called `name`; -1 if there is none.
template <class Named>
int index_of(const std::vector<Named>& elements, const std::string& name) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (elements[i].name.text == name) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

// The pages' names by page number.
std::vector<std::string> page_names(const ScenarioWords& words);

// The bits of the fixes that the scenario's version of the kernel has, or the word that names none.
std::variant<unsigned long, FileError> fixes_of(const ScenarioWords& words);

// What is wrong with a page's words, if anything is.
std::optional<FileError> check_page(const ScenarioWords& words, const PageWords& page);

// The machine with its pages where the words say. They have been checked.
struct machine& build_machine(Setup& setup, const ScenarioWords& words, unsigned long fixes);

// Gives every word of the machine that operations touch its name in reports.
void name_objects(Setup& setup, const ScenarioWords& words, const struct machine& machine);

// The kernel's lock classes: all LRU locks are one, so are all page locks, and so on.
void name_lock_classes(Setup& setup, const struct machine& machine);

}  // namespace heddle
