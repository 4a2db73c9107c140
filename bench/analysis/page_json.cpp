// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/page_json.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace heddle::bench {

namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinity.
Json finite(double number) { return std::isfinite(number) ? Json(number) : Json(nullptr); }

Json json_of(const Interval& interval) {
    return {finite(interval.value), finite(interval.low), finite(interval.high)};
}

Json json_of(const Measurement& measurement, unsigned cores) {
    return {{"threads", measurement.name.threads},
            {"rate", measurement.rate()},
            {"rates", measurement.rates},
            {"counters", measurement.counters},
            {"broken", measurement.broken},
            {"label", measurement.label},
            {"oversubscribed", cores != 0 && measurement.name.threads > cores}};
}

// Numbers of threads from 1 to `last`, each a fifth more than the one before.
std::vector<double> curve_places(double last) {
    std::vector<double> places;
    for (double threads = 1; threads < last; threads *= 1.2) {
        places.push_back(threads);
    }
    places.push_back(last);
    return places;
}

Json json_of(const UslFit& fit, const FittedSeries& fitted, unsigned last) {
    Json band = Json::array();
    for (const double threads : curve_places(last)) {
        const Interval rate = fit.rate(threads);
        band.push_back({threads, rate.value, rate.low, rate.high});
    }
    return {{"lambda", json_of(fit.lambda())},
            {"sigma", json_of(fit.sigma())},
            {"kappa", json_of(fit.kappa())},
            {"peak", json_of(fit.peak())},
            {"error", fit.error()},
            {"threads_max", fitted.threads_max},
            {"band", std::move(band)}};
}

Json json_of(const Extrapolation& extrapolation) {
    Json points = Json::array();
    for (const SimulatedPoint& point : extrapolation.points) {
        points.push_back({{"cores", point.cores},
                          {"locks", point.locks},
                          {"simulated", point.simulated},
                          {"simulated_error", point.simulated_error},
                          {"measured", point.measured ? Json(*point.measured) : Json(nullptr)},
                          {"calibrated", point.is_calibrated},
                          {"wait_p50_ns", point.rates.wait_p50_ns},
                          {"wait_p99_ns", point.rates.wait_p99_ns},
                          {"jain", point.rates.jain},
                          {"busy", point.rates.busy}});
    }
    const auto error = extrapolation.validation_error();
    return {{"from_threads", extrapolation.from_threads},
            {"policy", extrapolation.policy == LockPolicy::fifo ? "FIFO" : "random"},
            {"own_lock", extrapolation.own_lock},
            {"handover_local_ns", extrapolation.handover_local_ns},
            {"handover_remote_ns", extrapolation.handover_remote_ns},
            {"validation_error", error ? Json(*error) : Json(nullptr)},
            {"notes", extrapolation.notes},
            {"points", std::move(points)}};
}

Json waits_json(const Series& series, const std::vector<Distributions>& distributions) {
    constexpr std::size_t points_max = 200;
    Json all = Json::array();
    for (const Distributions& each : distributions) {
        if (each.name.series != series.name().series || each.wait.empty()) {
            continue;
        }
        const auto points = each.wait.cumulative();
        const std::size_t step = points.size() / points_max + 1;
        Json kept = Json::array();
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (i % step == 0 || i + 1 == points.size()) {
                kept.push_back(points[i]);
            }
        }
        all.push_back({{"threads", each.name.threads}, {"points", std::move(kept)}});
    }
    return all;
}

