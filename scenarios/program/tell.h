// SPDX-License-Identifier: Apache-2.0
// Messages on stderr, and what they amount to.
#pragma once

#include <string>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/selection.h"

namespace heddle {

// A message on stderr.
void tell(const std::string& message);

// The mistakes, errors and unmatched patterns of a selection, in this order.
std::vector<std::string> problems_of(const Selection& selection);

// The same on stderr; the exit code that they amount to, that of an empty selection included.
ExitCode tell_problems(const Selection& selection, const std::string& catalogue);

// Tells the message, if there is one, and lets it count as an error of usage.
ExitCode or_usage(ExitCode code, const std::string& message);

}  // namespace heddle
