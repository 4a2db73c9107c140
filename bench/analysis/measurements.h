// SPDX-License-Identifier: Apache-2.0
// What Google Benchmark has measured: its JSON as values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/analysis/benchmark_name.h"

namespace heddle::bench {

// One benchmark at one number of threads, with all its repetitions.
struct Measurement {
    BenchmarkName name = {};
    std::vector<double> rates =
        {};  // one for each repetition, a second: `ops`, else runs by real time
    // Medians over the repetitions: `jain`, `wait_p99_ns`, cycles ...
    std::map<std::string, double> counters = {};
    bool broken = false;     // in some repetition the lock did not exclude
    std::string label = {};  // what the benchmark says of itself, such as what was broken

    double rate() const;  // the median; 0 of what was broken before it did anything
};

// A file of Google Benchmark.
struct Measurements {
    std::string file;
    unsigned cores = 0;                               // of the host; 0 if not known
    std::map<std::string, std::string> context = {};  // what the file says of the host
    std::vector<std::string> warnings = {};           // about it
    std::vector<Measurement> all = {};                // in the order of the file
    std::vector<std::string> errors = {};             // benchmarks that did not run, and why
};

// Measurements of one benchmark with more and more threads.
struct Series {
    std::vector<const Measurement*> points;  // threads ascending, each once; at least one

    const BenchmarkName& name() const { return points.front()->name; }
    bool is_broken() const;           // with some number of threads
    std::string broken_text() const;  // what was; begins with "broken"
};

// Reads the file. Throws InputError, also if there is nothing but aggregates in it.
Measurements read_measurements(const std::string& file);

// In the order of the first measurement of each. Points into `measurements`.
std::vector<Series> series_of(const Measurements& measurements);

// The median; 0 of nothing.
double median(std::vector<double> values);

}  // namespace heddle::bench
