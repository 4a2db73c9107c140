// SPDX-License-Identifier: Apache-2.0
// Verdicts for a reader at a terminal.
#pragma once

#include <ostream>
#include <span>

#include "scenarios/report/text_style.h"
#include "scenarios/result.h"

namespace heddle {

// One line: what the verdict is and whether it was expected.
void write_headline(std::ostream& out, const Result& result, const TextStyle& style);

// The headline and why: of a violation the formula with its values, the steps that lead to it, the
// world before and after, and the command that shows it again.
void write_text(std::ostream& out, const Result& result, const TextStyle& style);

// All verdicts as a table with what they cost, and how many were as expected.
void write_table(std::ostream& out, std::span<const Result> results, const TextStyle& style);

// What shows the result's schedule again: "heddle replay nr-mlock-leak/seed 1-0-a3b2".
std::string replay_line(const Result& result);

// The same for another schedule of its scenario.
std::string replay_line(const Result& result, const Schedule& schedule);

}  // namespace heddle
