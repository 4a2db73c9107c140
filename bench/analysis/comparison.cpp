// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/comparison.h"

#include <map>

#include "bench/analysis/input_error.h"

namespace heddle::bench {

namespace {

using ByName = std::map<std::string, const Measurement*>;

ByName by_name(const Measurements& measurements) {
    constexpr std::size_t repetitions_max = 200;
    ByName all;
    for (const Measurement& measurement : measurements.all) {
        const std::string name = measurement.name.text();
        if (measurement.rates.size() > repetitions_max) {
            throw InputError(measurements.file + ": " + name + ": " +
                             std::to_string(measurement.rates.size()) +
                             " repetitions; expected 200 at most");
        }
        all.emplace(name, &measurement);
    }
    return all;
}

}  // namespace

Comparison compare(const Measurements& before, const Measurements& after, double confidence) {
    const ByName of_before = by_name(before);
    const ByName of_after = by_name(after);
    Comparison comparison;
    for (const Measurement& one : before.all) {
        const std::string name = one.name.text();
        const auto found = of_after.find(name);
        if (found == of_after.end()) {
            comparison.only_before.push_back(name);
            continue;
        }
        const Measurement& other = *found->second;
        if (one.broken || other.broken) {
            comparison.broken.push_back(name + ": " + (one.broken ? "before" : "after") + ": " +
                                        (one.broken ? one.label : other.label));
            continue;
        }
        comparison.both.push_back({.name = name,
                                   .before = one.rate(),
                                   .after = other.rate(),
                                   .nr_before = one.rates.size(),
                                   .nr_after = other.rates.size(),
                                   .estimate = estimate_ratio(one.rates, other.rates, confidence)});
    }
    for (const Measurement& other : after.all) {
        if (!of_before.contains(other.name.text())) {
            comparison.only_after.push_back(other.name.text());
        }
    }
    return comparison;
}

}  // namespace heddle::bench
