// SPDX-License-Identifier: Apache-2.0
// A step of a trace in the words of the facade.
#pragma once

#include <string>
#include <vector>

#include "checker/verdict.h"

namespace heddle {

struct StepText {
    std::string place;   // "pop stack.cpp:62"; empty: unknown
    std::string call;    // "test_and_clear_bit(full, slot.flags)"
    std::string effect;  // "1 -> 0", "= 0", "free -> reader"; empty: none
    std::string before;  // the object's value: a number, bit names, an owner, a name
    std::string after;
    std::vector<std::string> bits;  // names of those that the operation reads or writes
};

// `trace` gives owners of locks their tasks' names, and pointers their objects'.
StepText describe_step(const Step& step, const Trace& trace);

// "stack.cpp:62"; empty if the place is unknown.
std::string place_text(const Where& where);

}  // namespace heddle
