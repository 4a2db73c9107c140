// SPDX-License-Identifier: Apache-2.0
// Where two runs part, and where they meet again.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/result.h"

namespace heddle {

// A step as far as it can be compared with that of another program's run.
struct ToldStep {
    std::string task;
    unsigned cpu = 0;
    std::string place;   // "pop stack.cpp:62"
    std::string text;    // "test_bit(lru, P.flags) = 0"
    std::string object;  // empty: none
    std::string value;   // of the object, afterwards

    bool operator==(const ToldStep&) const = default;
};

struct ToldRun {
    std::string name;  // of the scenario
    std::string end;   // "FAIL B1", "PASS"
    std::vector<ToldStep> steps;
};

// Of a result with a trace.
ToldRun told_run(const Result& result);

// The run of a `heddle-results-1` document, or what is wrong with it. Of several the one of this
// scenario; `scenario` may be empty if there is only one.
std::variant<ToldRun, std::string> read_run(const std::string& file, const std::string& scenario);

struct TraceDiff {
    std::size_t common = 0;            // steps from the start that are the same
    std::optional<std::size_t> again;  // so many steps after the start they are in one state again
    bool are_equal = false;            // step for step, with the same end
};

// Two runs are in one state again when each task has done the same steps in both, with the same
// values, and each object that a step has touched has the same value.
TraceDiff diff_of(const ToldRun& a, const ToldRun& b);

}  // namespace heddle
