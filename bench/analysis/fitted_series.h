// SPDX-License-Identifier: Apache-2.0
// The law fitted to what of a series may be used for it.
#pragma once

#include <string>
#include <variant>

#include "bench/analysis/measurements.h"
#include "bench/analysis/usl.h"

namespace heddle::bench {

struct FittedSeries {
    unsigned threads_min = 0;  // of the points used; 0 if there are none
    unsigned threads_max = 0;
    std::variant<UslFit, std::string> fit =
        std::string();  // or why there is none, and what can be said instead
};

// Leaves out points with more threads than the host has cores (cores = 0: not known): they measure
// its scheduler. With too few points it says what one and two threads tell by themselves, sigma and
// kappa together.
FittedSeries fit_series(const Series& series, unsigned cores, const UslOptions& options);

}  // namespace heddle::bench
