// SPDX-License-Identifier: Apache-2.0
// The oracle of Dpor: tells traces apart by a normal form of each run.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "checker/scenario.h"

namespace heddle {

struct Traces {
    std::uint64_t traces = 0;
    std::uint64_t runs = 0;
    std::set<std::string> violations;  // names of what broke; such a run ends there
    bool complete = false;             // false if the limit on runs cut it short
};

// Walks every run of the scenario to its end. Two runs are of one trace if they have the same steps
// in the same layers: a step lies in the first layer behind all earlier steps that it depends on.
// Source: Foata normal form, in Diekert and Rozenberg, The Book of Traces, 1995, chapter 1.
Traces count_traces(const Scenario& scenario, std::uint64_t runs_max = 2'000'000);

}  // namespace heddle
