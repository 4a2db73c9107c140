// SPDX-License-Identifier: Apache-2.0
// Verdicts as annotations of a GitHub Actions run.
#pragma once

#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// Workflow commands: for each verdict that is not met an annotation (of an incomplete search that
// is allowed a warning) and its text in a fold of the log; an annotation per message. No text of a
// scenario is taken for a command. Nothing if all is as expected.
void write_github(std::ostream& out, const Run& run);

// Whether the program runs as a step of GitHub Actions.
bool is_on_github();

}  // namespace heddle
