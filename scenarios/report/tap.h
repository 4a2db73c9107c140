// SPDX-License-Identifier: Apache-2.0
// Verdicts as lines of the Test Anything Protocol, and of the kernel's dialect of it.
#pragma once

#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// TAP 13: a test per scenario and one per message; the text of what is not met stands in comments
// behind its line. An incomplete search that is allowed is skipped.
// Source: testanything.org, TAP specification version 13.
void write_tap(std::ostream& out, const Run& run);

// KTAP 1, as kselftest and KUnit write it: the comments stand before the line that they are about,
// and a name holds no '#', which becomes '_'. Source: Documentation/dev-tools/ktap.rst (v6.1).
void write_ktap(std::ostream& out, const Run& run);

}  // namespace heddle
