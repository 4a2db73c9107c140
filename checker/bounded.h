// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/search.h"

namespace heddle {

// What to do with the first cycle in the order of locks.
enum class OnLockFinding {
    go_on,  // a run that breaks another claim is worth more: report it if there is none
    stop
};

// Visits states in the order of the fewest preemptions, then the fewest steps, that reach them;
// so the first violation it meets is the simplest there is. A preemption is a switch away from a
// task that could go on. Complete if no bound cuts it short: then it visits every pair of a state
// and the task that ran last.
// Source: Musuvathi and Qadeer, Iterative Context Bounding for Systematic Testing of Multithreaded
// Programs, PLDI 2007; here as a shortest-path search instead of repeated depth-first ones.
class Bounded final : public Search {
  public:
    static constexpr unsigned no_bound = ~0U;

    explicit Bounded(unsigned preemptions_max = no_bound,
                     OnLockFinding on_lock_finding = OnLockFinding::go_on)
        : preemptions_max_(preemptions_max), on_lock_finding_(on_lock_finding) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    unsigned preemptions_max_;
    OnLockFinding on_lock_finding_;
};

// The task that ran last if it could go on, else no_task.
unsigned preemptible(const Execution& execution, unsigned last);

}  // namespace heddle
