// SPDX-License-Identifier: Apache-2.0
#include "checker/guided.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "checker/bounded.h"
#include "checker/visited.h"

namespace heddle {

namespace {

// Where in the guide the tasks of a run are.
class Follower {
  public:
    Follower(const Guide& guide, std::size_t tasks) : guide_(guide), steps_of_(tasks) {
        for (std::size_t i = 0; i < guide.steps.size(); ++i) {
            if (guide.steps[i].task < tasks) {
                steps_of_[guide.steps[i].task].push_back(i);
            }
        }
        begin();
    }

    void begin() { done_.assign(steps_of_.size(), 0); }

    // To be called before the choice is taken.
    void take(const Execution& execution, Choice choice) {
        const std::size_t step = find(execution, choice.task);
        if (step != none) {
            done_[choice.task] = step + 1;
        }
    }

    // Of the choices, which are not empty, the one whose turn it is.
    Choice next(const Execution& execution, const Schedule& open) const {
        return *std::min_element(open.begin(), open.end(), [&](Choice one, Choice other) {
            return turn_of(execution, one) < turn_of(execution, other);
        });
    }

  private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t window = 16;  // operations that the checker does not have

    // Which of the task's steps its pending operation is.
    std::size_t find(const Execution& execution, unsigned task) const {
        const Operation* operation = execution.pending(task);
        const std::vector<std::size_t>& steps = steps_of_[task];
        const std::size_t end = std::min(steps.size(), done_[task] + window);
        for (std::size_t i = done_[task]; operation != nullptr && i < end; ++i) {
            const GuideStep& step = guide_.steps[steps[i]];
            if (step.operation == operation->name && step.line == operation->where.line() &&
                step.file == operation->where.file()) {
                return i;
            }
        }
        return none;
    }

    // When the guide does it; what the guide has not told goes with what comes after it. Of the
    // alternatives of a choose the one that was picked comes first.
    std::pair<std::size_t, bool> turn_of(const Execution& execution, Choice choice) const {
        const std::vector<std::size_t>& steps = steps_of_[choice.task];
        const std::size_t step = find(execution, choice.task);
        if (step != none) {
            return {steps[step], guide_.steps[steps[step]].value != choice.alternative};
        }
        return {done_[choice.task] < steps.size() ? steps[done_[choice.task]] : none, false};
    }

    const Guide& guide_;
    std::vector<std::vector<std::size_t>> steps_of_;  // by task, indices of the guide's steps
    std::vector<std::size_t> done_;                   // by task, how many of these
};

// A way to a state: one choice after another node. Node 0 is the start.
struct GuidedNode {
    Fingerprint state;
    std::uint32_t parent;
    Choice choice;
};

class GuidedRun {
  public:
    GuidedRun(Execution& execution, const Guide& guide)
        : execution_(execution),
          start_(execution.mark()),
          guide_(guide),
          follower_(guide, execution.tasks().size()) {}

    // Whether it has found a violation: that of the guide, or if there is none with as few
    // deviations another.
    bool run(Budget& budget, Summary& summary) {
        add(0, {}, 0);
        while (!queue_.empty()) {
            const auto fewest = queue_.begin();
            if (fewest->second.empty()) {
                queue_.erase(fewest);
                continue;
            }
            if (other_.kind == Verdict::Kind::fail && fewest->first > deviations_) {
                break;
            }
            deviations_ = fewest->first;
            const std::uint32_t node = fewest->second.back();
            fewest->second.pop_back();
            const std::uint64_t bytes = visited_.bytes() + nodes_.capacity() * sizeof(GuidedNode);
            if (!budget.allows(visited_.size(), bytes, 0)) {
                break;
            }
            if (visited_.insert(nodes_[node].state) && visit(node, summary)) {
                break;
            }
        }
        summary.states = visited_.size();
        summary.visited_bytes = visited_.bytes();
        if (summary.verdict.kind != Verdict::Kind::fail && other_.kind == Verdict::Kind::fail) {
            summary.verdict = other_;
        }
        return summary.verdict.kind == Verdict::Kind::fail;
    }

    unsigned deviations() const { return deviations_; }

