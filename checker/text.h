// SPDX-License-Identifier: Apache-2.0
// Verdicts and traces as plain text, for who has no reports of its own.
#pragma once

#include <string>

#include "checker/scenario.h"
#include "checker/verdict.h"

namespace heddle {

// A line per step: number, task, operation with the value that its object had and has, place in
// the source. A line stands between the runs of a trace that has several.
std::string text_of(const Trace& trace);

// What check() has found: the verdict, its reason or the claim that was broken, and of a failure
// the steps that lead there, which are told by replaying the schedule, and the schedule.
std::string text_of(const Scenario& scenario, const Summary& summary);

}  // namespace heddle
