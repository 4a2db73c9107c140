// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/usl.h"

#include <cminpack.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "bench/analysis/histograms.h"

namespace heddle::bench {

namespace {

constexpr std::size_t nr_parameters = 3;
constexpr double kappa_min = 1e-9;

double slowdown(double sigma, double kappa, double threads) {
    return 1 + sigma * (threads - 1) + kappa * threads * (threads - 1);
}

// For lmder1(): log X(N) - log x by (log lambda, root of sigma, root of kappa), so none is ever
// below 0 and the solver needs to know nothing of limits; or, if `what` is 2, its derivatives,
// column by column.
// NOLINTNEXTLINE(readability-function-size): the solver's parameters.
int log_residuals(void* of_points, int rows, int /*columns*/, const double* x, double* residuals,
                  double* jacobian, int column, int what) {
    const auto& points = *static_cast<const std::span<const UslPoint>*>(of_points);
    for (int i = 0; i < rows; ++i) {
        const UslPoint& point = points[static_cast<std::size_t>(i)];
        const double threads = point.threads;
        const double divisor = slowdown(x[1] * x[1], x[2] * x[2], threads);
        if (what == 2) {
            jacobian[i] = 1;
            jacobian[i + column] = -2 * x[1] * (threads - 1) / divisor;
            jacobian[i + 2 * column] = -2 * x[2] * threads * (threads - 1) / divisor;
        } else {
            residuals[i] = x[0] + std::log(threads / divisor) - std::log(point.rate);
        }
    }
    return 0;
}

// A root of 0 would stay 0: its derivative is 0.
double root_to_begin_with(double value) { return std::sqrt(std::max(value, 1e-4)); }

Usl best_fit(std::span<const UslPoint> points, const Usl& begin) {
    std::array<double, nr_parameters> x = {std::log(begin.lambda), root_to_begin_with(begin.sigma),
                                           root_to_begin_with(begin.kappa)};
    const std::size_t rows = points.size();
    std::vector<double> residuals(rows);
    std::vector<double> jacobian(rows * nr_parameters);
    std::array<int, nr_parameters> pivots = {};
    std::vector<double> scratch(5 * nr_parameters + rows);
    const double tolerance = std::sqrt(std::numeric_limits<double>::epsilon());
    lmder1(log_residuals, &points, static_cast<int>(rows), nr_parameters, x.data(),
           residuals.data(), jacobian.data(), static_cast<int>(rows), tolerance, pivots.data(),
           scratch.data(), static_cast<int>(scratch.size()));
    return {.lambda = std::exp(x[0]), .sigma = x[1] * x[1], .kappa = x[2] * x[2]};
}

std::vector<double> deviations(std::span<const UslPoint> points, const Usl& usl) {
    std::vector<double> all;
    for (const UslPoint& point : points) {
        all.push_back(std::log(point.rate / usl.rate(point.threads)));
    }
    return all;
}

// A sum of squares divides by the points less the parameters, so deviations seen are too small.
std::vector<Usl> bootstrap(std::span<const UslPoint> points, const Usl& best,
                           const UslOptions& options) {
    std::vector<double> residuals = deviations(points, best);
    const auto n = static_cast<double>(points.size());
    const double scale = std::sqrt(n / (n - nr_parameters));
    Random random(options.seed);
    std::vector<UslPoint> drawn(points.begin(), points.end());
    std::vector<Usl> all;
    for (unsigned i = 0; i < options.resamples; ++i) {
        for (UslPoint& point : drawn) {
            point.rate =
                best.rate(point.threads) * std::exp(scale * residuals[random() % residuals.size()]);
        }
        all.push_back(best_fit(drawn, best));
    }
    return all;
}

}  // namespace

double Usl::rate(double threads) const {
    return lambda * threads / slowdown(sigma, kappa, threads);
}

double Usl::peak() const {
    if (sigma >= 1) {
        return 1;
    }
    return kappa < kappa_min ? std::numeric_limits<double>::infinity()
                             : std::max(1.0, std::sqrt((1 - sigma) / kappa));
}

template <typename Value>
Interval UslFit::interval(const Value& value) const {
    std::vector<double> values;
    for (const Usl& usl : resampled_) {
        values.push_back(value(usl));
    }
    std::sort(values.begin(), values.end());
    const auto at = [&values](double fraction) {
        const auto last = static_cast<double>(values.size() - 1);
        return values[static_cast<std::size_t>(std::lround(fraction * last))];
    };
    const double outside = (1 - confidence_) / 2;
    const double best = value(best_);
    return {
        .value = best, .low = std::min(best, at(outside)), .high = std::max(best, at(1 - outside))};
}

Interval UslFit::lambda() const {
    return interval([](const Usl& usl) { return usl.lambda; });
}
Interval UslFit::sigma() const {
    return interval([](const Usl& usl) { return usl.sigma; });
}
Interval UslFit::kappa() const {
    return interval([](const Usl& usl) { return usl.kappa; });
}
Interval UslFit::peak() const {
    return interval([](const Usl& usl) { return usl.peak(); });
}
Interval UslFit::rate(double threads) const {
    return interval([threads](const Usl& usl) { return usl.rate(threads); });
}

std::size_t nr_thread_counts(std::span<const UslPoint> points) {
    std::set<unsigned> counts;
    for (const UslPoint& point : points) {
        counts.insert(point.threads);
    }
    return counts.size();
}

std::variant<UslFit, std::string> fit_usl(std::span<const UslPoint> points,
                                          const UslOptions& options) {
    const std::size_t counts = nr_thread_counts(points);
    if (counts <= nr_parameters) {
        return "measured with " + std::to_string(counts) + (counts == 1 ? " number" : " numbers") +
               " of threads; a law of 3 parameters wants 4 at least";
    }
    const auto first = std::min_element(
        points.begin(), points.end(),
        [](const UslPoint& a, const UslPoint& b) { return a.threads < b.threads; });
    const Usl guess{.lambda = first->rate / first->threads, .sigma = 0.1, .kappa = 1e-3};
    const Usl best = best_fit(points, guess);
    double squares = 0;
    for (const double deviation : deviations(points, best)) {
        squares += deviation * deviation;
    }
    return UslFit(best, bootstrap(points, best, options), options.confidence,
                  std::sqrt(squares / static_cast<double>(points.size())));
}

}  // namespace heddle::bench
