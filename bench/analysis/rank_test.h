// SPDX-License-Identifier: Apache-2.0
// Is one set of repetitions larger than another, and by which factor?
#pragma once

#include <vector>

#include "bench/analysis/usl.h"

namespace heddle::bench {

// P(U <= u), all orders being equally likely, for u = 0 ... n m: U counts the pairs in which the
// one of m is smaller than the one of n. Exact, without ties.
//   n, m  at least 1; n m n m / 4 additions
// Source: H. B. Mann, D. R. Whitney, On a Test of Whether one of Two Random Variables is
// Stochastically Larger than the Other, Ann. Math. Statist. 18, 1947.
std::vector<double> mann_whitney_distribution(unsigned n, unsigned m);

// The smallest number of repetitions on each side that can tell anything at that confidence.
unsigned repetitions_min(double confidence);

struct RatioEstimate {
    Interval ratio;           // after / before, with its bounds
    bool has_bounds = false;  // whether there are repetitions enough for them
};

// The median of all ratios of one of `after` to one of `before` (Hodges and Lehmann's estimate, of
// logarithms), and the bounds beyond which a Mann-Whitney test at that confidence, two-sided, would
// refuse a factor. Values above 0, at least one on each side and at most 200.
// Source: J. L. Hodges, E. L. Lehmann, Estimates of Location Based on Rank Tests, Ann. Math.
// Statist. 34, 1963.
RatioEstimate estimate_ratio(const std::vector<double>& before, const std::vector<double>& after,
                             double confidence);

}  // namespace heddle::bench
