// SPDX-License-Identifier: Apache-2.0
// Violations in the shapes of the kernel's own checkers.
#pragma once

#include <ostream>

#include "scenarios/result.h"

namespace heddle {

// Of a result with a violation and a trace: of a finding about the order of locks what lockdep
// prints, with the scenario that may deadlock; of a data race, or of an access without its lock,
// what KCSAN prints. Nothing of any other. True if it has written something.
bool write_splat(std::ostream& out, const Result& result);

}  // namespace heddle
