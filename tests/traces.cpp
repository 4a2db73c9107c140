// SPDX-License-Identifier: Apache-2.0
#include "tests/traces.h"

#include <algorithm>
#include <deque>
#include <unordered_set>
#include <vector>

#include "checker/dependence.h"
#include "checker/execution.h"

namespace heddle {

namespace {

struct Step {
    Choice choice;
    Operation operation;
    WatchedWords watched = {};
    unsigned layer = 0;
};

class TraceWalk {
  public:
    TraceWalk(const Scenario& scenario, std::uint64_t runs_max)
        : execution_(scenario),
          all_visible_(std::any_of(execution_.claims().begin(), execution_.claims().end(),
                                   [](const Claim& claim) {
                                       return claim.moment == Moment::always ||
                                              claim.moment == Moment::idle;
                                   })),
          runs_max_(runs_max) {}

    // False when the limit is reached.
    bool from_here() {
        const std::optional<Violation> violation = execution_.violation();
        const std::span<const Choice> choices = execution_.choices();
        if (violation) {
            result.violations.insert(violation->claim);
        }
        if (violation || choices.empty()) {
            if (result.runs++ == runs_max_) {
                return false;
            }
            seen_.insert(normal_form());
            result.traces = seen_.size();
            return true;
        }
        const Schedule open(choices.begin(), choices.end());
        const Mark here = execution_.mark();
        for (const Choice choice : open) {
            push(choice);
            execution_.take(choice);
            if (!from_here()) {
                return false;
            }
            execution_.rewind(here);
            run_.pop_back();
        }
        return true;
    }

    Traces result;

  private:
    bool depend(const Step& one, const Step& other) const {
        return one.choice.task == other.choice.task ||
               execution_.share_cpu(one.choice.task, other.choice.task) ||
               conflict(one.operation, other.operation) || all_visible_;
    }

    void push(Choice choice) {
        Step& step = run_.emplace_back();
        step.choice = choice;
        step.operation = *execution_.pending(choice.task);
        if (step.operation.watched != nullptr) {
            step.watched = *step.operation.watched;
            step.operation.watched = &step.watched;
        }
        for (const Step& other : run_) {
            if (&other != &step && depend(other, step)) {
                step.layer = std::max(step.layer, other.layer + 1);
            }
        }
    }

    std::string normal_form() const {
        std::vector<std::uint64_t> steps;
        for (const Step& step : run_) {
            steps.push_back(std::uint64_t{step.layer} << 32 |
                            std::uint64_t{step.choice.task} << 16U | step.choice.alternative);
        }
        std::sort(steps.begin(), steps.end());
        return {reinterpret_cast<const char*>(steps.data()), steps.size() * sizeof(steps[0])};
    }

    Execution execution_;
    bool all_visible_;  // to a claim about states on the way
    std::uint64_t runs_max_;
    std::deque<Step> run_;  // elements stay where they are
    std::unordered_set<std::string> seen_;
};

}  // namespace

Traces count_traces(const Scenario& scenario, std::uint64_t runs_max) {
    TraceWalk walk(scenario, runs_max);
    walk.result.complete = walk.from_here();
    return walk.result;
}

}  // namespace heddle
