// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/analysis/json_place.h"

namespace heddle::bench {

// "storm/workload:w/layout:l/threads:4". What Google Benchmark appends itself ("real_time",
// "repeats:3") is no part of it.
struct BenchmarkName {
    std::string series = {};                        // all but the threads
    std::map<std::string, std::string> words = {};  // {"workload", "w"}, {"layout", "l"}
    unsigned threads = 1;

    std::string text() const { return series + "/threads:" + std::to_string(threads); }
    // The word of that key; empty if there is none.
    std::string word(const std::string& key) const;
    // As a person says it: "mlock, layout node, lock ticket".
    std::string label() const;
};

// What tells names apart, and what does not: "layout node" and "layout zone" of "storm, batch 14".
struct Labels {
    std::string common;             // of all of them; empty of a single name
    std::vector<std::string> each;  // in the order of the names
};
Labels labels_of(const std::vector<BenchmarkName>& names);

// Throws InputError if it is no string, or its threads are no number above 0.
BenchmarkName parse_name(const JsonPlace& place);

}  // namespace heddle::bench
