// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/benchmark_name.h"

#include <charconv>
#include <set>

namespace heddle::bench {

namespace {

const std::set<std::string> appended = {"real_time",  "process_time", "manual_time",    "repeats",
                                        "iterations", "min_time",     "min_warmup_time"};

unsigned threads_in(const JsonPlace& name, const std::string& text) {
    unsigned threads = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, threads);
    if (error != std::errc() || stopped != end || threads == 0) {
        name.expected("'threads:' and a number above 0");
    }
    return threads;
}

}  // namespace

std::string BenchmarkName::word(const std::string& key) const {
    const auto found = words.find(key);
    return found == words.end() ? "" : found->second;
}

std::string BenchmarkName::label() const {
    std::string label;
    std::size_t begin = 0;
    while (begin <= series.size()) {
        const std::size_t end = std::min(series.find('/', begin), series.size());
        std::string part = series.substr(begin, end - begin);
        if (const std::size_t colon = part.find(':'); colon != std::string::npos) {
            part[colon] = ' ';
        }
        label += (label.empty() ? "" : ", ") + part;
        begin = end + 1;
    }
    return label;
}

BenchmarkName parse_name(const JsonPlace& place) {
    const std::string text = place.text();
    BenchmarkName name;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t colon = part.find(':');
        const std::string key = part.substr(0, colon);
        if (appended.contains(key)) {
            continue;
        }
        if (key == "threads" && colon != std::string::npos) {
            name.threads = threads_in(place, part.substr(colon + 1));
            continue;
        }
        if (colon != std::string::npos) {
            name.words[key] = part.substr(colon + 1);
        }
        name.series += (name.series.empty() ? "" : "/") + part;
    }
    return name;
}

}  // namespace heddle::bench
