// SPDX-License-Identifier: Apache-2.0
// Scenarios in tests of GoogleTest:
//
//   TEST(Queue, LosesNothing) { EXPECT_TRUE(heddle::passes(two_producers)); }
//
// A test that fails prints the schedule step by step.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "checker/search.h"
#include "checker/text.h"

namespace heddle {

// Whether a complete search finds nothing wrong and reaches each `sometimes` claim. UNKNOWN is
// no success: give a limit that is enough.
inline testing::AssertionResult passes(const Scenario& scenario, const CheckOptions& options = {}) {
    const Summary summary = check(scenario, options);
    const bool passed = summary.verdict.kind == Verdict::Kind::pass;
    return (passed ? testing::AssertionSuccess() : testing::AssertionFailure())
           << text_of(scenario, summary);
}

// Whether the search finds that `claim` is broken: the name of one of the scenario's, or of a rule
// of the engine such as "data-race" or "deadlock".
inline testing::AssertionResult fails(const Scenario& scenario, const std::string& claim,
                                      const CheckOptions& options = {}) {
    const Summary summary = check(scenario, options);
    const bool failed =
        summary.verdict.kind == Verdict::Kind::fail && summary.verdict.violation->claim == claim;
    return (failed ? testing::AssertionSuccess() : testing::AssertionFailure())
           << "expected: FAIL " << scenario.name << ": " << claim << "\n"
           << text_of(scenario, summary);
}

}  // namespace heddle
