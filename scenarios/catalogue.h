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

// The catalogue of this program: the one installed with it, at ../share/heddle/scenarios from where
// it lies; if there is none that of its sources.
std::string own_catalogue();

// The scenarios of the *.toml files in `directory` and below, in the order of the files' names,
// and with those of own_catalogue() the ones written in C++. Of two with one name the second
// is an error.
Catalogue load_catalogue(const std::string& directory);

// Of load_catalogue(directory) what is in files that may have a scenario of that name; all that
// have it are there. What is wrong with other files is not told.
Catalogue load_catalogue_about(const std::string& name, const std::string& directory);

// The file below `directory` that the scenario comes from; empty if there is none: one in C++.
std::string file_of_scenario(const std::string& name, const std::string& directory);

// The scenarios of one file.
Catalogue load_file(const std::string& file);

// What the file says in which a scenario of load_catalogue(directory) stands: the words of its
// variants. Empty for one that is written in C++ or that is not there.
std::vector<ScenarioWords> words_of_scenario(const std::string& name, const std::string& directory);

}  // namespace heddle
