// SPDX-License-Identifier: Apache-2.0
// All scenarios there are.
#pragma once

#include <string>
#include <vector>

#include "checker/scenario.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// What could be read, and a message "file:line:column: ..." for each thing that could not.
struct Catalogue {
    std::vector<Scenario> scenarios;
    std::vector<std::string> errors;
};

// The scenarios of the *.toml files in `directory` and below, in the order of the files' names,
// and with those of HEDDLE_CATALOGUE_DIR the ones written in C++. Of two with one name the second
// is an error.
Catalogue load_catalogue(const std::string& directory);

// The scenarios of one file.
Catalogue load_file(const std::string& file);

// What the file says in which a scenario of load_catalogue(directory) stands: the words of its
// variants. Empty for one that is written in C++ or that is not there.
std::vector<ScenarioWords> words_of_scenario(const std::string& name, const std::string& directory);

}  // namespace heddle
