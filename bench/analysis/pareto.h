// SPDX-License-Identifier: Apache-2.0
// The fastest layout that still passes the checker.
#pragma once

#include <string>
#include <vector>

#include "bench/analysis/measurements.h"
#include "bench/analysis/verdicts.h"

namespace heddle::bench {

// A layout with a kind of lock, as measured.
struct Candidate {
    const Measurement* measured = nullptr;
    const CheckedVerdict* layout = nullptr;  // null: was not checked
    const CheckedVerdict* lock = nullptr;
    bool passes = false;      // both were checked and pass, and the lock has excluded when measured
    bool is_fastest = false;  // of those that pass
    bool is_on_front = false;  // passes, and none that does is faster and has no longer a p99 wait
};

// Candidates that did the same work: of one workload, batch and placement, with as many threads.
struct Contest {
    std::string name;  // the work
    unsigned threads = 1;
    std::vector<Candidate> candidates = {};  // the fastest first
};

// Each series that has a layout, with the most threads that all of its contest were measured with
// and that have a core each (cores = 0: any number). Points into both arguments.
std::vector<Contest> contests_of(const std::vector<Series>& series, unsigned cores,
                                 const CheckedVerdicts& verdicts);

// Why a candidate does not pass, or that it does: "passes", "broken: layout page-hash: B1", "not
// checked: lock mutex".
std::string verdict_text(const Candidate& candidate);

}  // namespace heddle::bench
