// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "scenarios/report/text_style.h"
#include "scenarios/result.h"

namespace heddle {

// The steps of the result's trace, which it must have: a column per task and time downwards, or
// one column with the tasks' names if the text is too narrow for that. Which steps, and which of
// them are marked by an asterisk, says story.h; TextStyle::verbose has all. Bars tell which locks a
// task holds, an exclamation mark the step that decided.
void write_steps(std::ostream& out, const Result& result, const TextStyle& style);

}  // namespace heddle
