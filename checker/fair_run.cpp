// SPDX-License-Identifier: Apache-2.0
#include "checker/fair_run.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

using Edge = StateGraph::Edge;

constexpr std::uint32_t not_seen = UINT32_MAX;

std::uint64_t bit_of(const Edge& edge) { return std::uint64_t{1} << edge.choice.task; }

// Tarjan's algorithm on a stack of its own: the graph may be deeper than the program's.
class Components {
  public:
    Components(const StateGraph& graph, const std::vector<bool>& within)
        : graph_(graph),
          within_(within),
          number_(graph.size(), not_seen),
          lowest_(graph.size(), 0),
          component_(graph.size(), no_component) {}

    std::vector<std::uint32_t> all() {
        for (std::uint32_t root = 0; root < graph_.size(); ++root) {
            if (within_[root] && number_[root] == not_seen) {
                search(root);
            }
        }
        return std::move(component_);
    }

  private:
    struct Frame {
        std::uint32_t state;
        std::size_t next;
    };

    void enter(std::uint32_t state) {
        number_[state] = lowest_[state] = seen_++;
        open_.push_back(state);
        path_.push_back({state, 0});
    }

    void search(std::uint32_t root) {
        enter(root);
        while (!path_.empty()) {
            const std::uint32_t state = path_.back().state;
            const std::span<const Edge> edges = graph_.edges(state);
            if (path_.back().next < edges.size()) {
                follow(state, edges[path_.back().next++].to);
                continue;
            }
            path_.pop_back();
            if (lowest_[state] == number_[state]) {
                close(state);
            }
            if (!path_.empty()) {
                std::uint32_t& before = lowest_[path_.back().state];
                before = std::min(before, lowest_[state]);
            }
        }
    }

    void follow(std::uint32_t state, std::uint32_t to) {
        if (!within_[to]) {
            return;
        }
        if (number_[to] == not_seen) {
            enter(to);
        } else if (component_[to] == no_component ||
                   engine_mutated(EngineMutation::closed_components_joined)) {
            lowest_[state] = std::min(lowest_[state], number_[to]);
        }
    }

    // The component whose first state is `root` is complete.
    void close(std::uint32_t root) {
        std::uint32_t state = not_seen;
        do {
            state = open_.back();
            open_.pop_back();
            component_[state] = components_;
            // Whoever looks at it later, on the way back, must learn nothing from it.
            lowest_[state] = std::numeric_limits<std::uint32_t>::max();
        } while (state != root);
        ++components_;
    }

    const StateGraph& graph_;
    const std::vector<bool>& within_;
    std::vector<std::uint32_t> number_;  // in the order of being seen
    std::vector<std::uint32_t> lowest_;  // that is reached from here, of those open
    std::vector<std::uint32_t> component_;
    std::vector<std::uint32_t> open_;  // seen, and their component is not complete
    std::vector<Frame> path_;
    std::uint32_t seen_ = 0;
    std::uint32_t components_ = 0;
};

// What a component has for fairness: a task is served in it if it cannot run somewhere or takes an
// edge that stays.
struct Service {
    std::uint64_t tasks = 0;
    bool has_edge = false;
};

std::vector<Service> services(const StateGraph& graph,
                              const std::vector<std::uint32_t>& component) {
    std::vector<Service> all;
    for (std::uint32_t state = 0; state < graph.size(); ++state) {
        if (component[state] == no_component) {
            continue;
        }
        all.resize(std::max<std::size_t>(all.size(), component[state] + std::size_t{1}));
        Service& own = all[component[state]];
        own.tasks |=
            engine_mutated(EngineMutation::held_up_tasks_not_served) ? 0 : ~graph.enabled(state);
        for (const Edge& edge : graph.edges(state)) {
            if (component[edge.to] == component[state]) {
                own.tasks |= bit_of(edge);
                own.has_edge = true;
            }
        }
    }
    return all;
}

// Looks for shortest paths; reuses its memory.
class Paths {
  public:
    explicit Paths(const StateGraph& graph) : graph_(graph), before_(graph.size()) {}

    // The shortest path from `from` over edges that `may_take` allows to the first edge that
    // `is_end` accepts; at least one edge. Empty if there is none.
    template <class MayTake, class IsEnd>
    std::vector<Edge> path(std::uint32_t from, MayTake may_take, IsEnd is_end) {
        ++search_;
        std::vector<std::uint32_t> queue = {from};
        before_[from].search = search_;
        for (std::size_t i = 0; i < queue.size(); ++i) {
            for (const Edge& edge : graph_.edges(queue[i])) {
                if (!may_take(edge)) {
                    continue;
                }
                if (is_end(edge)) {
                    return back(from, queue[i], edge);
                }
                if (before_[edge.to].search != search_) {
                    before_[edge.to] = {search_, queue[i], edge};
                    queue.push_back(edge.to);
                }
            }
        }
        return {};
    }

