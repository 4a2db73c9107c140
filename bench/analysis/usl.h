// SPDX-License-Identifier: Apache-2.0
// The Universal Scalability Law, fitted.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace heddle::bench {

// X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)): the throughput of N threads.
// Source: N. J. Gunther, Guerrilla Capacity Planning, Springer 2007, chapter 4 to 6; with lambda
// for the throughput of one thread as in N. J. Gunther, P. Puglia, K. Tomasette, Hadoop Superlinear
// Scalability, CACM 58(4), 2015.
struct Usl {
    double lambda = 0;  // a second, of one thread
    double sigma = 0;   // contention, 0 or more: the part that is done by one at a time
    double kappa = 0;   // coherence, 0 or more: the price of each pair that must agree

    double rate(double threads) const;
    // The number of threads beyond which throughput falls, at least 1; infinite without a peak. A
    // kappa below 1e-9, which puts it above 30,000, counts as none.
    double peak() const;
};

struct UslPoint {
    unsigned threads = 1;
    double rate = 0;  // above 0
};

struct Interval {
    double value = 0;
    double low = 0;
    double high = 0;
};

struct UslOptions {
    double confidence = 0.95;  // in (0, 1)
    unsigned resamples = 400;  // of the bootstrap, at least 1
    std::uint64_t seed = 1;
};

// The law that fits best, and those that fit as well as the noise can tell.
class UslFit {
  public:
    UslFit(Usl best, std::vector<Usl> resampled, double confidence, double error)
        : best_(best), resampled_(std::move(resampled)), confidence_(confidence), error_(error) {}

    const Usl& best() const { return best_; }
    Interval lambda() const;
    Interval sigma() const;
    Interval kappa() const;
    Interval peak() const;
    Interval rate(double threads) const;
    // Root of the mean squared relative deviation of the points from the best.
    double error() const { return error_; }

  private:
    template <typename Value>
    Interval interval(const Value& value) const;

    Usl best_;
    std::vector<Usl> resampled_;
    double confidence_;
    double error_;
};

// Fits by nonlinear least squares of log throughput, that is of relative deviations, with sigma and
// kappa at least 0. Bounds are percentiles of a bootstrap over the residuals, scaled for the three
// parameters: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 9.4. They hold
// noise as well as deviations of the points from the law, and need no repetitions.
//   points   one for each repetition
//   returns  the fit; or what is missing for it: three parameters want four numbers of threads
std::variant<UslFit, std::string> fit_usl(std::span<const UslPoint> points,
                                          const UslOptions& options);

// The different numbers of threads.
std::size_t nr_thread_counts(std::span<const UslPoint> points);

}  // namespace heddle::bench
