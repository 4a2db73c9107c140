// SPDX-License-Identifier: Apache-2.0
// Distributions of times that a benchmark has counted, and numbers drawn from them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/analysis/benchmark_name.h"

namespace heddle::bench {

using Random = std::mt19937_64;

// A number in (0, 1], of the upper 53 bits of one draw: the same everywhere.
double uniform(Random& random);

// Counts of times. A bucket has its upper limit, inclusive, and begins at the one before it, but
// not below 8/9 of its own: buckets are narrow, and those without a count are left out. Within a
// bucket every time is equally likely.
class Histogram {
  public:
    struct Bucket {
        double upper_ns = 0;
        std::uint64_t count = 0;
    };

    Histogram() = default;
    explicit Histogram(std::vector<Bucket> buckets);  // upper limits ascending

    void add(const Histogram& other);

    bool empty() const { return total() == 0; }
    std::uint64_t total() const { return sums_.empty() ? 0 : sums_.back(); }
    double mean_ns() const;
    double quantile_ns(double fraction) const;  // fraction in [0, 1]
    double sample_ns(Random& random) const;
    // Points (ns, part of all times that are not longer) of the cumulative distribution.
    std::vector<std::pair<double, double>> cumulative() const;

  private:
    double lower_ns(std::size_t bucket) const;

    std::vector<Bucket> buckets_;
    std::vector<std::uint64_t> sums_;  // counts up to and with each bucket
};

// What one benchmark at one number of threads has counted.
struct Distributions {
    BenchmarkName name = {};
    Histogram wait = {};                      // from asking for a lock to having it
    Histogram hold = {};                      // from having it to giving it back
    Histogram between = {};                   // from giving it back to asking again
    std::vector<double> per_thread_ops = {};  // one for each thread and repetition

    // Operations for each time that a lock was taken; 1 if that was not counted.
    double ops_per_acquisition() const;
};

// Reads a file with one JSON object a line; lines of one name, the repetitions, are added up.
// Throws InputError, which names file, line and member.
std::vector<Distributions> read_distributions(const std::string& file);

}  // namespace heddle::bench
