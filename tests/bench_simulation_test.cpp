// SPDX-License-Identifier: Apache-2.0
// The simulation against closed queueing networks whose throughput is known exactly.
#include <gtest/gtest.h>

#include <cmath>

#include "bench/analysis/event_simulation.h"
#include "bench/analysis/extrapolation.h"

namespace heddle::bench_simulation_test {
namespace {

using bench::LockedSystem;
using bench::LockPolicy;
using bench::Random;
using bench::simulate;
using bench::SimulatedRates;
using bench::Times;

Times exponential(double mean_ns) {
    return [mean_ns](Random& random) { return -mean_ns * std::log(bench::uniform(random)); };
}

Times always(double ns) {
    return [ns](Random&) { return ns; };
}

LockedSystem system_of(unsigned cores, Times between, Times hold) {
    LockedSystem system;
    system.cores = cores;
    system.between = std::move(between);
    system.hold = std::move(hold);
    return system;
}

// Customers a second of a closed network: one station without a queue and `stations` alike ones
// with one. Exact mean value analysis: M. Reiser, S. S. Lavenberg, Mean-Value Analysis of Closed
// Multichain Queuing Networks, JACM 27(2), 1980.
double exact_rate(unsigned customers, double think_ns, double serve_ns, unsigned stations) {
    const double demand = serve_ns / stations;
    double queue = 0;
    double rate = 0;
    for (unsigned n = 1; n <= customers; ++n) {
        const double response = demand * (1 + queue);
        rate = n / (think_ns + stations * response);
        queue = rate * response;
    }
    return rate * 1e9;
}

// The same with one station by its closed formula, the machine-repairman model: the repairman is
// idle with chance 1 / sum of N! / (N - n)! (serve / think)^n.
double repairman_rate(unsigned customers, double think_ns, double serve_ns) {
    double term = 1;
    double sum = 1;
    for (unsigned n = 1; n <= customers; ++n) {
        term *= (customers - n + 1) * serve_ns / think_ns;
        sum += term;
    }
    return (1 - 1 / sum) / serve_ns * 1e9;
}

TEST(BenchSimulation, HasAnOracleThatAgreesWithItself) {
    for (const unsigned customers : {1U, 3U, 10U, 40U}) {
        const double formula = repairman_rate(customers, 1000, 100);
        EXPECT_NEAR(exact_rate(customers, 1000, 100, 1) / formula, 1, 1e-9) << customers;
    }
}

// A standard error of 20 batches is exceeded fourfold once in a thousand times; seeds are fixed.
TEST(BenchSimulation, IsAsFastAsMeanValueAnalysisSays) {
    for (const unsigned cores : {1U, 2U, 8U, 11U, 64U, 1024U}) {
        for (const unsigned locks : {1U, 4U}) {
            LockedSystem system = system_of(cores, exponential(1000), exponential(100));
            system.locks = locks;
            const SimulatedRates rates = simulate(system, {.takings = 60'000});
            const double exact = exact_rate(cores, 1000, 100, locks);
            EXPECT_NEAR(rates.takings_per_s, exact, 4 * rates.error_per_s)
                << cores << " cores, " << locks << " locks";
            EXPECT_LT(rates.error_per_s, 0.02 * exact);
            // By Little's law what is neither work nor hold is the wait.
            const double cycle_ns = cores / exact * 1e9;
            EXPECT_NEAR(rates.wait_mean_ns, cycle_ns - 1100, 0.05 * cycle_ns);
            EXPECT_NEAR(rates.busy, exact * 100e-9 / locks, 0.05);
        }
    }
}

TEST(BenchSimulation, TheOrderOfServiceChangesWaitsAndNotThroughput) {
    LockedSystem system = system_of(32, exponential(1000), exponential(100));
    const SimulatedRates fifo = simulate(system, {.takings = 60'000});
    system.policy = LockPolicy::random;
    const SimulatedRates random = simulate(system, {.takings = 60'000});
    EXPECT_NEAR(random.takings_per_s, exact_rate(32, 1000, 100, 1), 4 * random.error_per_s);
    EXPECT_GT(random.wait_p999_ns, 2 * fifo.wait_p999_ns);
    EXPECT_LT(random.wait_p50_ns, fifo.wait_p50_ns);
    EXPECT_GT(fifo.jain, random.jain);
}

TEST(BenchSimulation, OneLockIsSaturatedAtOneByHoldAndHandOver) {
    LockedSystem system = system_of(8, always(0), always(100));
    EXPECT_NEAR(simulate(system, {}).takings_per_s, 1e9 / 100, 1);
    EXPECT_NEAR(simulate(system, {}).wait_p50_ns, 700, 1e-3);  // the seven others first

    system.handover_local_ns = 50;
    EXPECT_NEAR(simulate(system, {}).takings_per_s, 1e9 / 150, 1);
    EXPECT_NEAR(simulate(system, {}).busy, 1, 1e-3);

    // Core c is of node c % 2, and they come in turns: every hand-over is to the other node.
    system.nodes = 2;
    system.handover_remote_ns = 300;
    const SimulatedRates rates = simulate(system, {});
    EXPECT_NEAR(rates.takings_per_s, 1e9 / 400, 1e5);
    EXPECT_LT(rates.local_part, 0.01);
    EXPECT_GT(rates.jain, 0.999);
}

TEST(BenchSimulation, OneCoreWaitsForNobody) {
    LockedSystem system = system_of(1, always(300), always(100));
    system.handover_local_ns = 1000;
    const SimulatedRates rates = simulate(system, {});
    EXPECT_NEAR(rates.takings_per_s, 1e9 / 400, 1);
    EXPECT_EQ(rates.wait_p999_ns, 0);
    EXPECT_EQ(rates.jain, 1);
}

TEST(BenchSimulation, ANodesLocksAreThoseOfItsPages) {
    LockedSystem system = system_of(8, always(50), exponential(100));
    system.nodes = 2;
    system.locks = 4;
    system.remote_part = 0;
    EXPECT_EQ(simulate(system, {}).local_part, 1);
    system.remote_part = 0.5;
    EXPECT_NEAR(simulate(system, {}).local_part, 0.5, 0.1);
}

TEST(BenchSimulation, CoresWithLocksOfTheirOwnDoNotMeet) {
    LockedSystem system = system_of(4, always(300), always(100));
    system.own_lock = true;
    system.locks = 2;  // two cores share each
    EXPECT_NEAR(simulate(system, {}).takings_per_s, 4 * 1e9 / 400, 1e6);
    system.handover_local_ns = 200;
    EXPECT_NEAR(simulate(system, {}).takings_per_s, 2 * 1e9 / 300, 1e6);
    system.locks = 4;
    EXPECT_NEAR(simulate(system, {}).takings_per_s, 4 * 1e9 / 400, 1);
    EXPECT_EQ(simulate(system, {}).wait_p999_ns, 0);
}

TEST(BenchSimulation, IsTheSameForTheSameSeed) {
    const LockedSystem system = system_of(4, exponential(100), exponential(100));
    EXPECT_EQ(simulate(system, {}).takings_per_s, simulate(system, {}).takings_per_s);
    EXPECT_NE(simulate(system, {}).takings_per_s, simulate(system, {.seed = 2}).takings_per_s);
}

// A machine that is known: exponential times by histograms with narrow buckets, a hand-over of 80
// ns.
constexpr double handover_ns = 80;

bench::Histogram exponential_histogram(double mean_ns) {
    std::vector<bench::Histogram::Bucket> buckets;
    double before = 1;
    for (double upper = mean_ns / 50; upper < 12 * mean_ns; upper += mean_ns / 50) {
        const double after = std::exp(-upper / mean_ns);
        buckets.push_back({upper, static_cast<std::uint64_t>(1e6 * (before - after))});
        before = after;
    }
    return bench::Histogram(std::move(buckets));
}

bench::Measurements known_machine() {
    bench::Measurements measurements{.file = "known", .cores = 8};
    for (const unsigned threads : {1U, 2U, 4U, 8U, 16U}) {
        LockedSystem system = system_of(threads, exponential(400), exponential(100));
        system.handover_local_ns = handover_ns;
        const double rate = simulate(system, {.takings = 60'000, .seed = 9}).takings_per_s;
        measurements.all.push_back({.name = {.series = "storm/layout:node/lock:ticket",
                                             .words = {{"layout", "node"}, {"lock", "ticket"}},
                                             .threads = threads},
                                    .rates = {2 * rate}});  // two operations each time
    }
    return measurements;
}

TEST(BenchExtrapolation, FindsTheHandOverAndPredictsWhatItWasNotFittedTo) {
    const bench::Measurements measurements = known_machine();
    const bench::Histogram hold = exponential_histogram(100);
    const std::vector<bench::Distributions> times = {
        {.name = {.series = measurements.all[0].name.series, .words = {}, .threads = 8},
         .wait = {},
         .hold = hold,
         .between = exponential_histogram(400),
         .per_thread_ops = {static_cast<double>(hold.total()), static_cast<double>(hold.total())}}};
    bench::ExtrapolationOptions options;
    options.cores = {8, 64, 512};
    options.beyond.nodes = 4;
    const auto found = extrapolate(bench::series_of(measurements)[0], times, 8, options);
    const auto& extrapolation = std::get<bench::Extrapolation>(found);

    EXPECT_EQ(extrapolation.from_threads, 8U);
    EXPECT_EQ(extrapolation.policy, LockPolicy::fifo);
    EXPECT_NEAR(extrapolation.handover_local_ns, handover_ns, 4);
    EXPECT_LT(*extrapolation.validation_error(), 0.02);
    ASSERT_EQ(extrapolation.points.size(), 6U);  // 1, 2, 4, 8; 64 and 512, and not 16 > 8 cores
    EXPECT_TRUE(extrapolation.points[3].is_calibrated);
    EXPECT_NEAR(extrapolation.points[3].error(), 0, 0.01);
    EXPECT_FALSE(extrapolation.points[4].measured);
    EXPECT_EQ(extrapolation.points[3].locks, 1U);
    EXPECT_EQ(extrapolation.points[5].locks, 4U);
    // Four saturated locks, two operations each time.
    EXPECT_NEAR(extrapolation.points[5].simulated / (4 * 2e9 / 180), 1, 0.05);
    EXPECT_EQ(extrapolation.notes.size(), 1U);  // of the other node's hand-over nothing is known

    options.handover_local_ns = 0;
    const auto given = extrapolate(bench::series_of(measurements)[0], times, 8, options);
    EXPECT_GT(*std::get<bench::Extrapolation>(given).validation_error(), 0.1);
}

TEST(BenchExtrapolation, MeasuresNothingByABrokenLock) {
    bench::Measurements measurements = known_machine();
    measurements.all[2].broken = true;
    const auto found = extrapolate(bench::series_of(measurements)[0], {}, 8, {});
    EXPECT_EQ(std::get<std::string>(found).find("broken"), 0U);
}

TEST(BenchExtrapolation, SaysWhatItDoesNotRestOn) {
    const bench::Measurements measurements = known_machine();
    const std::vector<bench::Series> series = bench::series_of(measurements);
    EXPECT_TRUE(std::holds_alternative<std::string>(extrapolate(series[0], {}, 8, {})));

    const std::vector<bench::Distributions> one = {
        {.name = {.series = measurements.all[0].name.series, .words = {}, .threads = 1},
         .hold = exponential_histogram(100),
         .between = exponential_histogram(400)}};
    const auto found = std::get<bench::Extrapolation>(extrapolate(series[0], one, 1, {}));
    ASSERT_EQ(found.notes.size(), 1U);
    EXPECT_EQ(found.notes[0].find("no lock was handed over"), 0U);
}

}  // namespace
}  // namespace heddle::bench_simulation_test