  private:
    struct Before {
        std::uint64_t search = 0;
        std::uint32_t from = 0;
        Edge edge = {};
    };

    std::vector<Edge> back(std::uint32_t from, std::uint32_t state, const Edge& last) const {
        std::vector<Edge> edges = {last};
        for (; state != from; state = before_[state].from) {
            edges.push_back(before_[state].edge);
        }
        std::reverse(edges.begin(), edges.end());
        return edges;
    }

    const StateGraph& graph_;
    std::vector<Before> before_;
    std::uint64_t search_ = 0;
};

// From `start` round its component, so that each task is served, and back.
std::vector<Edge> fair_cycle(const StateGraph& graph, Paths& paths, std::uint32_t start,
                             const std::vector<std::uint32_t>& component) {
    const auto stays = [&](const Edge& edge) { return component[edge.to] == component[start]; };
    std::vector<Edge> cycle;
    std::uint64_t served = ~graph.enabled(start);
    std::uint32_t here = start;
    const auto go = [&](const std::vector<Edge>& path) {
        assert(!path.empty() && "a component is strongly connected, and this one is fair");
        for (const Edge& edge : path) {
            cycle.push_back(edge);
            served |= bit_of(edge) | ~graph.enabled(edge.to);
        }
        here = path.back().to;
    };
    while (served != ~std::uint64_t{0}) {
        go(paths.path(here, stays, [&](const Edge& edge) {
            return ((bit_of(edge) | ~graph.enabled(edge.to)) & ~served) != 0;
        }));
    }
    if (here != start || cycle.empty()) {
        go(paths.path(here, stays, [&](const Edge& edge) { return edge.to == start; }));
    }
    return cycle;
}

}  // namespace

std::uint32_t StateGraph::add_state() {
    assert(states_.size() < UINT32_MAX);
    states_.emplace_back();
    return static_cast<std::uint32_t>(states_.size() - 1);
}

void StateGraph::set_edges(std::uint32_t state, std::span<const Edge> edges) {
    assert(states_[state].count == 0);
    states_[state] = {edges_.size(), static_cast<std::uint32_t>(edges.size())};
    edges_.insert(edges_.end(), edges.begin(), edges.end());
}

std::span<const Edge> StateGraph::edges(std::uint32_t state) const {
    return std::span(edges_).subspan(states_[state].first, states_[state].count);
}

std::uint64_t StateGraph::bytes() const {
    return states_.capacity() * sizeof(Range) + edges_.capacity() * sizeof(Edge);
}

std::uint64_t StateGraph::enabled(std::uint32_t state) const {
    std::uint64_t tasks = 0;
    for (const Edge& edge : edges(state)) {
        tasks |= bit_of(edge);
    }
    return tasks;
}

std::vector<std::uint32_t> components_within(const StateGraph& graph,
                                             const std::vector<bool>& within) {
    return Components(graph, within).all();
}

std::optional<Lasso> fair_run_within(const StateGraph& graph, const std::vector<bool>& within) {
    if (graph.size() == 0 || !within[0]) {
        return std::nullopt;
    }
    const std::vector<std::uint32_t> component = components_within(graph, within);
    const std::vector<Service> service = services(graph, component);
    const auto is_last = [&](std::uint32_t state) {
        const Service& own = service[component[state]];
        return graph.edges(state).empty() ||
               (own.has_edge && (own.tasks == ~std::uint64_t{0} ||
                                 engine_mutated(EngineMutation::unfair_cycles_taken)));
    };
    Paths paths(graph);
    Lasso lasso;
    std::uint32_t last = 0;
    if (!is_last(0)) {
        lasso.stem = paths.path(
            0,
            [&](const Edge& edge) {
                return within[edge.to] || engine_mutated(EngineMutation::stem_through_any_state);
            },
            [&](const Edge& edge) { return is_last(edge.to); });
        if (lasso.stem.empty()) {
            return std::nullopt;
        }
        last = lasso.stem.back().to;
    }
    if (!graph.edges(last).empty()) {
        lasso.cycle = fair_cycle(graph, paths, last, component);
    }
    return lasso;
}

}  // namespace heddle
