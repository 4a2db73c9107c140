// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/search.h"

namespace heddle {

// Stateless search: one run for each Mazurkiewicz trace, that is for each class of runs that differ
// only in the order of steps that do not depend on each other. Remembers no state and shares no
// algorithm with Exhaustive. Complete on every scenario whose runs all end. Memory is polynomial in
// the length of a run.
//
// Runs form a tree. Each new run takes one race of an earlier one the other way round (Races), goes
// back to the moment before it and from there on to the end. A race is reversed as soon as the
// runs that share both its steps are done; what follows them in the run is kept meanwhile, not
// repeated.
//
// Summary.executions is the number of traces, transitions that of the steps taken, states stays 0:
// none is told from another.
class Dpor final : public Search {
  public:
    // `on_final` sees the execution at the end of each run in which all tasks have finished.
    explicit Dpor(std::function<void(const Execution&)> on_final = {})
        : on_final_(std::move(on_final)) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    std::function<void(const Execution&)> on_final_;
};

}  // namespace heddle
