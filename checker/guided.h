// SPDX-License-Identifier: Apache-2.0
// A search that goes by what a run on real threads did.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checker/search.h"

namespace heddle {

// An operation that a task did, as Operation and Step tell it.
struct GuideStep {
    unsigned task = 0;
    std::string operation;
    std::string file;
    unsigned line = 0;
    std::uint64_t value = 0;  // of a choose: the alternative
};

// What the tasks did, in the order of time, until `claim` was broken.
struct Guide {
    std::string claim;
    std::vector<GuideStep> steps;
};

// Takes the choices that the guide takes, as far as they are open; then goes round them: of the
// runs it visits those with the fewest deviations first. Operations that only one of the two has
// told are passed over. A run with more deviations than `deviations_max` is not worth the name:
// what the search has not found by then it looks for as `bounded` does. The coverage says how it
// was found. With deviations the idea is that of Harvey and Ginsberg, Limited Discrepancy Search,
// IJCAI 1995; here states that have been visited are not visited again.
class Guided final : public Search {
  public:
    static constexpr unsigned deviations_max = 6;

    explicit Guided(std::shared_ptr<const Guide> guide) : guide_(std::move(guide)) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    std::shared_ptr<const Guide> guide_;
};

// The scenario with no claim but the one of that name, if it has it: what else it breaks on the way
// there must not end the search. Assertions and rules of the engine remain.
Scenario with_claim_only(Scenario scenario, const std::string& claim);

}  // namespace heddle
