// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "scenarios/report/text_style.h"
#include "scenarios/result.h"

namespace heddle {

// The steps of the result's trace, which it must have: a column per task and time downwards, or
// one column with the tasks' names if the text is too narrow for that. Steps that matter (they
// write what the violated claim reads, preempt, or are the violation) are bold, and marked with
// an asterisk.
void write_steps(std::ostream& out, const Result& result, const TextStyle& style);

}  // namespace heddle
