// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/histograms.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <sstream>

#include "bench/analysis/input_error.h"
#include "bench/analysis/json_place.h"

namespace heddle::bench {

double uniform(Random& random) { return static_cast<double>((random() >> 11) + 1) * 0x1p-53; }

Histogram::Histogram(std::vector<Bucket> buckets) : buckets_(std::move(buckets)) {
    std::uint64_t sum = 0;
    for (const Bucket& bucket : buckets_) {
        sum += bucket.count;
        sums_.push_back(sum);
    }
}

void Histogram::add(const Histogram& other) {
    std::map<double, std::uint64_t> counts;
    for (const Histogram* each : {static_cast<const Histogram*>(this), &other}) {
        for (const Bucket& bucket : each->buckets_) {
            counts[bucket.upper_ns] += bucket.count;
        }
    }
    std::vector<Bucket> both;
    both.reserve(counts.size());
    for (const auto& [upper, count] : counts) {
        both.push_back({.upper_ns = upper, .count = count});
    }
    *this = Histogram(std::move(both));
}

double Histogram::lower_ns(std::size_t bucket) const {
    constexpr double lower_part = 8.0 / 9;
    const double before = bucket == 0 ? 0 : buckets_[bucket - 1].upper_ns;
    return std::max(before, lower_part * buckets_[bucket].upper_ns);
}

double Histogram::mean_ns() const {
    double sum = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        const Bucket& bucket = buckets_[i];
        sum += static_cast<double>(bucket.count) * (lower_ns(i) + bucket.upper_ns) / 2;
    }
    return empty() ? 0 : sum / static_cast<double>(total());
}

double Histogram::quantile_ns(double fraction) const {
    if (empty()) {
        return 0;
    }
    // At least half a count, so that what is found is a bucket with something in it.
    const double wanted = std::max(0.5, fraction * static_cast<double>(total()));
    const auto found = std::lower_bound(
        sums_.begin(), sums_.end(), wanted,
        [](std::uint64_t sum, double value) { return static_cast<double>(sum) < value; });
    const auto i = static_cast<std::size_t>(std::min(found, sums_.end() - 1) - sums_.begin());
    const double lower = lower_ns(i);
    const auto count = static_cast<double>(buckets_[i].count);
    const double before = static_cast<double>(sums_[i]) - count;
    return lower + (buckets_[i].upper_ns - lower) * std::min(1.0, (wanted - before) / count);
}

double Histogram::sample_ns(Random& random) const { return quantile_ns(uniform(random)); }

std::vector<std::pair<double, double>> Histogram::cumulative() const {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        if (buckets_[i].count > 0) {
            points.emplace_back(buckets_[i].upper_ns,
                                static_cast<double>(sums_[i]) / static_cast<double>(total()));
        }
    }
    return points;
}

double Distributions::ops_per_acquisition() const {
    const double ops = std::accumulate(per_thread_ops.begin(), per_thread_ops.end(), 0.0);
    return ops > 0 && !hold.empty() ? ops / static_cast<double>(hold.total()) : 1;
}

namespace {

Histogram read_histogram(const JsonPlace& line, const std::string& name) {
    const auto member = line.find(name);
    if (!member) {
        return {};
    }
    std::vector<Histogram::Bucket> buckets;
    for (const JsonPlace& pair : member->elements()) {
        const std::vector<JsonPlace> two = pair.elements();
        if (two.size() != 2) {
            pair.expected("[upper_ns, count]");
        }
        const double upper = two[0].number();
        if (upper < 0 || (!buckets.empty() && upper <= buckets.back().upper_ns)) {
            two[0].expected("a limit above the one before, 0 or more");
        }
        buckets.push_back({.upper_ns = upper, .count = two[1].count()});
    }
    return Histogram(std::move(buckets));
}

Distributions read_line(const JsonPlace& line) {
    Distributions all{.name = parse_name(line.at("name"))};
    if (const auto threads = line.find("threads")) {
        all.name.threads = static_cast<unsigned>(threads->count());
    }
    all.wait = read_histogram(line, "wait_ns");
    all.hold = read_histogram(line, "hold_ns");
    all.between = read_histogram(line, "between_ns");
    if (const auto ops = line.find("per_thread_ops")) {
        for (const JsonPlace& each : ops->elements()) {
            all.per_thread_ops.push_back(each.number());
        }
    }
    return all;
}

void add(Distributions& to, const Distributions& other) {
    to.wait.add(other.wait);
    to.hold.add(other.hold);
    to.between.add(other.between);
    to.per_thread_ops.insert(to.per_thread_ops.end(), other.per_thread_ops.begin(),
                             other.per_thread_ops.end());
}

}  // namespace

std::vector<Distributions> read_distributions(const std::string& file) {
    std::istringstream lines(read_text(file));
    std::vector<Distributions> all;
    std::map<std::string, std::size_t> places;
    std::string text;
    for (unsigned number = 1; std::getline(lines, text); ++number) {
        if (text.find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        const std::string place = file + ":" + std::to_string(number);
        const nlohmann::json json = parse_json(text, place);
        Distributions line = read_line(JsonPlace(json, place + ": "));
        const auto [found, is_new] = places.try_emplace(line.name.text(), all.size());
        if (is_new) {
            all.push_back(std::move(line));
        } else {
            add(all[found->second], line);
        }
    }
    if (all.empty()) {
        throw InputError(file + ": no line in it; expected a JSON object for each benchmark");
    }
    return all;
}

}  // namespace heddle::bench
