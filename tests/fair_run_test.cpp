// SPDX-License-Identifier: Apache-2.0
#include "checker/fair_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "checker/random.h"

namespace heddle::fair_run_test {
namespace {

using Edge = StateGraph::Edge;

struct Arrow {
    std::uint32_t from;
    std::uint32_t to;
    std::uint16_t task;
};

StateGraph graph_of(std::uint32_t states, const std::vector<Arrow>& arrows) {
    StateGraph graph;
    for (std::uint32_t state = 0; state < states; ++state) {
        graph.add_state();
    }
    for (std::uint32_t state = 0; state < states; ++state) {
        std::vector<Edge> edges;
        for (const Arrow& arrow : arrows) {
            if (arrow.from == state) {
                edges.push_back({arrow.to, {.task = arrow.task, .alternative = 0}});
            }
        }
        graph.set_edges(state, edges);
    }
    return graph;
}

std::optional<Lasso> run_of(std::uint32_t states, const std::vector<Arrow>& arrows) {
    return fair_run_within(graph_of(states, arrows), std::vector<bool>(states, true));
}

TEST(FairRun, EndsWhereNobodyCanRun) {
    const auto run = run_of(3, {{0, 1, 0}, {1, 2, 0}});

    ASSERT_TRUE(run);
    EXPECT_EQ(run->stem.size(), 2U);
    EXPECT_TRUE(run->cycle.empty());
}

// Task 1 could leave at any time, so it does.
TEST(FairRun, DoesNotWaitForATaskThatCanLeave) {
    const std::vector<Arrow> arrows = {{0, 0, 0}, {0, 1, 1}, {1, 1, 0}};
    const auto run = run_of(2, arrows);

    ASSERT_TRUE(run);
    EXPECT_EQ(run->stem.size(), 1U);  // task 1, then task 0 for ever
    ASSERT_EQ(run->cycle.size(), 1U);
    EXPECT_EQ(run->cycle[0].choice.task, 0U);

    EXPECT_FALSE(fair_run_within(graph_of(2, arrows), {true, false}));
}

// Task 1 could leave state 0 but not state 1: weak fairness asks nothing of it.
TEST(FairRun, MayPassOverATaskThatIsHeldUpNowAndThen) {
    const std::vector<Arrow> arrows = {{0, 1, 0}, {1, 0, 0}, {0, 2, 1}};
    const auto run = fair_run_within(graph_of(3, arrows), {true, true, false});

    ASSERT_TRUE(run);
    EXPECT_EQ(run->stem.size(), 0U);
    EXPECT_EQ(run->cycle.size(), 2U);
}

// Each task has its own loop at state 0; a fair run takes both.
TEST(FairRun, ServesEveryTask) {
    const auto run = run_of(3, {{0, 1, 0}, {1, 0, 0}, {0, 2, 1}, {2, 0, 1}, {1, 0, 1}, {2, 0, 0}});

    ASSERT_TRUE(run);
    std::set<unsigned> tasks;
    for (const Edge& edge : run->cycle) {
        tasks.insert(edge.choice.task);
    }
    EXPECT_EQ(tasks, (std::set<unsigned>{0, 1}));
}

TEST(FairRun, FindsNoneIfTheStartIsOutside) {
    EXPECT_FALSE(fair_run_within(graph_of(2, {{0, 1, 0}}), {false, true}));
}

TEST(Components, AreNumberedWithinTheGivenStates) {
    const StateGraph graph = graph_of(5, {{0, 1, 0}, {1, 2, 0}, {2, 0, 0}, {2, 3, 0}, {3, 4, 0}});

    const std::vector<std::uint32_t> all = components_within(graph, std::vector<bool>(5, true));
    EXPECT_EQ(all[0], all[1]);
    EXPECT_EQ(all[1], all[2]);
    EXPECT_EQ((std::set<std::uint32_t>(all.begin(), all.end()).size()), 3U);

    const std::vector<std::uint32_t> cut =
        components_within(graph, {true, false, true, true, true});
    EXPECT_EQ(cut[1], no_component);
    EXPECT_NE(cut[0], cut[2]);
}

// ---- against a search that knows no components

constexpr unsigned tasks = 3;

StateGraph random_graph(Random& random, std::uint32_t states) {
    StateGraph graph;
    for (std::uint32_t state = 0; state < states; ++state) {
        graph.add_state();
    }
    for (std::uint32_t state = 0; state < states; ++state) {
        std::vector<Edge> edges;
        for (std::uint16_t task = 0; task < tasks; ++task) {
            for (std::uint64_t i = random.below(3); i > 1; --i) {
                edges.push_back({static_cast<std::uint32_t>(random.below(states)),
                                 {.task = task, .alternative = 0}});
            }
            if (random.below(3) == 0) {
                edges.push_back({static_cast<std::uint32_t>(random.below(states)),
                                 {.task = task, .alternative = 1}});
            }
        }
        graph.set_edges(state, edges);
    }
    return graph;
}

// From each state that a run within comes to: is there a walk back to it that serves every task?
// Walks are told apart by where they are and whom they have served.
class NaiveSearch {
  public:
    NaiveSearch(const StateGraph& graph, const std::vector<bool>& within)
        : graph_(graph), within_(within) {}

