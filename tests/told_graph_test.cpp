// SPDX-License-Identifier: Apache-2.0
#include "checker/told_graph.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/report_scenarios.h"

namespace heddle::told_graph_test {
namespace {

// Two tasks of two steps on a word each.
Scenario two_by_two() {
    return {.name = "two-by-two", .build = [](Setup& setup) {
                auto& world = setup.world<ReportedWorld>();
                setup.task("a", [&world] {
                    WRITE_ONCE(world.flags, 1UL);
                    WRITE_ONCE(world.flags, 2UL);
                });
                setup.task("b", [&world] {
                    atomic_inc(&world.nr_mlock);
                    atomic_inc(&world.nr_mlock);
                });
            }};
}

Scenario with_no_claims(const Scenario& scenario) {
    Scenario other = scenario;
    other.build = [scenario](Setup& setup) {
        scenario.build(setup);
        setup.drop_claims();
    };
    return other;
}

// A grid of 3 by 3 states: a step to the right from 2 of each 3, and as many down.
TEST(ToldGraph, HasEveryStateAndEveryStep) {
    const auto graph = told_graph(two_by_two(), {}, 9);
    ASSERT_TRUE(graph);
    EXPECT_EQ(graph->states.size(), 9U);
    EXPECT_EQ(graph->edges.size(), 12U);
    EXPECT_EQ(std::count_if(graph->states.begin(), graph->states.end(),
                            [](const ToldGraph::State& state) { return state.is_end; }),
              1);
    EXPECT_TRUE(graph->states.back().is_end);  // breadth first
}

TEST(ToldGraph, IsWholeOrNotAtAll) {
    EXPECT_FALSE(told_graph(two_by_two(), {}, 8));
    EXPECT_FALSE(told_graph(two_by_two(), {}, 1));
}

TEST(ToldGraph, HasTheCountsOfASearchWithoutReductions) {
    for (const Scenario& scenario : {two_by_two(), told_lost_update}) {
        const Scenario without_claims = with_no_claims(scenario);
        CheckOptions options;
        options.how.reductions = Reductions::none();
        const Summary summary = check(without_claims, options);
        const auto graph = told_graph(without_claims, {}, 1000);
        ASSERT_TRUE(graph);
        EXPECT_EQ(graph->states.size(), summary.states) << scenario.name;
        EXPECT_EQ(graph->edges.size(), summary.transitions) << scenario.name;
    }
}

TEST(ToldGraph, FollowsACounterexampleToItsViolation) {
    const Summary summary = check(told_lost_update);
    const auto graph = told_graph(told_lost_update, {}, 1000);
    ASSERT_TRUE(graph);
    const std::vector<std::size_t> path = edges_of(*graph, summary.verdict.schedule);
    ASSERT_EQ(path.size(), 4U);
    EXPECT_EQ(graph->edges[path[0]].from, 0U);
    for (std::size_t i = 1; i < path.size(); ++i) {
        EXPECT_EQ(graph->edges[path[i]].from, graph->edges[path[i - 1]].to);
    }
    const ToldGraph::State& last = graph->states[graph->edges[path[3]].to];
    ASSERT_TRUE(last.violation);
    EXPECT_EQ(last.violation->claim, "B1");
}

TEST(ToldGraph, TakesNothingFromAStateThatBreaksAClaim) {
    const auto graph = told_graph(flag_bug, {}, 1000);
    ASSERT_TRUE(graph);
    unsigned broken = 0;
    for (std::size_t i = 0; i < graph->states.size(); ++i) {
        if (graph->states[i].violation) {
            ++broken;
            EXPECT_TRUE(std::none_of(graph->edges.begin(), graph->edges.end(),
                                     [i](const auto& edge) { return edge.from == i; }));
        }
    }
    EXPECT_GT(broken, 0U);
}

TEST(ToldGraph, ComesBackToTheStartForEachRunOfASchedule) {
    const Summary summary = check(exclusive_orders);
    const auto graph = told_graph(exclusive_orders, {}, 1000);
    ASSERT_TRUE(graph);
    const std::vector<std::size_t> path = edges_of(*graph, summary.verdict.schedule);
    ASSERT_EQ(path.size(), 6U);  // b3+a3
    EXPECT_EQ(graph->edges[path[0]].from, 0U);
    EXPECT_EQ(graph->edges[path[3]].from, 0U);
    EXPECT_EQ(edges_of(*graph, {{7, 0}}).size(), 0U);
}

}  // namespace
}  // namespace heddle::told_graph_test
