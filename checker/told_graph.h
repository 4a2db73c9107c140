// SPDX-License-Identifier: Apache-2.0
// All states of a small scenario, and the steps between them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "checker/verdict.h"

namespace heddle {

struct ToldGraph {
    struct State {
        std::optional<Violation> violation;  // nothing is taken from such a state
        bool is_end = false;                 // all tasks have finished
    };
    struct Edge {
        std::size_t from = 0;  // numbers of states
        std::size_t to = 0;
        Step step;  // `run`, `preempts` and `watched` are those of no run
    };

    std::vector<State> states;  // breadth first; the first is the start
    std::vector<Edge> edges;    // in the order of `from`
    Trace told;                 // without steps: what describe_step() needs
};

// Takes every choice of every state that can be reached, without any reduction: as many states and
// transitions as `exhaustive` finds without any but `await` (see ExecutionOptions) when no claim is
// broken. What is wrong with a whole run, and not with a state, is not looked for.
//   states_max  at least 1
//   returns     nothing if there are more states
std::optional<ToldGraph> told_graph(const Scenario& scenario, const ExecutionOptions& options,
                                    std::size_t states_max);

// The edges that the schedule takes, in its order, as far as it fits.
std::vector<std::size_t> edges_of(const ToldGraph& graph, const Schedule& schedule);

}  // namespace heddle