  private:
    Schedule schedule_to(std::uint32_t node) const {
        Schedule schedule;
        for (; node != 0; node = nodes_[node].parent) {
            schedule.push_back(nodes_[node].choice);
        }
        std::reverse(schedule.begin(), schedule.end());
        return schedule;
    }

    void add(std::uint32_t parent, Choice choice, unsigned deviations) {
        queue_[deviations].push_back(static_cast<std::uint32_t>(nodes_.size()));
        nodes_.push_back({execution_.fingerprint(), parent, choice});
    }

    void go_to(std::uint32_t node) {
        execution_.rewind(start_);
        follower_.begin();
        for (const Choice choice : schedule_to(node)) {
            follower_.take(execution_, choice);
            execution_.take(choice);
        }
    }

    // True if the guide's claim is broken there; else queues what follows, the guide's choice to be
    // the next.
    bool visit(std::uint32_t node, Summary& summary) {
        go_to(node);
        if (const std::optional<Violation> violation = execution_.violation()) {
            ++summary.executions;
            const bool is_wanted = violation->claim == guide_.claim;
            if (is_wanted || other_.kind != Verdict::Kind::fail) {
                (is_wanted ? summary.verdict : other_) =
                    Verdict::fail(*violation, schedule_to(node));
            }
            return is_wanted;
        }
        const std::span<const Choice> choices = execution_.choices();
        Schedule open(choices.begin(), choices.end());
        if (open.empty()) {
            ++summary.executions;
            return false;
        }
        const Choice next = follower_.next(execution_, open);
        std::iter_swap(std::find(open.begin(), open.end(), next), open.end() - 1);
        execution_.remember(here_);
        for (const Choice choice : open) {
            const unsigned deviations = deviations_ + (choice == next ? 0 : 1);
            if (deviations <= Guided::deviations_max) {
                execution_.take(choice);
                ++summary.transitions;
                add(node, choice, deviations);
                execution_.rewind(here_);
            }
        }
        return false;
    }

    Execution& execution_;
    const Mark start_;
    Mark here_;
    const Guide& guide_;
    Follower follower_;
    VisitedStates visited_;
    std::vector<GuidedNode> nodes_;
    std::map<unsigned, std::vector<std::uint32_t>> queue_;  // by deviations
    unsigned deviations_ = 0;
    Verdict other_ = {};  // the first violation of something else
};

std::string coverage_text(const Verdict& verdict, const std::string& wanted, unsigned deviations) {
    const std::string& claim = verdict.violation->claim;
    return "the order of the log leads to " + claim +
           (deviations == 0 ? " without a deviation"
                            : " with " + std::to_string(deviations) +
                                  (deviations == 1 ? " deviation" : " deviations")) +
           (claim == wanted ? "" : ", before " + wanted + " could be broken");
}

}  // namespace

void Guided::run(Execution& execution, Budget& budget, Summary& summary) {
    const Mark start = execution.mark();
    GuidedRun guided(execution, *guide_);
    if (guided.run(budget, summary)) {
        summary.coverage = coverage_text(summary.verdict, guide_->claim, guided.deviations());
        return;
    }
    if (!budget.exhausted().empty()) {
        summary.verdict = Verdict::unknown(budget.exhausted());
        summary.coverage = "no violation with up to " + std::to_string(guided.deviations()) +
                           " deviations from the order of the log";
        return;
    }
    execution.rewind(start);
    Bounded().run(execution, budget, summary);
    summary.coverage = "the log did not help: no violation with up to " +
                       std::to_string(deviations_max) +
                       " deviations from its order; searched as `bounded` does instead" +
                       (summary.coverage.empty() ? "" : ": " + summary.coverage);
}

Scenario with_claim_only(Scenario scenario, const std::string& claim) {
    scenario.build = [build = std::move(scenario.build), claim](Setup& setup) {
        build(setup);
        const std::vector<Claim> all = setup.claims();
        setup.drop_claims();
        for (const Claim& each : all) {
            if (each.name == claim) {
                setup.claim(each);
            }
        }
    };
    return scenario;
}

}  // namespace heddle
