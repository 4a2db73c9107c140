// SPDX-License-Identifier: Apache-2.0
// What other programs have measured of the project, to stand beside the verdicts.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace heddle {

struct Figure {
    std::string name;   // "mutation score"
    std::string value;  // "95.7 %"
    std::string detail;
};

// The member `figures` of a JSON document, as `heddle_mutate --json` and `cmake/coverage.sh --json`
// write it: an array of objects of these three texts. Or why there is none, with the file's name.
std::variant<std::vector<Figure>, std::string> read_figures(const std::string& file);

}  // namespace heddle
