// SPDX-License-Identifier: Apache-2.0
// Which step of a failing run decided that it fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "checker/budget.h"
#include "checker/execution.h"
#include "checker/scenario.h"

namespace heddle {

// A run *ends well* if all its tasks but daemons finish and it breaks no claim on the way, nor one
// of Moment::finally at its end. A deadlock does not, and neither does what goes on for ever.
struct CriticalStep {
    enum class Kind {
        step,          // from before `step` some run ends well, from after it none does
        every_run,     // none ends well even from the start
        not_one_step,  // some ends well even from after the last step, or the question has no sense
        unknown        // a limit was reached first
    };

    Kind kind = Kind::unknown;
    std::size_t step = 0;      // Kind::step: its index in the schedule
    Choice sibling = {};       // Kind::step: a choice that was open in its place
    Schedule fine = {};        // Kind::step: from the start by way of `sibling` to a good end
    std::string why = {};      // Kind::not_one_step and unknown: in words
    std::uint64_t states = 0;  // that were visited to find out
};

// Walks every continuation of the schedule's prefixes, the longest prefix first, until one of them
// ends well. States from which none does are remembered over all prefixes, so that each is visited
// once: no more than the scenario has without reductions but `await`.
//   schedule  of a violation of the scenario, as in Verdict::schedule
//   limits    seconds and states count; steps_of_a_run too
// Of a schedule with several runs, of a scenario with claims of Moment::eventually, and of one that
// does not fit the scenario, the answer is Kind::not_one_step.
CriticalStep critical_step(const Scenario& scenario, const Schedule& schedule, const Limits& limits,
                           const ExecutionOptions& options = {});

}  // namespace heddle
