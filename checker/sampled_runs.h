// SPDX-License-Identifier: Apache-2.0
// What searches that take one run after another share.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "checker/lock_graph.h"
#include "checker/search.h"
#include "checker/visited.h"

namespace heddle {

// Takes runs from the present moment of the execution and keeps book of them.
class SampledRuns {
  public:
    SampledRuns(Execution& execution, Budget& budget, Summary& summary);

    // One run, in which `policy` answers two questions: policy.pick(open choices, not empty) is the
    // index of the one to take, and policy.taken(task, state) hears what came of it. False if the
    // search is over: a claim is broken, or the budget has run out in the middle.
    template <class Policy>
    bool take(Policy& policy) {
        begin();
        while (!is_over()) {
            const std::span<const Choice> open = execution_.choices();
            if (open.empty()) {
                end_of_run();
                return true;
            }
            if (!allows()) {
                return false;
            }
            const Choice choice = open[policy.pick(open)];
            step(choice);
            policy.taken(choice.task, state_);
        }
        return false;
    }

    // Sets the verdict and the counts: that of the order of locks, else UNKNOWN for `reason`.
    void conclude(const std::string& reason);

    // Runs that came to an end.
    std::uint64_t completed() const { return completed_; }

    // Steps of the run that take() has just ended.
    std::size_t steps() const { return schedule_.size(); }

    // Of all runs.
    std::size_t steps_max() const { return summary_.depth_max; }

    // "12 runs from seed 1, 34 states", with "run 12" if a claim was broken.
    std::string text(std::uint64_t seed) const;

  private:
    void begin();
    bool is_over();
    bool allows();
    void step(Choice choice);
    void end_of_run();

    Execution& execution_;
    Budget& budget_;
    Summary& summary_;
    LockGraph& locks_;
    const Mark start_;
    VisitedStates visited_;
    Schedule schedule_;
    Fingerprint state_;
    std::uint64_t completed_ = 0;
    bool all_counted_ = true;
};

}  // namespace heddle
