// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "checker/execution.h"
#include "checker/verdict.h"

namespace heddle {

// Keeps book of the `sometimes` claims a search has reached.
class Sometimes {
  public:
    explicit Sometimes(const Execution& execution);

    // To be called in every state that is visited.
    void look();

    bool all_reached() const { return missing_.empty(); }

    // The claims that no state has reached.
    const std::vector<const Claim*>& missing() const { return missing_; }

    bool is_missing(const Claim* claim) const {
        return std::find(missing_.begin(), missing_.end(), claim) != missing_.end();
    }

    // Another search has reached the claim.
    void reach(const Claim* claim) { std::erase(missing_, claim); }

    // PASS, or VACUOUS with the names of the claims that no state reached.
    Verdict verdict_if_complete() const;

  private:
    std::vector<const Claim*> missing_;
};

}  // namespace heddle
