// SPDX-License-Identifier: Apache-2.0
#include "tests/brute_force.h"

#include "checker/bounded.h"

namespace heddle {

namespace {

class Walk {
  public:
    Walk(const Scenario& scenario, std::uint64_t transitions_max)
        : execution_(scenario), transitions_max_(transitions_max) {}

    // False when the limit is reached.
    bool from_here(unsigned last, unsigned preemptions) {
        if (const std::optional<Violation> violation = execution_.violation()) {
            result.violations.insert(violation->claim);
            ++result.runs;
            return true;
        }
        if (execution_.finished()) {
            result.finals.insert(execution_.world_fingerprint());
            ++result.runs;
        }
        const std::span<const Choice> choices = execution_.choices();
        const Schedule open(choices.begin(), choices.end());
        const unsigned could_go_on = preemptible(execution_, last);
        const Mark here = execution_.mark();
        for (const Choice choice : open) {
            const bool preempts = could_go_on != no_task && could_go_on != choice.task;
            if (preempts && preemptions == 0) {
                continue;
            }
            if (result.transitions++ == transitions_max_) {
                return false;
            }
            execution_.take(choice);
            if (!from_here(choice.task, preemptions - (preempts ? 1 : 0))) {
                return false;
            }
            execution_.rewind(here);
        }
        return true;
    }

    BruteForce result;

  private:
    Execution execution_;
    std::uint64_t transitions_max_;
};

}  // namespace

BruteForce brute_force(const Scenario& scenario, unsigned preemptions_max,
                       std::uint64_t transitions_max) {
    Walk walk(scenario, transitions_max);
    walk.result.complete = walk.from_here(no_task, preemptions_max);
    return walk.result;
}

}  // namespace heddle
