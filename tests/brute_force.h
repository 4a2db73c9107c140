// SPDX-License-Identifier: Apache-2.0
// The oracle of every search: walks interleavings one by one and remembers no state on the way.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "checker/scenario.h"
#include "checker/verdict.h"

namespace heddle {

struct BruteForce {
    std::set<Fingerprint> finals;      // worlds in which all tasks have finished
    std::set<std::string> violations;  // names of what broke on the way; such a run ends there
    std::set<std::string> unreached;   // `sometimes` claims that held nowhere
    // Of the simplest run that broke something: preemptions, then steps.
    std::optional<std::pair<unsigned, unsigned>> simplest;
    std::uint64_t runs = 0;
    std::uint64_t transitions = 0;
    bool complete = false;  // false if the limit on transitions cut it short
};

// Every run of the scenario with at most `preemptions_max` preemptions.
BruteForce brute_force(const Scenario& scenario, unsigned preemptions_max,
                       std::uint64_t transitions_max);

// The same from where the execution is.
BruteForce brute_force(Execution& execution, unsigned preemptions_max,
                       std::uint64_t transitions_max);

}  // namespace heddle
