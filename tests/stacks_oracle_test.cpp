// SPDX-License-Identifier: Apache-2.0
// What tasks have observed stands for their stacks: over the whole catalogue the search by one ends
// in the same worlds as a search by the other, which trusts nobody to observe anything.
#include <gtest/gtest.h>

#include <cstdio>
#include <optional>
#include <set>
#include <vector>

#include "checker/execution.h"
#include "checker/exhaustive.h"
#include "scenarios/catalogue.h"
#include "tests/agreement.h"

namespace heddle::stacks_oracle_test {
namespace {

using StateOf = Fingerprint (Execution::*)() const;

class Walk {
  public:
    Walk(const Scenario& scenario, StateOf state_of, std::size_t states_max)
        : execution_(scenario, execution_options({}, Reductions::only_await())),
          state_of_(state_of),
          states_max_(states_max) {}

    bool is_complete() const { return states_.size() <= states_max_; }
    std::size_t states() const { return states_.size(); }
    const std::set<Fingerprint>& finals() const { return finals_; }

    void visit() {
        if (states_.size() > states_max_ || !states_.insert((execution_.*state_of_)()).second ||
            execution_.failed()) {
            return;
        }
        const std::vector<Choice> open(execution_.choices().begin(), execution_.choices().end());
        if (execution_.finished()) {
            finals_.insert(execution_.world_fingerprint());
        }
        const Mark mark = execution_.mark();
        for (const Choice choice : open) {
            execution_.rewind(mark);
            execution_.take(choice);
            visit();
        }
    }

  private:
    Execution execution_;
    StateOf state_of_;
    std::size_t states_max_;
    std::set<Fingerprint> states_ = {};
    std::set<Fingerprint> finals_ = {};
};

struct Ends {
    std::size_t states = 0;
    std::optional<std::set<Fingerprint>> worlds = {};  // nothing if there are too many states
};

Ends ends_of(const Scenario& scenario, StateOf state_of, std::size_t states_max) {
    Walk walk(scenario, state_of, states_max);
    walk.visit();
    return {walk.states(), walk.is_complete() ? std::optional(walk.finals()) : std::nullopt};
}

TEST(StacksOracle, EndsInTheSameWorldsAsWhatTasksHaveObserved) {
    constexpr std::size_t states_max = 10'000;
    std::size_t compared = 0;
    std::size_t states = 0;
    std::size_t states_by_stacks = 0;
    for (const Scenario& scenario : load_catalogue(HEDDLE_CATALOGUE_DIR).scenarios) {
        const Scenario silent = without_claims(scenario);
        const Ends ends = ends_of(silent, &Execution::fingerprint, states_max);
        if (!ends.worlds) {
            continue;
        }
        const Ends by_stacks = ends_of(silent, &Execution::fingerprint_by_stacks, 10 * states_max);
        EXPECT_EQ(by_stacks.worlds, ends.worlds) << scenario.name;
        states += ends.states;
        states_by_stacks += by_stacks.states;
        ++compared;
    }
    std::printf("%zu scenarios: %zu states by what is observed, %zu by stacks\n", compared, states,
                states_by_stacks);
    EXPECT_GE(compared, 500U);
}

}  // namespace
}  // namespace heddle::stacks_oracle_test
