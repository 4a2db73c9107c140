// SPDX-License-Identifier: Apache-2.0
// Two measurements of the same benchmarks, before and after a change.
#pragma once

#include <string>
#include <vector>

#include "bench/analysis/measurements.h"
#include "bench/analysis/rank_test.h"

namespace heddle::bench {

struct ComparedBenchmark {
    std::string name;
    double before = 0;  // medians, a second
    double after = 0;
    std::size_t nr_before = 0;  // repetitions
    std::size_t nr_after = 0;
    RatioEstimate estimate;  // of throughput: above 1 is faster

    bool is_faster() const { return estimate.has_bounds && estimate.ratio.low > 1; }
    bool is_slower() const { return is_slower_by(0); }
    // By more than so many per cent, with confidence.
    bool is_slower_by(double percent) const {
        return estimate.has_bounds && estimate.ratio.high < 1 - percent / 100;
    }
};

struct Comparison {
    std::vector<ComparedBenchmark> both;  // in the order of `before`
    std::vector<std::string> only_before;
    std::vector<std::string> only_after;
    std::vector<std::string> broken;  // before or after, and what
};

// Compares by name; what is broken is not compared. Throws InputError if a benchmark has more than
// 200 repetitions.
Comparison compare(const Measurements& before, const Measurements& after, double confidence);

}  // namespace heddle::bench
