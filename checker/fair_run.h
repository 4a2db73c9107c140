// SPDX-License-Identifier: Apache-2.0
// Infinite runs of a finite graph. Knows nothing of executions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "checker/execution.h"

namespace heddle {

// States by number and what leads from one to another. A state's edges are all known: it can do
// what they are labelled with, and nothing else.
class StateGraph {
  public:
    struct Edge {
        std::uint32_t to;
        Choice choice;  // its task is the label
    };

    // The number of a new state without edges.
    std::uint32_t add_state();

    // The edges of a state that has none yet.
    void set_edges(std::uint32_t state, std::span<const Edge> edges);

    std::size_t size() const { return states_.size(); }
    std::span<const Edge> edges(std::uint32_t state) const;
    std::uint64_t bytes() const;

    // A bit per task that can run there.
    std::uint64_t enabled(std::uint32_t state) const;

  private:
    struct Range {
        std::uint64_t first = 0;
        std::uint32_t count = 0;
    };

    std::vector<Range> states_;
    std::vector<Edge> edges_;
};

static_assert(tasks_max <= 64, "a bit per task");

// A run that never ends: once through the stem, then round the cycle for ever. Without a cycle the
// stem ends where nobody can run.
struct Lasso {
    std::vector<StateGraph::Edge> stem;
    std::vector<StateGraph::Edge> cycle;
};

// A run from state 0 all of whose states are in `within`, a flag per state, that ends where nobody
// can run or goes on for ever and is weakly fair: no task is able to run from some moment on and
// yet takes no step. Of several one with the shortest stem. None if state 0 is not in `within`.
//
// One strongly connected component of the states within is looked at as a whole: if some task can
// run in each of its states and takes none of its edges, that is so of each part of it; otherwise
// the cycle through all of it is fair.
// Source: Lichtenstein and Pnueli, Checking that Finite State Concurrent Programs Satisfy Their
// Linear Specification, POPL 1985; components as Tarjan, Depth-First Search and Linear Graph
// Algorithms, SIAM J. Comput. 1972.
std::optional<Lasso> fair_run_within(const StateGraph& graph, const std::vector<bool>& within);

// The strongly connected component of each state within, numbered from 0; no_component outside.
constexpr std::uint32_t no_component = UINT32_MAX;
std::vector<std::uint32_t> components_within(const StateGraph& graph,
                                             const std::vector<bool>& within);

}  // namespace heddle
