// SPDX-License-Identifier: Apache-2.0
// The law fitted to what of a series may be used for it.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "bench/analysis/measurements.h"
#include "bench/analysis/usl.h"

namespace heddle::bench {

struct FittedSeries {
    unsigned threads_min = 0;  // of the points used; 0 if there are none
    unsigned threads_max = 0;
    std::variant<UslFit, std::string> fit = std::string();  // or why there is none
    // Without a fit: X(2) / X(1) = 2 / (1 + sigma + 2 kappa), if both were measured.
    std::optional<double> two_by_one = {};

    // sigma + 2 kappa, which is all that one and two threads tell.
    double sigma_and_kappa() const { return 2 / *two_by_one - 1; }
    // Why there is no fit, and what can be said instead.
    std::string refusal() const;
};

// Leaves out points with more threads than the host has cores (cores = 0: not known): they measure
// its scheduler.
FittedSeries fit_series(const Series& series, unsigned cores, const UslOptions& options);

}  // namespace heddle::bench
