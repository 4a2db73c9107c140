// SPDX-License-Identifier: Apache-2.0
#include "checker/bounded.h"

#include <algorithm>
#include <map>
#include <utility>

#include "checker/engine_mutations.h"
#include "checker/lock_graph.h"
#include "checker/sometimes.h"
#include "checker/visited.h"

namespace heddle {

namespace {

// A way to a state: one choice after another node. Node 0 is the start.
struct Node {
    Fingerprint state;
    std::uint32_t parent;
    Choice choice;
    std::uint32_t last;  // see preemptible()
    bool has_news;       // of locks: its last step is the simplest known that shows something
};

using Cost = std::pair<unsigned, unsigned>;  // preemptions, steps

// What a search has covered when it comes to the first state of that cost.
std::string covered_before(Cost cost) {
    if (cost.first == 0) {
        return "no violation within " + std::to_string(cost.second) + " steps without preemption";
    }
    return "no violation with fewer than " + std::to_string(cost.first) +
           (cost.first == 1 ? " preemption" : " preemptions");
}

class BoundedRun {
  public:
    BoundedRun(Execution& execution, unsigned preemptions_max, OnLockFinding on_lock_finding)
        : execution_(execution),
          start_(execution.mark()),
          preemptions_max_(preemptions_max),
          on_lock_finding_(on_lock_finding),
          sometimes_(execution),
          locks_(execution.lock_graph()) {
        locks_.clear();
    }

    void run(Budget& budget, Summary& summary) {
        add(0, {}, no_task, {0, 0});
        while (!queue_.empty()) {
            const auto cheapest = queue_.begin();
            if (cheapest->second.empty()) {
                queue_.erase(cheapest);
                continue;
            }
            const Cost cost = cheapest->first;
            const std::uint32_t node = cheapest->second.back();
            cheapest->second.pop_back();
            if (!budget.allows(visited_.size(), bytes(), cost.second)) {
                summary.verdict = Verdict::unknown(budget.exhausted());
                summary.coverage = covered_before(cost);
                break;
            }
            const bool is_new_state = is_new(nodes_[node]);
            if (is_new_state || nodes_[node].has_news) {
                go_to(node);
            }
            if (is_new_state && !visit(node, cost, summary)) {
                break;
            }
            if (locks_.finding() && on_lock_finding_ == OnLockFinding::stop) {
                break;
            }
        }
        summary.states = visited_.size();
        summary.visited_bytes = visited_.bytes();
        if (locks_.finding() && summary.verdict.kind != Verdict::Kind::fail) {
            summary.verdict =
                Verdict::fail(locks_.finding()->violation, locks_.finding()->schedule);
            summary.verdict.minimal = true;
        } else if (queue_.empty()) {
            summary.verdict =
                cut_ ? Verdict::unknown("no violation with at most " +
                                        std::to_string(preemptions_max_) + " preemptions")
                     : sometimes_.verdict_if_complete();
        }
    }

  private:
    std::uint64_t bytes() const { return nodes_.capacity() * sizeof(Node) + visited_.bytes(); }

    bool is_new(const Node& node) {
        Fingerprint key = node.state;
        const std::uint32_t last =
            engine_mutated(EngineMutation::bounded_without_last_task) ? 0 : node.last;
        key.low ^= (last + 1) * 0x9e3779b97f4a7c15ULL;
        return visited_.insert(key);
    }

    Schedule schedule_to(std::uint32_t node) const {
        Schedule schedule;
        for (; node != 0; node = nodes_[node].parent) {
            schedule.push_back(nodes_[node].choice);
        }
        std::reverse(schedule.begin(), schedule.end());
        return schedule;
    }

    void add(std::uint32_t parent, Choice choice, unsigned last, Cost cost) {
        queue_[cost].push_back(static_cast<std::uint32_t>(nodes_.size()));
        nodes_.push_back({execution_.fingerprint(), parent, choice, last, locks_.has_news()});
        // It is known once the search gets there, in the order of costs.
        locks_.drop_news();
    }

    void go_to(std::uint32_t node) {
        execution_.rewind(start_);
        const Schedule schedule = schedule_to(node);
        for (const Choice choice : schedule) {
            execution_.take(choice);
        }
        if (locks_.has_news()) {
            locks_.keep_news(schedule);
        }
    }

    // Looks at the node's state, where the execution is, and queues what follows. False if a
    // claim is broken there.
    bool visit(std::uint32_t node, Cost cost, Summary& summary) {
        sometimes_.look();
        summary.depth_max = std::max<std::uint64_t>(summary.depth_max, cost.second);
        if (const std::optional<Violation> violation = execution_.violation()) {
            ++summary.executions;
            summary.verdict = Verdict::fail(*violation, schedule_to(node));
            summary.verdict.minimal = true;
            return false;
        }
        summary.executions += execution_.finished() ? 1 : 0;
        const std::span<const Choice> choices = execution_.choices();
        const Schedule open(choices.begin(), choices.end());
        if (open.empty()) {
            return true;
        }
        execution_.remember(here_);
        const std::size_t skipped =
            engine_mutated(EngineMutation::bounded_skips_last_choice) ? 1 : 0;
        for (std::size_t i = 0; i + skipped < open.size() || i == 0; ++i) {
            const bool preempts = nodes_[node].last != no_task &&
                                  nodes_[node].last != open[i].task &&
                                  !engine_mutated(EngineMutation::preemptions_not_counted);
            const Cost next = {
                cost.first + (preempts ? 1 : 0),
                cost.second + (engine_mutated(EngineMutation::bounded_steps_not_counted) ? 0 : 1)};
            if (next.first > preemptions_max_) {
                cut_ = !engine_mutated(EngineMutation::bounded_cut_forgotten);
                continue;
            }
            execution_.take(open[i]);
            ++summary.transitions;
            add(node, open[i], preemptible(execution_, open[i].task), next);
            execution_.rewind(here_);
        }
        return true;
    }

    Execution& execution_;
    const Mark start_;
    Mark here_;
    const unsigned preemptions_max_;
    const OnLockFinding on_lock_finding_;
    Sometimes sometimes_;
    LockGraph& locks_;
    VisitedStates visited_;
    std::vector<Node> nodes_;
    std::map<Cost, std::vector<std::uint32_t>> queue_;
    bool cut_ = false;
};

}  // namespace

unsigned preemptible(const Execution& execution, unsigned last) {
    if (engine_mutated(EngineMutation::switch_from_blocked_is_preemption)) {
        return last;
    }
    return last != no_task && execution.is_runnable(last) ? last : no_task;
}

void Bounded::run(Execution& execution, Budget& budget, Summary& summary) {
    BoundedRun(execution, preemptions_max_, on_lock_finding_).run(budget, summary);
}

}  // namespace heddle
