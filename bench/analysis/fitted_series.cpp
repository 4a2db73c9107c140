// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/fitted_series.h"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::bench {

namespace {

std::vector<UslPoint> usable_points(const Series& series, unsigned cores, FittedSeries& fitted) {
    std::vector<UslPoint> points;
    for (const Measurement* measurement : series.points) {
        const unsigned threads = measurement->name.threads;
        if (cores != 0 && threads > cores) {
            continue;
        }
        fitted.threads_min = fitted.threads_min == 0 ? threads : fitted.threads_min;
        fitted.threads_max = threads;
        for (const double rate : measurement->rates) {
            points.push_back({.threads = threads, .rate = rate});
        }
    }
    return points;
}

// X(2) / X(1) = 2 / (1 + sigma + 2 kappa).
std::string two_threads_text(const Series& series) {
    const auto with = [&series](unsigned threads) {
        return std::find_if(
            series.points.begin(), series.points.end(),
            [threads](const Measurement* point) { return point->name.threads == threads; });
    };
    const auto one = with(1);
    const auto two = with(2);
    if (one == series.points.end() || two == series.points.end()) {
        return "";
    }
    const double ratio = (*two)->rate() / (*one)->rate();
    return fmt::format(
        ". Two threads do {:.2f} times the work of one, so sigma + 2 kappa = {:.2f}: which of the "
        "two "
        "it is, and so where the peak lies, cannot be concluded",
        ratio, 2 / ratio - 1);
}

}  // namespace

FittedSeries fit_series(const Series& series, unsigned cores, const UslOptions& options) {
    FittedSeries fitted;
    const std::vector<UslPoint> points = usable_points(series, cores, fitted);
    fitted.fit =
        points.empty()
            ? std::variant<UslFit, std::string>("measured with more threads than cores only")
            : fit_usl(points, options);
    auto* const refusal = std::get_if<std::string>(&fitted.fit);
    if (refusal != nullptr && cores != 0 &&
        fitted.threads_max != series.points.back()->name.threads) {
        *refusal +=
            fmt::format(" (those above {}, the cores of this host, measure its scheduler)", cores);
    }
    if (refusal != nullptr && fitted.threads_max >= 2) {
        *refusal += two_threads_text(series);
    }
    return fitted;
}

}  // namespace heddle::bench
