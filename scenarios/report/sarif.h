// SPDX-License-Identifier: Apache-2.0
// Violations for tools that show what static analysis finds.
#pragma once

#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// SARIF 2.1.0: a rule per violated claim, a result per violation, with a thread flow per task whose
// steps are numbered across all of them. A violation that the scenario expects is informational and
// suppressed. Verdicts without a violation that are not met, and messages, are notifications of the
// invocation. Places in the repository are relative to %SRCROOT%.
// Source: OASIS, Static Analysis Results Interchange Format Version 2.1.0, section 3.
void write_sarif(std::ostream& out, const Run& run);

}  // namespace heddle
