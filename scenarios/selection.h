// SPDX-License-Identifier: Apache-2.0
// Which scenarios a command line means.
#pragma once

#include <string>
#include <vector>

#include "scenarios/result.h"

namespace heddle {

struct Selection {
    std::vector<Selected> scenarios;     // each once, in the order of the arguments
    std::vector<std::string> mistakes;   // arguments that name nothing there is: run nothing
    std::vector<std::string> errors;     // files that are malformed: run the others
    std::vector<std::string> unmatched;  // patterns that match nothing
};

// Each argument is a scenario's name, the part of it before the slash, a pattern with *, ? or
// [...], or a path ending in .toml, behind which may stand a slash and a variant. Without arguments
// the whole catalogue in `directory`, of which no more is read than the arguments need: for a
// single name only what may have it, so that other files may be malformed.
Selection select(const std::vector<std::string>& arguments, const std::string& directory);

// The files among such arguments, without their variants, as often as they are named.
std::vector<std::string> files_among(const std::vector<std::string>& arguments);

// Whether the whole of `text` matches: * any characters, ? any one, [a-c] one of, [!a-c] none of.
bool matches(const std::string& pattern, const std::string& text);

}  // namespace heddle
