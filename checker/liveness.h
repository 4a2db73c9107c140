// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/search.h"

namespace heddle {

// Visits every state as Exhaustive does and keeps the graph of what leads where. Then it finds
// what no single state shows, on runs that are weakly fair (a task that can run from some moment
// on takes a step; nothing is promised to one that is held up now and then, nor to an alternative
// of a choose()):
//   - an `eventually` claim that such a run, or one that ends, satisfies in none of its states;
//   - "livelock": a run that goes on for ever while some task other than a daemon has not
//     finished. None of them ever finishes on it.
// The schedule is the way to a cycle of states and once round it. Memory: 72 bytes a state and 8
// for each choice of it.
class Liveness final : public Search {
  public:
    void run(Execution& execution, Budget& budget, Summary& summary) override;
};

// Whether a scenario has claims that only this search can decide.
bool has_eventually(const Execution& execution);

}  // namespace heddle
