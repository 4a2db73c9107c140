// SPDX-License-Identifier: Apache-2.0
#include "checker/portfolio.h"

#include <gtest/gtest.h>

#include "tests/small_scenarios.h"

namespace heddle::portfolio_test {
namespace {

using Kind = Verdict::Kind;

Summary by_portfolio(const Scenario& scenario, const Limits& limits = {}) {
    return check(scenario, {.search = "portfolio", .how = {.runs = 10}, .limits = limits});
}

TEST(Portfolio, PassesWhatBoundedGetsThrough) {
    const Summary summary = by_portfolio(independent_steps(2, 2));

    EXPECT_EQ(summary.verdict.kind, Kind::pass);
    // The 9 states of the grid, of which (1, 1), (1, 2) and (2, 1) are visited twice because it
    // makes a difference to preemptions who came last.
    EXPECT_EQ(summary.coverage, "bounded decided (12 states)");
}

TEST(Portfolio, FindsTheSimplestFailureFirst) {
    const Summary summary = by_portfolio(lost_update());

    ASSERT_EQ(summary.verdict.kind, Kind::fail);
    EXPECT_TRUE(summary.verdict.minimal);
    EXPECT_TRUE(summary.coverage.starts_with("bounded decided")) << summary.coverage;
}

// (2 + 1)^2 states, of which bounded visits more because it keeps them apart by who ran last.
TEST(Portfolio, PassesWhatOnlyExhaustiveGetsThrough) {
    const Summary summary = by_portfolio(independent_steps(2, 2), {.states = 10});

    EXPECT_EQ(summary.verdict.kind, Kind::pass);
    EXPECT_EQ(summary.states, 9U);
    EXPECT_EQ(summary.coverage,
              "bounded did not end (10 states, no violation with fewer than 1 preemption); "
              "exhaustive decided (9 states)");
}

TEST(Portfolio, SamplesWhatNoSearchGetsThrough) {
    const Summary summary = by_portfolio(independent_steps(4, 8), {.states = 400});

    EXPECT_EQ(summary.verdict.kind, Kind::unknown);
    EXPECT_TRUE(summary.verdict.reason.starts_with("no run breaks a claim"))
        << summary.verdict.reason;
    EXPECT_NE(summary.coverage.find("pct did not end"), std::string::npos) << summary.coverage;
}

// Whatever the machine, the limit is over before any search ends.
TEST(Portfolio, EndsWithItsTimeLimit) {
    const Summary summary = by_portfolio(independent_steps(4, 8), {.seconds = 1e-9});

    EXPECT_EQ(summary.verdict.kind, Kind::unknown);
    EXPECT_TRUE(summary.verdict.reason.starts_with("time budget")) << summary.verdict.reason;
}

}  // namespace
}  // namespace heddle::portfolio_test
