// SPDX-License-Identifier: Apache-2.0
// The classic algorithms of scenarios/engine/.
#include "scenarios/engine/structures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "checker/schedule.h"
#include "checker/search.h"

namespace heddle::structures_test {
namespace {

std::string algorithm_of(const Scenario& scenario) {
    return scenario.name.substr(0, scenario.name.find('/'));
}

TEST(Structures, ComeRightAndWrong) {
    for (const Scenario& scenario : structures()) {
        const auto is_same_algorithm_and = [&](const char* variant) {
            return [&scenario, variant](const Scenario& other) {
                return other.name.starts_with(algorithm_of(scenario) + "/" + variant);
            };
        };
        const std::span<const Scenario> all = structures();
        EXPECT_TRUE(std::any_of(all.begin(), all.end(), is_same_algorithm_and("correct")));
        EXPECT_TRUE(std::any_of(all.begin(), all.end(), is_same_algorithm_and("broken-")));
        EXPECT_EQ(scenario.expect == "pass", scenario.name.find("/correct") != std::string::npos)
            << scenario.name;
        EXPECT_EQ(scenario.labels.front(), "engine") << scenario.name;
    }
}

// One of a task after the other breaks nothing: it takes at least one preemption.
TEST(Structures, AreBrokenByMeetingOthersOnly) {
    for (const Scenario& scenario : structures()) {
        if (scenario.expect != "pass") {
            const Summary summary = check(scenario, {.search = "bounded"});
            ASSERT_TRUE(summary.met()) << scenario.name;
            EXPECT_GE(replay(scenario, summary.verdict.schedule).trace.preemptions, 1U)
                << scenario.name;
        }
    }
}

struct Count {
    const char* scenario;
    std::uint64_t states;
    std::uint64_t transitions;
};

// Without reductions but that of waiting loops, which have no end otherwise, as the engine found
// them: a change is one of the engine or of the algorithm.
constexpr Count counts[] = {
    {"peterson/correct", 22732, 41600},      {"ticket-lock/correct", 1742, 3180},
    {"test-and-set-lock/correct", 341, 471}, {"mcs-lock/correct", 8691, 20376},
    {"treiber-stack/correct", 213, 309},     {"mpmc-queue/correct", 7887, 19028},
    {"chase-lev-deque/correct", 2003, 4846}, {"work-stealing/correct", 22505, 43780},
    {"rcu-publication/correct", 2033, 4572},
};

TEST(Structures, HaveThePinnedNumbersOfStatesWithAwaitAlone) {
    CheckOptions options;
    options.how.reductions = Reductions::only_await();
    std::size_t found = 0;
    for (const Scenario& scenario : structures()) {
        for (const Count& count : counts) {
            if (scenario.name == count.scenario) {
                const Summary summary = check(scenario, options);
                EXPECT_EQ(summary.states, count.states) << scenario.name;
                EXPECT_EQ(summary.transitions, count.transitions) << scenario.name;
                ++found;
            }
        }
    }
    EXPECT_EQ(found, std::size(counts));
}

}  // namespace
}  // namespace heddle::structures_test
