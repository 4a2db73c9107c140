// SPDX-License-Identifier: Apache-2.0
// How a scenario's results change from run to run.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "scenarios/history.h"

namespace heddle {

// A run is slower if it took this many times the median of the runs before it, and longer than that
// by slower_seconds_min: short ones vary by themselves.
constexpr double slower_factor = 1.5;
constexpr double slower_seconds_min = 0.05;

struct TrendPoint {
    HistoryEntry entry;
    bool verdict_changed =
        false;  // the verdict or the violated claim, compared with the run before
    bool states_changed = false;
    bool slower = false;
    double median_seconds = 0;  // of the runs before it; 0 of the first one
};

// The runs of one scenario at one size in one search, oldest first. At least one.
struct Trend {
    std::string scenario;
    std::string parameters;
    std::string search;
    std::vector<TrendPoint> points;
};

// In the order of the scenarios' names; of each the last `points_max` runs. Changes are told of all
// that there are, also with those before.
std::vector<Trend> trends_of(std::span<const HistoryEntry> entries, std::size_t points_max);

}  // namespace heddle
