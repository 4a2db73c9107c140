// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "checker/engine_mutations.h"

namespace heddle {

struct Attempt {
    EngineMutation mutation = EngineMutation::none;
    std::string tests;  // a filter of GoogleTest
    unsigned cpu_seconds_max = 1;
};

struct Trial {
    bool killed = false;
    std::string by;      // a test, and how if it did not fail but end
    unsigned tests = 0;  // that were run
    double seconds = 0;
};

// Runs tests in a process of its own whose engine makes a mistake, up to the first that fails. A
// crash is a failure too, and so is what has used up its time by then.
Trial try_out(const Attempt& attempt);

}  // namespace heddle
