// SPDX-License-Identifier: Apache-2.0
#include "checker/told_graph.h"

#include <algorithm>
#include <map>
#include <utility>

#include "checker/schedule.h"

namespace heddle {

namespace {

// Takes the choices of one state after the other, in the order in which they are found.
class GraphWalk {
  public:
    GraphWalk(Execution& execution, ToldGraph& graph) : execution_(execution), graph_(graph) {
        number_of_present_state();
    }

    // False if there are more states than that.
    bool run(std::size_t states_max) {
        for (std::size_t state = 0; state < marks_.size(); ++state) {
            if (!graph_.states[state].violation) {
                leave(state);
            }
            marks_[state] = {};  // never gone back to again
            if (marks_.size() > states_max) {
                return false;
            }
        }
        return true;
    }

  private:
    void leave(std::size_t state) {
        execution_.rewind(marks_[state]);
        const std::span<const Choice> open = execution_.choices();
        for (const Choice choice : std::vector<Choice>(open.begin(), open.end())) {
            execution_.rewind(marks_[state]);
            Step step = take_and_tell(execution_, choice, no_task);
            graph_.edges.push_back({state, number_of_present_state(), std::move(step)});
        }
    }

    std::size_t number_of_present_state() {
        const auto [found, is_new] =
            numbers_.try_emplace(execution_.fingerprint(), graph_.states.size());
        if (is_new) {
            graph_.states.push_back({execution_.violation(), execution_.finished()});
            marks_.push_back(execution_.mark());
        }
        return found->second;
    }

    Execution& execution_;
    ToldGraph& graph_;
    std::map<Fingerprint, std::size_t> numbers_ = {};
    std::vector<Mark> marks_ = {};  // by state
};

}  // namespace

std::optional<ToldGraph> told_graph(const Scenario& scenario, const ExecutionOptions& options,
                                    std::size_t states_max) {
    Execution execution(scenario, options);
    ToldGraph graph;
    graph.told.tasks.assign(execution.tasks().begin(), execution.tasks().end());
    graph.told.names.assign(execution.names().begin(), execution.names().end());
    return GraphWalk(execution, graph).run(states_max) ? std::optional(std::move(graph))
                                                       : std::nullopt;
}

std::vector<std::size_t> edges_of(const ToldGraph& graph, const Schedule& schedule) {
    std::vector<std::size_t> path;
    std::size_t state = 0;
    for (const Choice choice : schedule) {
        if (choice == start_again) {
            state = 0;
            continue;
        }
        const auto taken =
            std::find_if(graph.edges.begin(), graph.edges.end(), [&](const ToldGraph::Edge& edge) {
                return edge.from == state && edge.step.choice == choice;
            });
        if (taken == graph.edges.end()) {
            break;
        }
        path.push_back(static_cast<std::size_t>(taken - graph.edges.begin()));
        state = taken->to;
    }
    return path;
}

}  // namespace heddle
