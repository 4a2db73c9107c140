// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/benchmark_name.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>

namespace heddle::bench {

namespace {

const std::set<std::string> appended = {"real_time",  "process_time", "manual_time",    "repeats",
                                        "iterations", "min_time",     "min_warmup_time"};

using Parts = std::vector<std::string>;

Parts parts_of(const std::string& text) {
    Parts parts;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

// "layout:node" is "layout node".
std::string label_of(const Parts& parts) {
    std::string label;
    for (std::string part : parts) {
        if (const std::size_t colon = part.find(':'); colon != std::string::npos) {
            part[colon] = ' ';
        }
        label += (label.empty() ? "" : ", ") + part;
    }
    return label;
}

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

std::string BenchmarkName::label() const { return label_of(parts_of(series)); }

Labels labels_of(const std::vector<BenchmarkName>& names) {
    std::vector<Parts> all;
    all.reserve(names.size());
    for (const BenchmarkName& name : names) {
        all.push_back(parts_of(name.series));
    }
    const auto is_common = [&all](const std::string& part) {
        return all.size() > 1 && std::all_of(all.begin(), all.end(), [&part](const Parts& parts) {
                   return std::find(parts.begin(), parts.end(), part) != parts.end();
               });
    };
    Labels labels;
    if (!all.empty()) {
        Parts common;
        std::copy_if(all[0].begin(), all[0].end(), std::back_inserter(common), is_common);
        labels.common = label_of(common);
    }
    for (const Parts& parts : all) {
        Parts own;
        std::remove_copy_if(parts.begin(), parts.end(), std::back_inserter(own), is_common);
        labels.each.push_back(label_of(own));
    }
    return labels;
}

BenchmarkName parse_name(const JsonPlace& place) {
    BenchmarkName name;
    for (const std::string& part : parts_of(place.text())) {
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
