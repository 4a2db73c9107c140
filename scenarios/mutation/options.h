// SPDX-License-Identifier: Apache-2.0
// What the user of heddle_mutate asks for.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/mutation/trial.h"

namespace heddle {

struct MutationOptions {
    bool list = false;                       // and try none
    std::vector<std::string> patterns = {};  // of names of mutants; empty: the default selection
    bool all = false;
    unsigned every = 1;  // the n-th mutant of those only,
    unsigned seed = 0;   // counted from this one
    unsigned jobs = 1;
    double score_min = 90;  // per cent
    TrialLimits limits = {};
    std::uint64_t scenario_states_max = 200'000;
    std::string catalogue = {};   // a directory
    std::string equivalent = {};  // a file
    std::string json = {};        // a path, "-" for stdout, or empty: none
};

// M, and the files of mlock, its system calls, the lists and reclaim.
std::vector<std::string> default_patterns();

// An exit code if nothing remains to be done.
std::variant<MutationOptions, ExitCode> parse_mutation_options(int argc, const char* const* argv);

// The program. Text goes to stdout, messages to stderr.
ExitCode run_mutation(const MutationOptions& options);

}  // namespace heddle
