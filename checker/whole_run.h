// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a run as a whole and with none of its states.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/execution.h"

namespace heddle {

// The violation of a run that ends (`cycle` is 0) or whose last `cycle` steps repeat for ever.
Violation never_holds(const Claim& claim, std::size_t cycle);
Violation never_finishes(std::size_t cycle);

// Whether all tasks but daemons have finished.
bool all_have_finished(const Execution& execution);

// Follows one run, and notices at its end if it is one that goes on for ever.
class WholeRun {
  public:
    // At the start of a run.
    explicit WholeRun(Execution& execution);

    // After each step.
    void look(Choice taken);

    // Of a run that has ended or has come back to one of its states by a weakly fair cycle: an
    // `eventually` claim that held in none of its states; a livelock.
    std::optional<Violation> violation() const;

  private:
    void look_at_state();
    bool is_fair_from(std::size_t state) const;

    Execution& execution_;
    std::vector<Fingerprint> states_;
    std::vector<std::uint64_t> enabled_;  // a bit per task, in each state
    Schedule steps_;
    std::vector<const Claim*> missing_;  // have not held
};

}  // namespace heddle
