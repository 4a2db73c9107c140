// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/measurements.h"

#include <algorithm>
#include <set>

#include "bench/analysis/input_error.h"
#include "bench/analysis/json_place.h"

namespace heddle::bench {

namespace {

// Members of a benchmark in the JSON that are not counters.
const std::set<std::string> own_members = {"family_index", "per_family_instance_index",
                                           "repetitions",  "repetition_index",
                                           "threads",      "iterations",
                                           "real_time",    "cpu_time",
                                           "ops",          "broken"};

// Of a benchmark whose name has no threads Google Benchmark tells them elsewhere.
BenchmarkName name_of(const JsonPlace& benchmark) {
    BenchmarkName name = parse_name(benchmark.at("run_name"));
    const auto threads = benchmark.find("threads");
    if (threads && threads->count() > 1) {
        name.threads = static_cast<unsigned>(threads->count());
    }
    return name;
}

double seconds_of(const JsonPlace& benchmark) {
    static const std::map<std::string, double> units = {
        {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}};
    const JsonPlace unit = benchmark.at("time_unit");
    const auto found = units.find(unit.text());
    if (found == units.end()) {
        unit.expected("ns, us, ms or s");
    }
    return benchmark.at("real_time").positive() * found->second;
}

using Values = std::map<std::string, std::vector<double>>;

// One repetition: its rate into `measurement`, its counters into `values`.
void add_repetition(const JsonPlace& benchmark, Measurement& measurement, Values& values) {
    const auto ops = benchmark.find("ops");
    if (!ops || ops->number() != 0) {
        measurement.rates.push_back(ops ? ops->positive() : 1 / seconds_of(benchmark));
    }
    if (const auto label = benchmark.find("label")) {
        measurement.label = label->text();
    }
    if (const auto broken = benchmark.find("broken")) {
        measurement.broken = measurement.broken || broken->flag();
    }
    for (const auto& [key, value] : benchmark.value().items()) {
        if (value.is_number() && !own_members.contains(key)) {
            values[key].push_back(value.get<double>());
        }
    }
}

void read_context(const JsonPlace& context, Measurements& measurements) {
    for (const auto& [key, value] : context.value().items()) {
        // heddle-lock-bench: "warning_governor", and "skipped_1" for what this host cannot measure.
        const bool is_warning = key.starts_with("warning") || key.starts_with("skipped");
        if (is_warning && value.is_array()) {
            for (const JsonPlace& warning : context.at(key).elements()) {
                measurements.warnings.push_back(warning.text());
            }
        } else if (is_warning) {
            measurements.warnings.push_back(context.at(key).text());
        } else if (value.is_string()) {
            measurements.context[key] = value.get<std::string>();
        } else if (value.is_number() || value.is_boolean()) {
            measurements.context[key] = value.dump();
        }
    }
    if (const auto cores = context.find("num_cpus")) {
        measurements.cores = static_cast<unsigned>(cores->count());
    }
}

}  // namespace

double median(std::vector<double> values) {
    if (values.empty()) {
        return 0;
    }
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Measurement::rate() const { return median(rates); }

bool Series::is_broken() const {
    return std::any_of(points.begin(), points.end(),
                       [](const Measurement* point) { return point->broken; });
}

std::string Series::broken_text() const {
    for (const Measurement* point : points) {
        if (point->broken && point->label.starts_with("broken")) {
            return point->label;
        }
    }
    return "broken";
}

Measurements read_measurements(const std::string& file) {
    const nlohmann::json json = read_json(file);
    const JsonPlace top(json, file + ": ");
    Measurements measurements{.file = file};
    read_context(top.at("context"), measurements);

    std::map<std::string, std::size_t> places;
    std::vector<Values> values;
    for (const JsonPlace& benchmark : top.at("benchmarks").elements()) {
        if (benchmark.at("run_type").text() != "iteration") {
            continue;
        }
        Measurement measurement{.name = name_of(benchmark)};
        const auto failed = benchmark.find("error_occurred");
        if (failed && failed->flag()) {
            const auto why = benchmark.find("error_message");
            measurements.errors.push_back(measurement.name.text() + ": " +
                                          (why ? why->text() : "did not run"));
            continue;
        }
        const auto [place, is_new] = places.try_emplace(measurement.name.text(), values.size());
        if (is_new) {
            measurements.all.push_back(std::move(measurement));
            values.emplace_back();
        }
        add_repetition(benchmark, measurements.all[place->second], values[place->second]);
    }
    if (measurements.all.empty() && measurements.errors.empty()) {
        throw InputError(file +
                         ": benchmarks: no repetition in it; expected the JSON of Google Benchmark "
                         "(--benchmark_out), not its aggregates alone");
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (const auto& [key, repetitions] : values[i]) {
            measurements.all[i].counters[key] = median(repetitions);
        }
    }
    std::erase_if(measurements.all, [&measurements](const Measurement& measurement) {
        const bool did_nothing = measurement.rates.empty() && !measurement.broken;
        if (did_nothing) {
            measurements.errors.push_back(measurement.name.text() + ": did nothing");
        }
        return did_nothing;
    });
    return measurements;
}

std::vector<Series> series_of(const Measurements& measurements) {
    std::vector<Series> all;
    std::map<std::string, std::size_t> places;
    for (const Measurement& measurement : measurements.all) {
        const auto [place, is_new] = places.try_emplace(measurement.name.series, all.size());
        if (is_new) {
            all.emplace_back();
        }
        all[place->second].points.push_back(&measurement);
    }
    for (Series& series : all) {
        std::sort(series.points.begin(), series.points.end(),
                  [](const Measurement* a, const Measurement* b) {
                      return a->name.threads < b->name.threads;
                  });
    }
    return all;
}

}  // namespace heddle::bench
