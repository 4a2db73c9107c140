// SPDX-License-Identifier: Apache-2.0
// What the checker says of each layout and each kind of lock.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace heddle::bench {

// Of all scenarios that were checked with one layout or one kind of lock.
struct CheckedVerdict {
    enum class Kind { passes, broken, unknown };

    struct Failure {
        std::string scenario;
        std::string invariant;
    };

    Kind kind = Kind::unknown;
    std::size_t nr_scenarios = 0;
    std::size_t nr_vacuous = 0;     // of these: break nothing, and do not reach what they should
    std::vector<Failure> failures;  // of a broken one
    std::string why;                // of an unknown one: which scenario, and what became of it
    std::string report;             // the file with the counterexamples; empty if there is none
};

// By name of the layout or of the lock. What is in neither was not checked.
struct CheckedVerdicts {
    std::map<std::string, CheckedVerdict> layouts;
    std::map<std::string, CheckedVerdict> locks;
};

// Reads a folder of files `layout-NAME.json` and `lock-NAME.json` that `heddle check --json` has
// written, each with its `--report html=` beside it (`layout-NAME.html`). A layout is broken by a
// scenario that fails and should not, a lock by any that fails: what is broken on purpose is
// expected to. Throws InputError if the folder has no such file, or one is not what it should be.
CheckedVerdicts read_verdicts(const std::string& folder);

}  // namespace heddle::bench
