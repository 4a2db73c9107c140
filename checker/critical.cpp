// SPDX-License-Identifier: Apache-2.0
#include "checker/critical.h"

#include <algorithm>

#include "checker/liveness.h"
#include "checker/search_path.h"
#include "checker/visited.h"

namespace heddle {

namespace {

enum class Fate { ends_well, fails, unknown };

class Continuations {
  public:
    Continuations(Execution& execution, const Limits& limits)
        : execution_(execution), budget_(limits) {}

    // Of the runs that go on from the present moment: one that ends well, if there is one. The
    // execution is anywhere afterwards.
    Fate explore() {
        Path path(execution_);
        if (ends_here(path)) {
            return ends_well_ ? Fate::ends_well : Fate::fails;
        }
        const std::size_t mark_bytes = execution_.mark_bytes();
        while (!path.empty()) {
            Frame& frame = path.top();
            if (frame.next == frame.limit) {
                path.pop();
                continue;
            }
            const std::size_t steps = path.depth();
            if (!budget_.allows(visited_.size(), visited_.bytes() + steps * mark_bytes, steps)) {
                return Fate::unknown;
            }
            if (frame.next > 0) {
                execution_.rewind(frame.mark);
            }
            execution_.take(frame.open[frame.next++]);
            if (ends_here(path) && ends_well_) {
                found_ = path.schedule();
                return Fate::ends_well;
            }
        }
        return Fate::fails;
    }

    // After Fate::ends_well: how it goes on.
    const Schedule& found() const { return found_; }

    const std::string& exhausted() const { return budget_.exhausted(); }
    std::uint64_t states() const { return visited_.size(); }

  private:
    // Enters the present state. True if the run ends there, or goes on as one that has been looked
    // at: all of those fail, for the first that ends well is the last that is looked at.
    bool ends_here(Path& path) {
        const Fingerprint state = execution_.fingerprint();
        if (!visited_.insert(state) || execution_.violation()) {
            return true;
        }
        ends_well_ = execution_.finished();
        if (!ends_well_) {
            path.push(state);
        }
        return ends_well_;
    }

    Execution& execution_;
    Budget budget_;
    VisitedStates visited_;
    Schedule found_;
    bool ends_well_ = false;
};

CriticalStep without_answer(CriticalStep::Kind kind, std::string why) {
    CriticalStep answer;
    answer.kind = kind;
    answer.why = std::move(why);
    return answer;
}

// From the start; false if a choice is not open.
bool follow(Execution& execution, const Mark& start, const Schedule& schedule, std::size_t steps) {
    execution.rewind(start);
    for (std::size_t i = 0; i < steps; ++i) {
        const std::span<const Choice> open = execution.choices();
        if (std::find(open.begin(), open.end(), schedule[i]) == open.end()) {
            return false;
        }
        execution.take(schedule[i]);
    }
    return true;
}

// What the walks have found, with `steps` of the schedule left in front of the last one.
CriticalStep answer_of(const Continuations& continuations, Fate fate, const Schedule& schedule,
                       std::size_t steps) {
    CriticalStep answer;
    answer.states = continuations.states();
    if (fate == Fate::unknown) {
        answer.why = continuations.exhausted();
    } else if (fate == Fate::fails) {
        answer.kind = CriticalStep::Kind::every_run;
    } else if (steps == schedule.size()) {
        answer.kind = CriticalStep::Kind::not_one_step;
        answer.why = "a run can end well even after the last step";
    } else {
        answer.kind = CriticalStep::Kind::step;
        answer.step = steps;
        answer.sibling = continuations.found().front();
        answer.fine.assign(schedule.begin(), schedule.begin() + static_cast<std::ptrdiff_t>(steps));
        answer.fine.insert(answer.fine.end(), continuations.found().begin(),
                           continuations.found().end());
    }
    return answer;
}

}  // namespace

CriticalStep critical_step(const Scenario& scenario, const Schedule& schedule, const Limits& limits,
                           const ExecutionOptions& options) {
    if (std::find(schedule.begin(), schedule.end(), start_again) != schedule.end()) {
        return without_answer(CriticalStep::Kind::not_one_step, "the schedule has several runs");
    }
    Execution execution(scenario, options);
    if (has_eventually(execution)) {
        return without_answer(CriticalStep::Kind::not_one_step,
                              "the scenario claims that something comes about eventually");
    }
    const Mark start = execution.mark();
    Continuations continuations(execution, limits);
    std::size_t steps = schedule.size() + 1;
    Fate fate = Fate::fails;
    while (fate == Fate::fails && steps > 0) {
        --steps;
        if (!follow(execution, start, schedule, steps)) {
            return without_answer(CriticalStep::Kind::not_one_step,
                                  "the schedule does not fit the scenario");
        }
        fate = continuations.explore();
    }
    return answer_of(continuations, fate, schedule, steps);
}

}  // namespace heddle
