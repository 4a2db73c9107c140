// SPDX-License-Identifier: Apache-2.0
#include "checker/sometimes.h"

#include "checker/engine_mutations.h"

namespace heddle {

Sometimes::Sometimes(const Execution& execution) {
    for (const Claim& claim : execution.claims()) {
        if (claim.moment == Moment::sometimes) {
            missing_.push_back(&claim);
        }
    }
}

void Sometimes::look() {
    std::erase_if(missing_, [](const Claim* claim) {
        return claim->holds() || engine_mutated(EngineMutation::sometimes_never_missing);
    });
}

Verdict Sometimes::verdict_if_complete() const {
    if (missing_.empty()) {
        return Verdict::pass();
    }
    std::string names;
    for (const Claim* claim : missing_) {
        names += (names.empty() ? "" : ", ") + claim->name;
    }
    return Verdict::vacuous("no state reaches: " + names);
}

}  // namespace heddle
