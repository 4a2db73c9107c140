// SPDX-License-Identifier: Apache-2.0
// Litmus programs: a few loads and stores whose outcomes tell memory models apart.
// Source of names: Alglave, Maranget, Tautschnig, Herding Cats, TOPLAS 2014.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "checker/scenario.h"

namespace heddle {

struct LitmusWorld {
    int x;
    int y;
    int r[4];  // what was read, in the order of the program's text
};

// A final value that tells outcomes apart.
struct LitmusValue {
    const char* name;  // "r0"
    int (*of)(const LitmusWorld& world);
};

struct LitmusProgram {
    const char* name;   // "SB"
    const char* story;  // the program, a '|' between its tasks
    std::vector<void (*)(LitmusWorld&)> tasks;
    std::vector<LitmusValue> values;
    std::vector<int> forbidden;  // the outcome that weaker models allow, as `values`
};

std::span<const LitmusProgram> litmus_programs();

// "r0=1 r1=0".
std::string outcome_text(const LitmusProgram& program, const LitmusWorld& world);

// The program, of which sequential consistency forbids an outcome: "litmus-sb".
Scenario litmus_scenario(const LitmusProgram& program);

}  // namespace heddle
