// SPDX-License-Identifier: Apache-2.0
// Which steps of a trace tell why the claim broke.
#pragma once

#include <vector>

#include "scenarios/report/lock_sections.h"
#include "scenarios/result.h"

namespace heddle {

// Flags by step.
struct Story {
    std::vector<bool> marked;  // what it is about: an asterisk
    std::vector<bool> shown;   // that, and what is needed to follow it
    std::vector<LockSection> sections;
};

// Marked are steps that write what the violated claim reads or that preempt, and the last one if
// it is the violation. A short trace is shown whole, and so is one without a violation. Of others
// are shown besides, unless `everything` is:
//   - reads of what the claim reads; accesses to the object of the violation, or to its lock
//   - who wrote last what those read, and who reads first what those have written, if it is
//     another task
//   - the step before a preemption, the critical step, and Result::differences
//   - of a deadlock the locks that are held at its end; of a finding about the order of locks the
//     acquisitions that it is about
//   - where the claim does not say what it reads: all that one task reads and another has written,
//     or of a single task all that changes something
//   - the taking and giving back of each lock that is held in one of those
Story story_of(const Result& result, bool everything);

}  // namespace heddle