    bool finds() { return within_[0] && from(0); }

  private:
    bool from(std::uint32_t state) {
        if (!reached_.insert(state).second) {
            return false;
        }
        if (graph_.edges(state).empty() || comes_back(state)) {
            return true;
        }
        const std::span<const Edge> edges = graph_.edges(state);
        return std::any_of(edges.begin(), edges.end(),
                           [&](const Edge& edge) { return within_[edge.to] && from(edge.to); });
    }

    bool comes_back(std::uint32_t start) {
        std::set<std::pair<std::uint32_t, std::uint64_t>> seen;
        std::vector<std::pair<std::uint32_t, std::uint64_t>> open = {
            {start, ~graph_.enabled(start)}};
        while (!open.empty()) {
            const auto [state, served] = open.back();
            open.pop_back();
            for (const Edge& edge : graph_.edges(state)) {
                const std::uint64_t now =
                    served | ~graph_.enabled(edge.to) | std::uint64_t{1} << edge.choice.task;
                if (!within_[edge.to] || !seen.insert({edge.to, now}).second) {
                    continue;
                }
                if (edge.to == start && now == ~std::uint64_t{0}) {
                    return true;
                }
                open.emplace_back(edge.to, now);
            }
        }
        return false;
    }

    const StateGraph& graph_;
    const std::vector<bool>& within_;
    std::set<std::uint32_t> reached_;
};

// Follows the edges; all of them exist and stay within.
testing::AssertionResult is_fair_run(const StateGraph& graph, const std::vector<bool>& within,
                                     const Lasso& lasso) {
    std::uint32_t state = 0;
    const auto follow = [&](const std::vector<Edge>& edges) {
        return std::all_of(edges.begin(), edges.end(), [&](const Edge& edge) {
            const std::span<const Edge> open = graph.edges(state);
            state = edge.to;
            return within[edge.to] && std::any_of(open.begin(), open.end(), [&](const Edge& other) {
                       return other.to == edge.to && other.choice == edge.choice;
                   });
        });
    };
    if (!follow(lasso.stem)) {
        return testing::AssertionFailure() << "the stem is no path";
    }
    if (lasso.cycle.empty()) {
        return graph.edges(state).empty() ? testing::AssertionSuccess()
                                          : testing::AssertionFailure() << "it could go on";
    }
    const std::uint32_t start = state;
    std::uint64_t served = 0;
    for (const Edge& edge : lasso.cycle) {
        served |= std::uint64_t{1} << edge.choice.task | ~graph.enabled(edge.to);
    }
    if (!follow(lasso.cycle) || state != start) {
        return testing::AssertionFailure() << "the cycle is none";
    }
    return served == ~std::uint64_t{0} ? testing::AssertionSuccess()
                                       : testing::AssertionFailure() << "it is not fair";
}

// 4,000 graphs of 2 to 7 states and three tasks, seed 1. How many have a fair run is pinned so that
// neither answer is rare.
TEST(FairRun, AgreesWithANaiveSearchOnRandomGraphs) {
    Random random(1);
    int found = 0;
    for (int i = 0; i < 4'000; ++i) {
        const auto states = static_cast<std::uint32_t>(2 + random.below(6));
        const StateGraph graph = random_graph(random, states);
        std::vector<bool> within;
        for (std::uint32_t state = 0; state < states; ++state) {
            within.push_back(random.below(4) > 0);
        }
        const std::optional<Lasso> lasso = fair_run_within(graph, within);
        ASSERT_EQ(lasso.has_value(), NaiveSearch(graph, within).finds()) << "graph " << i;
        if (lasso) {
            ASSERT_TRUE(is_fair_run(graph, within, *lasso)) << "graph " << i;
            ++found;
        }
    }
    EXPECT_GT(found, 1'000);
    EXPECT_LT(found, 3'000);
}

}  // namespace
}  // namespace heddle::fair_run_test
