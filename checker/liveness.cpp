// SPDX-License-Identifier: Apache-2.0
#include "checker/liveness.h"

#include <algorithm>
#include <unordered_map>

#include "checker/engine_mutations.h"
#include "checker/fair_run.h"
#include "checker/lock_graph.h"
#include "checker/sometimes.h"
#include "checker/whole_run.h"

namespace heddle {

namespace {

using Edge = StateGraph::Edge;

struct FingerprintHash {
    std::size_t operator()(Fingerprint state) const { return state.low; }
};

// A node of the map with what malloc() adds, and a bucket.
constexpr std::uint64_t map_bytes_per_state = 56;

// The states at which something is not yet so.
struct Missing {
    const Claim* claim;  // null: that all tasks have finished
    std::vector<bool> states;
};

Schedule schedule_of(const Lasso& lasso) {
    Schedule schedule;
    for (const auto* edges : {&lasso.stem, &lasso.cycle}) {
        for (const Edge& edge : *edges) {
            schedule.push_back(edge.choice);
        }
    }
    return schedule;
}

class LivenessRun {
  public:
    LivenessRun(Execution& execution, Budget& budget, Summary& summary)
        : execution_(execution),
          budget_(budget),
          estimate_(budget.estimate()),
          summary_(summary),
          sometimes_(execution),
          locks_(execution.lock_graph()),
          mark_bytes_(execution.mark_bytes()) {
        locks_.clear();
        for (const Claim& claim : execution.claims()) {
            if (claim.moment == Moment::eventually) {
                missing_.push_back({&claim, {}});
            }
        }
        if (execution.is_on(livelock_rule)) {
            missing_.push_back({nullptr, {}});
        }
    }

    void run() {
        const bool clean = explore();
        summary_.states = graph_.size();
        summary_.visited_bytes = bytes();
        if (!clean) {
            return;
        }
        if (!budget_.exhausted().empty()) {
            summary_.verdict = Verdict::unknown(budget_.exhausted());
            summary_.coverage = estimate_.text();
        } else if (!find_endless_run()) {
            summary_.verdict = sometimes_.verdict_if_complete();
        }
        if (locks_.finding() && summary_.verdict.kind != Verdict::Kind::fail) {
            summary_.verdict =
                Verdict::fail(locks_.finding()->violation, locks_.finding()->schedule);
        }
    }

  private:
    // A state on the current path.
    struct Frame {
        std::uint32_t state = 0;
        Mark mark;
        Schedule open;
        std::vector<Edge> edges;  // of the choices taken so far
    };

    // Visits every state. False if one breaks a claim.
    bool explore() {
        bool clean = enter(number_of(execution_.fingerprint()).first);
        while (clean && depth_ > 0) {
            Frame& frame = path_[depth_ - 1];
            const std::size_t next = frame.edges.size();
            if (next == frame.open.size()) {
                graph_.set_edges(frame.state, frame.edges);
                estimate_.pop();
                --depth_;
                continue;
            }
            if (!budget_.allows(graph_.size(), bytes(), depth_)) {
                break;
            }
            if (next > 0) {
                execution_.rewind(frame.mark);
            }
            clean = step(frame, frame.open[next]);
        }
        return clean;
    }

    bool step(Frame& frame, Choice choice) {
        execution_.take(choice);
        estimate_.advance(frame.open.size());
        ++summary_.transitions;
        const auto [state, is_new] = number_of(execution_.fingerprint());
        frame.edges.push_back({state, choice});
        if (locks_.has_news()) {
            locks_.keep_news(schedule());
        }
        summary_.depth_max = std::max<std::uint64_t>(summary_.depth_max, depth_);
        return !is_new || enter(state);
    }

    std::pair<std::uint32_t, bool> number_of(Fingerprint fingerprint) {
        const auto next = static_cast<std::uint32_t>(graph_.size());
        const auto [place, is_new] = numbers_.emplace(fingerprint, next);
        if (is_new) {
            graph_.add_state();
        }
        return {place->second, is_new};
    }

    // Looks at a new state. False if it breaks a claim.
    bool enter(std::uint32_t state) {
        sometimes_.look();
        if (const std::optional<Violation> violation = execution_.violation()) {
            ++summary_.executions;
            summary_.verdict = Verdict::fail(*violation, schedule());
            return false;
        }
        summary_.executions += execution_.finished() ? 1 : 0;
        for (Missing& missing : missing_) {
            const bool is_so =
                missing.claim == nullptr ? all_have_finished(execution_) : missing.claim->holds();
            const bool last = execution_.choices().empty() &&
                              engine_mutated(EngineMutation::ends_of_runs_not_asked);
            missing.states.push_back(!is_so && !last);
        }
        if (depth_ == path_.size()) {
            path_.emplace_back();
        }
        Frame& frame = path_[depth_++];
        frame.state = state;
        const std::span<const Choice> open = execution_.choices();
        frame.open.assign(open.begin(), open.end());
        frame.edges.clear();
        estimate_.push();
        if (frame.open.size() > 1) {
            execution_.remember(frame.mark);
        }
        return true;
    }

    bool find_endless_run() {
        for (const Missing& missing : missing_) {
            const std::optional<Lasso> lasso = fair_run_within(graph_, missing.states);
            if (lasso) {
                const std::size_t cycle = lasso->cycle.size();
                summary_.verdict =
                    Verdict::fail(missing.claim == nullptr ? never_finishes(cycle)
                                                           : never_holds(*missing.claim, cycle),
                                  schedule_of(*lasso));
                return true;
            }
        }
        return false;
    }

    Schedule schedule() const {
        Schedule schedule;
        for (std::size_t i = 0; i < depth_; ++i) {
            schedule.push_back(path_[i].edges.back().choice);
        }
        return schedule;
    }

    std::uint64_t bytes() const {
        return graph_.bytes() + graph_.size() * map_bytes_per_state + depth_ * mark_bytes_;
    }

    Execution& execution_;
    Budget& budget_;
    Estimate& estimate_;
    Summary& summary_;
    Sometimes sometimes_;
    LockGraph& locks_;
    const std::size_t mark_bytes_;
    StateGraph graph_;
    std::unordered_map<Fingerprint, std::uint32_t, FingerprintHash> numbers_;
    std::vector<Missing> missing_;
    std::vector<Frame> path_;
    std::size_t depth_ = 0;
};

}  // namespace

void Liveness::run(Execution& execution, Budget& budget, Summary& summary) {
    LivenessRun(execution, budget, summary).run();
}

bool has_eventually(const Execution& execution) {
    const std::span<const Claim> claims = execution.claims();
    return std::any_of(claims.begin(), claims.end(),
                       [](const Claim& claim) { return claim.moment == Moment::eventually; });
}

}  // namespace heddle
