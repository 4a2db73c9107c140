// SPDX-License-Identifier: Apache-2.0
// All there is to say about a scenario without running it.
#pragma once

#include <string>
#include <vector>

#include "scenarios/left_out.h"
#include "scenarios/scenario_file.h"

namespace heddle {

struct ExplainedTask {
    std::string name;
    unsigned cpu = 0;
    std::string kind;                // "task", "interrupt", "daemon"
    std::string process;             // empty: none
    std::vector<std::string> steps;  // its calls; of a scenario in C++ nothing is known of them
};

struct ExplainedClaim {
    std::string name;
    std::string formula;
    std::string moment;     // when it is asked
    std::string authority;  // who says that it must hold; empty: the scenario does
    bool is_expected_to_break = false;
};

// A change of the kernel that differs between this scenario's version and the seed, or between the
// variants of its file.
struct ExplainedChange {
    std::string name;
    std::string upstream;
    std::string what;
    bool is_in = false;  // this scenario's kernel
    bool is_in_seed = false;
};

struct Explanation {
    std::string name;
    std::string story;
    std::string expect;
    std::vector<std::string> labels;
    std::string kernel;  // which version it is about; empty: none
    std::vector<ExplainedTask> tasks;
    std::vector<ExplainedChange> changes;
    std::vector<std::string> commits;  // ids that the story names
    std::vector<ExplainedClaim>
        claims;  // the one that is expected to break, then the scenario's own
    std::vector<std::string> not_asked;  // what is switched off
    std::vector<std::string> bounds;     // what was not checked, as sentences
    std::vector<LeftOut> left_out;       // of the model, where it could make a difference here
};

// `file` has the variants of the scenario's file, itself among them; empty for one in C++.
Explanation explain(const Scenario& scenario, const std::vector<ScenarioWords>& file);

}  // namespace heddle
