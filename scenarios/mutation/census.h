// SPDX-License-Identifier: Apache-2.0
// Which sites of the model each scenario of the catalogue comes by.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/mutation.h"
#include "checker/scenario.h"

namespace heddle {

struct CountedScenario {
    Scenario scenario;
    std::uint64_t states = 0;
    std::vector<bool> sites;     // by number of the site
    std::vector<bool> switches;  // by number
};

struct CollectedSite {
    Site site;
    std::string object;  // the bit or the field that is touched: "lru", "mmap_sem"; or nothing
};

struct Census {
    std::vector<CountedScenario> scenarios;
    std::vector<CollectedSite> sites;
    std::vector<std::string> left_out;  // names of scenarios with more states than allowed
    std::vector<std::string> unmet;     // names of those that do not meet their expectation
};

// Checks each scenario, without a mutant, until it is finished or has more than `states_max`
// states. Once in a process.
Census take_census(const std::vector<Scenario>& scenarios, std::uint64_t states_max);

}  // namespace heddle
