// SPDX-License-Identifier: Apache-2.0
#include "scenarios/history_trend.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heddle {

namespace {

double median_of(std::vector<double> seconds) {
    std::sort(seconds.begin(), seconds.end());
    const std::size_t half = seconds.size() / 2;
    return seconds.size() % 2 == 1 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2;
}

// Compares each with those before it.
void mark_changes(std::vector<TrendPoint>& points) {
    std::vector<double> seconds = {points[0].entry.seconds};
    for (std::size_t i = 1; i < points.size(); ++i) {
        TrendPoint& point = points[i];
        const HistoryEntry& before = points[i - 1].entry;
        const double spent = point.entry.seconds;
        point.verdict_changed = std::tie(point.entry.verdict, point.entry.claim) !=
                                std::tie(before.verdict, before.claim);
        point.states_changed = point.entry.states != before.states;
        point.median_seconds = median_of(seconds);
        point.slower = spent > slower_factor * point.median_seconds &&
                       spent - point.median_seconds > slower_seconds_min;
        seconds.push_back(spent);
    }
}

}  // namespace

std::vector<Trend> trends_of(std::span<const HistoryEntry> entries, std::size_t points_max) {
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<TrendPoint>> grouped;
    for (const HistoryEntry& entry : entries) {
        grouped[{entry.scenario, entry.parameters, entry.search}].push_back({.entry = entry});
    }
    std::vector<Trend> trends;
    for (auto& [key, points] : grouped) {
        mark_changes(points);
        const std::size_t left_out = points.size() - std::min(points.size(), points_max);
        points.erase(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(left_out));
        trends.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), std::move(points)});
    }
    return trends;
}

}  // namespace heddle
