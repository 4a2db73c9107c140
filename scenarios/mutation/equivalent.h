// SPDX-License-Identifier: Apache-2.0
// Mutants that no scenario can tell from the model, and why.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace heddle {

struct EquivalentMutants {
    std::map<std::string, std::string> reasons;  // by name of the mutant
    std::vector<std::string> errors;             // what is wrong with the file
};

// Reads tables [[equivalent]] with `mutants`, an array of names or patterns, and `reason`. One that
// fits none of `known`, or a mutant with two reasons, is an error.
EquivalentMutants load_equivalent(const std::string& file, const std::vector<std::string>& known);

}  // namespace heddle
