// SPDX-License-Identifier: Apache-2.0
// Verdicts for whatever shows test results. junit.xsd describes the document.
#pragma once

#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// JUnit XML: a test case per scenario and one per message. What is not met is a failure, what could
// not be decided an error, each with the text of the verdict; an expected violation passes.
// Characters that XML 1.0 does not know become U+FFFD.
void write_junit(std::ostream& out, const Run& run);

}  // namespace heddle
