// SPDX-License-Identifier: Apache-2.0
#include "tests/brute_force.h"

#include "checker/bounded.h"

namespace heddle {

namespace {

class Walk {
  public:
    Walk(Execution& execution, unsigned preemptions_max, std::uint64_t transitions_max)
        : execution_(execution),
          preemptions_max_(preemptions_max),
          transitions_max_(transitions_max) {
        for (const Claim& claim : execution_.claims()) {
            if (claim.moment == Moment::sometimes) {
                unreached_.insert(&claim);
            }
        }
    }

    BruteForce run() {
        result_.complete = from_here(no_task, 0, 0);
        for (const Claim* claim : unreached_) {
            result_.unreached.insert(claim->name);
        }
        return result_;
    }

  private:
    // False when the limit is reached.
    bool from_here(unsigned last, unsigned preemptions, unsigned steps) {
        std::erase_if(unreached_, [](const Claim* claim) { return claim->holds(); });
        if (const std::optional<Violation> violation = execution_.violation()) {
            result_.violations.insert(violation->claim);
            const std::pair cost = {preemptions, steps};
            result_.simplest = std::min(result_.simplest.value_or(cost), cost);
            ++result_.runs;
            return true;
        }
        if (execution_.finished()) {
            result_.finals.insert(execution_.world_fingerprint());
            ++result_.runs;
        }
        const std::span<const Choice> choices = execution_.choices();
        const Schedule open(choices.begin(), choices.end());
        if (open.empty()) {
            return true;
        }
        const unsigned could_go_on = preemptible(execution_, last);
        const Mark here = execution_.mark();
        for (const Choice choice : open) {
            const bool preempts = could_go_on != no_task && could_go_on != choice.task;
            if (preempts && preemptions == preemptions_max_) {
                continue;
            }
            if (result_.transitions++ == transitions_max_) {
                return false;
            }
            execution_.take(choice);
            if (!from_here(choice.task, preemptions + (preempts ? 1 : 0), steps + 1)) {
                return false;
            }
            execution_.rewind(here);
        }
        return true;
    }

    Execution& execution_;
    const unsigned preemptions_max_;
    const std::uint64_t transitions_max_;
    std::set<const Claim*> unreached_ = {};
    BruteForce result_ = {};
};

}  // namespace

BruteForce brute_force(Execution& execution, unsigned preemptions_max,
                       std::uint64_t transitions_max) {
    return Walk(execution, preemptions_max, transitions_max).run();
}

BruteForce brute_force(const Scenario& scenario, unsigned preemptions_max,
                       std::uint64_t transitions_max) {
    Execution execution(scenario);
    return brute_force(execution, preemptions_max, transitions_max);
}

}  // namespace heddle
