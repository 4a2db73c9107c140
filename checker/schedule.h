// SPDX-License-Identifier: Apache-2.0
// Schedules as text, and schedules told step by step.
#pragma once

#include <string>
#include <variant>

#include "checker/scenario.h"
#include "checker/verdict.h"

namespace heddle {

// The letter that stands for a task in schedules: a to z, then A to Z.
char task_letter(unsigned task);

// What tells a scenario's schedules from those of another: its hash and the values of its
// parameters, as "5c0ffee5.14.2".
std::string schedule_hash(const Scenario& scenario);

// The schedule in one word: "1-<schedule_hash>-a3b2c1=1b4" is version 1, three steps of the first
// task, two of the second, a step of the third that takes alternative 1, four of the second. A '+'
// stands between the runs of a schedule that has several.
std::string schedule_text(const Scenario& scenario, const Schedule& schedule);

// The way back. A message instead if the text is malformed or was made for another scenario.
std::variant<Schedule, std::string> parse_schedule(const Scenario& scenario,
                                                   const std::string& text);

// Takes a choice that is open and tells what it did. `last` is the task that ran before, or
// no_task.
Step take_and_tell(Execution& execution, Choice choice, unsigned last);

// Follows a schedule and tells its steps, as far as it fits.
struct Replay {
    Trace trace;
    Verdict verdict;  // FAIL, PASS, UNKNOWN if the run has not ended, ERROR if it does not fit
};
Replay replay(const Scenario& scenario, const Schedule& schedule,
              const ExecutionOptions& options = {});

}  // namespace heddle
