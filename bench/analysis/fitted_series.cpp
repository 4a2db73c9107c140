// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/fitted_series.h"

#include <fmt/format.h>

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

std::optional<double> two_by_one(const Series& series) {
    double one = 0;
    double two = 0;
    for (const Measurement* point : series.points) {
        one = point->name.threads == 1 ? point->rate() : one;
        two = point->name.threads == 2 ? point->rate() : two;
    }
    return one > 0 && two > 0 ? std::optional(two / one) : std::nullopt;
}

}  // namespace

std::string FittedSeries::refusal() const {
    std::string text = std::get<std::string>(fit);
    if (two_by_one) {
        text += fmt::format(
            ". Two threads do {:.2f} times the work of one, so sigma + 2 kappa = {:.2f}; which of "
            "the two it is, and where the peak lies, cannot be concluded",
            *two_by_one, sigma_and_kappa());
    }
    return text;
}

FittedSeries fit_series(const Series& series, unsigned cores, const UslOptions& options) {
    FittedSeries fitted;
    if (series.is_broken()) {
        fitted.fit = series.broken_text();
        return fitted;
    }
    const std::vector<UslPoint> points = usable_points(series, cores, fitted);
    if (points.empty()) {
        fitted.fit = "measured with more threads than cores only";
        return fitted;
    }
    fitted.fit = fit_usl(points, options);
    if (auto* const why = std::get_if<std::string>(&fitted.fit)) {
        if (fitted.threads_max != series.points.back()->name.threads) {
            *why += fmt::format(" (those above {}, the cores of this host, measure its scheduler)",
                                cores);
        }
        if (fitted.threads_max >= 2) {
            fitted.two_by_one = two_by_one(series);
        }
    }
    return fitted;
}

}  // namespace heddle::bench
