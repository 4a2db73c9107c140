// SPDX-License-Identifier: Apache-2.0
// A mutant against the scenarios that come by it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "scenarios/mutation/census.h"
#include "scenarios/mutation/mutants.h"

namespace heddle {

struct TrialLimits {
    double seconds = 20;               // for each mutant
    std::uint64_t states = 1'000'000;  // for each scenario
};

struct Trial {
    bool killed = false;
    std::string scenario = {};    // whose expectation is not met
    std::string finding = {};     // the claim that was broken, or the verdict
    std::uint64_t states = 0;     // of that search; of all of them if it is not killed
    double seconds = 0;           // until then
    unsigned tried = 0;           // scenarios
    std::string unfinished = {};  // why a search or all did not come to an end; or nothing

    // Of a mutant written by hand, which is tried against all its scenarios: how many of them find
    // what, and the first that finds what it must break.
    std::map<std::string, unsigned> findings = {};
    std::string named_scenario = {};
    std::string named_finding = {};
};

// Tries each mutant in a process of its own, which may crash or hang, `jobs` at a time. `report` is
// called in the order of the mutants.
void try_mutants(const Census& census, const std::vector<const Mutant*>& mutants,
                 const TrialLimits& limits, unsigned jobs,
                 const std::function<void(const Mutant&, const Trial&)>& report);

}  // namespace heddle