Json series_json(const Series& series, const Measurements& file,
                 const std::vector<Distributions>& distributions, const PageOptions& options) {
    Json json{{"name", series.name().series},
              {"label", series.name().label()},
              {"words", series.name().words},
              {"file", std::filesystem::path(file.file).filename().string()},
              {"points", Json::array()}};
    for (const Measurement* point : series.points) {
        json["points"].push_back(json_of(*point, file.cores));
    }
    const FittedSeries fitted = fit_series(series, file.cores, options.fit);
    if (const auto* fit = std::get_if<UslFit>(&fitted.fit)) {
        const std::vector<unsigned>& cores = options.simulation.cores;
        const unsigned last =
            std::max(fitted.threads_max, *std::max_element(cores.begin(), cores.end()));
        json["fit"] = json_of(*fit, fitted, last);
    } else {
        json["no_fit"] = fitted.refusal();
    }
    if (!distributions.empty()) {
        const auto found =
            extrapolate(series, distributions, file.cores,
                        extrapolation_options(options.simulation, file, options.fit.seed));
        if (const auto* extrapolation = std::get_if<Extrapolation>(&found)) {
            json["simulation"] = json_of(*extrapolation);
        } else {
            json["no_simulation"] = std::get<std::string>(found);
        }
    }
    json["waits"] = waits_json(series, distributions);
    return json;
}

// Beginning with a dot it can be no address of another kind.
std::string link_to(const std::string& file, const std::string& folder) {
    const std::filesystem::path path = std::filesystem::proximate(file, folder);
    return (path.is_absolute() ? "" : "./") + path.generic_string();
}

Json json_of(const Candidate& candidate, const std::string& folder) {
    Json reports = Json::array();
    for (const CheckedVerdict* verdict : {candidate.layout, candidate.lock}) {
        if (verdict != nullptr && verdict->kind == CheckedVerdict::Kind::broken &&
            !verdict->report.empty()) {
            const CheckedVerdict::Failure& failure = verdict->failures.front();
            reports.push_back(
                {{"file", link_to(verdict->report, folder)},
                 {"scenario", verdict->nr_scenarios > 1 ? Json(failure.scenario) : Json(nullptr)},
                 {"invariant", failure.invariant}});
        }
    }
    const BenchmarkName& name = candidate.measured->name;
    return {{"layout", name.word("layout")},      {"lock", name.word("lock")},
            {"rate", candidate.measured->rate()}, {"counters", candidate.measured->counters},
            {"passes", candidate.passes},         {"fastest", candidate.is_fastest},
            {"front", candidate.is_on_front},     {"verdict", verdict_text(candidate)},
            {"reports", std::move(reports)}};
}

Json contests_json(const std::vector<Contest>& contests, const std::string& folder) {
    Json all = Json::array();
    for (const Contest& contest : contests) {
        Json candidates = Json::array();
        for (const Candidate& candidate : contest.candidates) {
            candidates.push_back(json_of(candidate, folder));
        }
        all.push_back({{"name", contest.name},
                       {"threads", contest.threads},
                       {"candidates", std::move(candidates)}});
    }
    return all;
}

}  // namespace

nlohmann::ordered_json page_json(const std::vector<Measurements>& files,
                                 const std::vector<Distributions>& distributions,
                                 const CheckedVerdicts& verdicts, const PageOptions& options) {
    Json json{{"schema", "heddle-bench-page-1"},   {"confidence", 100 * options.fit.confidence},
              {"nodes", options.simulation.nodes}, {"hosts", Json::array()},
              {"series", Json::array()},           {"contests", Json::array()}};
    const bool has_verdicts = !verdicts.layouts.empty() || !verdicts.locks.empty();
    for (const Measurements& file : files) {
        json["hosts"].push_back({{"file", std::filesystem::path(file.file).filename().string()},
                                 {"context", file.context},
                                 {"cores", file.cores},
                                 {"warnings", file.warnings},
                                 {"errors", file.errors}});
        const std::vector<Series> all = series_of(file);
        for (const Series& series : all) {
            json["series"].push_back(series_json(series, file, distributions, options));
        }
        if (has_verdicts) {
            for (Json& contest :
                 contests_json(contests_of(all, file.cores, verdicts), options.folder)) {
                json["contests"].push_back(std::move(contest));
            }
        }
    }
    return json;
}

}  // namespace heddle::bench
