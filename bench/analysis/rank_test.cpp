// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/rank_test.h"

#include <algorithm>
#include <cassert>

#include "bench/analysis/measurements.h"

namespace heddle::bench {

std::vector<double> mann_whitney_distribution(unsigned n, unsigned m) {
    // Of i + j values the largest is one of the i with chance i / (i + j), and then j of the pairs
    // count; the row of i is made from the one of i - 1.
    const std::size_t nr_values = static_cast<std::size_t>(n) * m + 1;
    std::vector<double> certain(nr_values);
    certain[0] = 1;
    std::vector<std::vector<double>> row(m + 1, certain);
    for (unsigned i = 1; i <= n; ++i) {
        for (unsigned j = 1; j <= m; ++j) {
            const double one_of_i = static_cast<double>(i) / (i + j);
            for (std::size_t u = static_cast<std::size_t>(i) * j + 1; u-- > 0;) {
                const double before = u >= j ? row[j][u - j] : 0;
                row[j][u] = one_of_i * before + (1 - one_of_i) * row[j - 1][u];
            }
        }
    }
    std::vector<double> sums = row[m];
    for (std::size_t u = 1; u < sums.size(); ++u) {
        sums[u] += sums[u - 1];
    }
    return sums;
}

unsigned repetitions_min(double confidence) {
    unsigned n = 2;
    while (2 * mann_whitney_distribution(n, n).front() > 1 - confidence) {
        ++n;
    }
    return n;
}

RatioEstimate estimate_ratio(const std::vector<double>& before, const std::vector<double>& after,
                             double confidence) {
    assert(!before.empty() && !after.empty());
    std::vector<double> ratios;
    for (const double one : before) {
        for (const double other : after) {
            ratios.push_back(other / one);
        }
    }
    std::sort(ratios.begin(), ratios.end());
    RatioEstimate estimate{.ratio = {median(ratios), ratios.front(), ratios.back()}};

    // As many ratios may lie outside on each side as a test at that confidence would let pass.
    const std::vector<double> chance = mann_whitney_distribution(
        static_cast<unsigned>(before.size()), static_cast<unsigned>(after.size()));
    const double outside_max = (1 - confidence) / 2;
    const auto outside = static_cast<std::size_t>(
        std::upper_bound(chance.begin(), chance.end(), outside_max) - chance.begin());
    estimate.has_bounds = outside > 0;
    if (estimate.has_bounds) {
        estimate.ratio.low = ratios[outside - 1];
        estimate.ratio.high = ratios[ratios.size() - outside];
    }
    return estimate;
}

}  // namespace heddle::bench
