// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "scenarios/report/text_style.h"
#include "scenarios/trace_diff.h"

namespace heddle {

// How many steps two runs have in common, what each does where they part, side by side if there is
// room, and whether they come to one state again.
void write_diff(std::ostream& out, const ToldRun& a, const ToldRun& b, const TextStyle& style);

}  // namespace heddle
