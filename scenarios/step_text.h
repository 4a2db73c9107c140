// SPDX-License-Identifier: Apache-2.0
// A step of a trace in the kernel's words.
#pragma once

#include <string>
#include <vector>

#include "scenarios/result.h"

namespace heddle {

struct StepText {
    std::string place;   // "__munlock_pagevec model/mlock.cpp:62"; empty: unknown
    std::string call;    // "test_and_clear_bit(mlocked, P.flags)"
    std::string effect;  // "1 -> 0", "= 0", "free -> munlock"; empty: none
    std::string before;  // the object's value: a number, bit names, an owner, a name
    std::string after;
    std::vector<std::string> bits;  // names of those that the operation reads or writes
};

// `trace` gives owners of locks their tasks' names, `names` gives pointers their objects'.
StepText describe_step(const Step& step, const Trace& trace, const std::vector<ObjectName>& names);

// "model/mlock.cpp:62"; empty if the place is unknown.
std::string place_text(const Where& where);

}  // namespace heddle
