// SPDX-License-Identifier: Apache-2.0
// The mutants of the model, and which scenarios can tell.
#pragma once

#include <string>
#include <vector>

#include "checker/mutation.h"
#include "checker/scenario.h"
#include "model/mutations.h"
#include "scenarios/mutation/census.h"

namespace heddle {

struct Mutant {
    std::string name;   // FILE:FUNCTION:RULE:OPERATION#N, or M:NAME of one written by hand
    std::string place;  // "mlock.cpp:210"; what it does, if it is written by hand
    const MutationInfo* by_hand = nullptr;
    Site site = {};
    Rule rule = Rule::none;
    std::vector<std::size_t> scenarios;  // of the census, that come by it; fewest states first
};

// "drop-lock"
const char* name_of(Rule rule);

// In the order of section M, then of files, lines and rules. A function that is called at a site is
// left out as a whole: its single updates are no mutants. Assertions are not mutated.
std::vector<Mutant> mutants_of(const Census& census);

// Makes it the active one.
void activate(const Mutant& mutant);

}  // namespace heddle
