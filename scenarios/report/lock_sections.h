// SPDX-License-Identifier: Apache-2.0
// From where to where a task holds which lock.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "checker/verdict.h"

namespace heddle {

struct LockSection {
    unsigned task = 0;
    std::string lock;        // its name; of a lock bit "mlocked of P.flags"
    std::size_t first = 0;   // steps, by index: the one that takes it
    std::size_t last = 0;    // and the one that gives it back
    bool given_back = true;  // false: held at the end of its run, `last` is the run's last step
    unsigned level = 0;      // 0: the outermost of its task's; no two at once have the same

    bool covers(std::size_t step) const { return first <= step && step <= last; }
};

// In the order of their first steps. A lock that one task takes and another gives back is held by
// the first all the time. What is only waited for (spin_unlock_wait) is not held.
std::vector<LockSection> lock_sections(const Trace& trace);

// Whether the step takes a lock, as far as its values tell.
bool is_acquisition(const Step& step);

}  // namespace heddle
