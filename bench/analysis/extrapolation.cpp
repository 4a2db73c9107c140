// SPDX-License-Identifier: Apache-2.0
#include "bench/analysis/extrapolation.h"

#include <algorithm>
#include <cmath>

namespace heddle::bench {

namespace {

// Of a series the times with most threads that have a core each; null if there are none.
const Distributions* times_of(const Series& series, const std::vector<Distributions>& all,
                              unsigned cores) {
    const Distributions* best = nullptr;
    for (const Distributions& each : all) {
        const bool fits = each.name.series == series.name().series && !each.hold.empty() &&
                          !each.between.empty() && (cores == 0 || each.name.threads <= cores);
        if (fits && (best == nullptr || each.name.threads > best->name.threads)) {
            best = &each;
        }
    }
    return best;
}

const Measurement* measured_with(const Series& series, unsigned threads) {
    for (const Measurement* point : series.points) {
        if (point->name.threads == threads) {
            return point;
        }
    }
    return nullptr;
}

LockedSystem system_of(const Distributions& times, unsigned cores, unsigned locks,
                       const Extrapolation& extrapolation) {
    LockedSystem system;
    system.cores = cores;
    system.locks = locks;
    system.own_lock = extrapolation.own_lock;
    system.between = [&times](Random& random) { return times.between.sample_ns(random); };
    system.hold = [&times](Random& random) { return times.hold.sample_ns(random); };
    system.handover_local_ns = extrapolation.handover_local_ns;
    system.handover_remote_ns = extrapolation.handover_remote_ns;
    system.policy = extrapolation.policy;
    return system;
}

// Bisects: the longer the hand-over, the lower the throughput. Nothing where no lock is handed
// over.
std::optional<double> calibrated_handover_ns(LockedSystem system, double takings_per_s,
                                             const SimulationOptions& options) {
    const auto is_faster = [&](double handover_ns) {
        system.handover_local_ns = system.handover_remote_ns = handover_ns;
        return simulate(system, options).takings_per_s > takings_per_s;
    };
    if (!is_faster(0)) {
        return 0;
    }
    constexpr double handover_ns_max = 1e6;
    double high = 1;
    while (is_faster(high)) {
        high *= 2;
        if (high > handover_ns_max) {
            return std::nullopt;
        }
    }
    double low = high / 2;
    for (int i = 0; i < 12; ++i) {
        const double middle = (low + high) / 2;
        (is_faster(middle) ? low : high) = middle;
    }
    return (low + high) / 2;
}

// Whether it was calibrated.
bool choose_handover(Extrapolation& extrapolation, const Distributions& times,
                     const Measurement* point, const ExtrapolationOptions& options) {
    const unsigned threads = times.name.threads;
    std::optional<double> calibrated;
    if (options.handover_local_ns) {
        extrapolation.handover_local_ns = *options.handover_local_ns;
    } else if (point != nullptr && threads > 1) {
        const unsigned locks = nr_lru_locks(times.name.word("layout"), options.measured, threads);
        calibrated =
            calibrated_handover_ns(system_of(times, threads, locks, extrapolation),
                                   point->rate() / times.ops_per_acquisition(), options.simulation);
        extrapolation.handover_local_ns = calibrated.value_or(0);
    }
    if (!options.handover_local_ns && !calibrated) {
        extrapolation.notes.emplace_back(
            "no lock was handed over when it was measured; that is taken for nothing");
    }
    extrapolation.handover_remote_ns =
        options.handover_remote_ns.value_or(extrapolation.handover_local_ns);
    if (!options.handover_remote_ns && options.beyond.nodes > 1) {
        extrapolation.notes.emplace_back(
            "a hand-over to another node is taken for no dearer than one within a node: give "
            "--handover-remote");
    }
    return calibrated.has_value();
}

SimulatedPoint simulated_point(const LockedSystem& system, double ops_per_acquisition,
                               const SimulationOptions& options) {
    SimulatedPoint point{.cores = system.cores, .locks = system.locks};
    point.rates = simulate(system, options);
    point.simulated = point.rates.takings_per_s * ops_per_acquisition;
    point.simulated_error = point.rates.error_per_s * ops_per_acquisition;
    return point;
}

}  // namespace

std::optional<double> Extrapolation::validation_error() const {
    double sum = 0;
    unsigned nr = 0;
    for (const SimulatedPoint& point : points) {
        if (point.measured && !point.is_calibrated) {
            sum += std::abs(point.error());
            ++nr;
        }
    }
    return nr == 0 ? std::nullopt : std::optional(sum / nr);
}

std::variant<Extrapolation, std::string> extrapolate(
    const Series& series, const std::vector<Distributions>& distributions, unsigned cores,
    const ExtrapolationOptions& options) {
    if (series.is_broken()) {
        return series.broken_text();
    }
    const Distributions* const times = times_of(series, distributions, cores);
    if (times == nullptr) {
        return "no times for holding a lock and between two, with a core for each thread";
    }
    const std::string layout = series.name().word("layout");
    Extrapolation extrapolation{.from_threads = times->name.threads,
                                .own_lock = has_own_lock(layout, series.name().word("workload")),
                                .policy = policy_of(series.name().word("lock"))};
    const bool is_calibrated =
        choose_handover(extrapolation, *times, measured_with(series, times->name.threads), options);

    const double ops_per_acquisition = times->ops_per_acquisition();
    unsigned measured_max = 0;
    for (const Measurement* measurement : series.points) {
        const unsigned threads = measurement->name.threads;
        if (cores != 0 && threads > cores) {
            continue;
        }
        measured_max = threads;
        const unsigned locks = nr_lru_locks(layout, options.measured, threads);
        SimulatedPoint point = simulated_point(system_of(*times, threads, locks, extrapolation),
                                               ops_per_acquisition, options.simulation);
        point.measured = measurement->rate();
        point.is_calibrated = is_calibrated && threads == times->name.threads;
        extrapolation.points.push_back(point);
    }
    std::vector<unsigned> beyond = options.cores;
    std::sort(beyond.begin(), beyond.end());
    for (const unsigned number : beyond) {
        if (number > measured_max) {
            const unsigned locks = nr_lru_locks(layout, options.beyond, number);
            LockedSystem system = system_of(*times, number, locks, extrapolation);
            system.nodes = options.beyond.nodes;
            system.remote_part = options.remote_part;
            extrapolation.points.push_back(
                simulated_point(system, ops_per_acquisition, options.simulation));
        }
    }
    if (!extrapolation.validation_error()) {
        extrapolation.notes.emplace_back("no measured point is left to judge the simulation by");
    }
    return extrapolation;
}

}  // namespace heddle::bench
