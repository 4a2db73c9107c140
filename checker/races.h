// SPDX-License-Identifier: Apache-2.0
// Races of a run: two steps of which the later one could have come first.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/happens_before.h"

namespace heddle {

// Another way on from the moment before the step `passed`: these steps, which all commute with it
// but the last one, and then, if it can still be done, its operation.
struct Reversal {
    Event* passed = nullptr;
    std::uint32_t steps_begin = 0;  // in Races::steps
    std::uint32_t steps_end = 0;
};

// Two accesses, one plain and one a write, that nothing orders: both can be next after `steps` from
// the moment before `one`.
struct DataRace {
    Event* one = nullptr;
    Schedule steps;
};

// Orders the steps of a run as they are taken and finds the races to be reversed. Each trace is
// reached by exactly one sequence of reversals:
//   - Be e a first step. A trace in which e is not the first from that moment on has steps that
//     conflict with e before it. Of those that no other precedes, the one of the lowest task is the
//     head, and moves before e with what happens before it; so on with the rest of the trace, until
//     none is left. Hence of two heads moved one after the other either the first happens before
//     the second or it has the lower task.
//   - What was moved stays: a trace in which something comes before it belongs to another head.
//   - A head with the same past shows in many runs. It counts where every other choice that was not
//     a first step, between e and the head, belongs to its past.
// Source: after Abdulla, Aronis, Jonsson, Sagonas, Source Sets, JACM 2017 (races and their
// reversal), and Abdulla, Atig, Das, Jonsson, Sagonas, Parsimonious Optimal Dynamic Partial Order
// Reduction, CAV 2024 (each race once, at once, without wakeup trees).
class Races {
  public:
    Races(const Execution& execution, const Dependence& dependence);

    // Gives `event`, the last step of the run and already done, its clock, and adds the reversals
    // that show with it. `last` is the last step of each task, this one included.
    void order(Event& event, const std::vector<Event*>& last);

    // The reversals of `event` that were not taken yet; the last one is to be taken first.
    bool has_reversals(const Event& event) const { return event.races_end > event.races_begin; }
    Reversal take_reversal(Event& event);

    // Forgets the steps of the reversal taken last.
    void give_back_steps(const Reversal& reversal) { steps_.resize(reversal.steps_begin); }

    // Of an event that leaves the run.
    void drop(const Event& event);

    void forget_reversals(Event& event) {
        drop(event);
        event.races_end = event.races_begin;
    }

    const Schedule& steps() const { return steps_; }
    const std::optional<DataRace>& data_race() const { return data_race_; }
    void forget_data_race() { data_race_.reset(); }

  private:
    // An operation that is next, or that `event` has done, and the step of its task before it.
    struct Later {
        const Operation* operation;
        unsigned task;
        const Event* previous;
        const Event* newest;  // the last step of the run that may come before it
        const Event* done;    // null if it is next
    };

    // A step of the run, with what most looks at it ask: a few of these share a line of the cache.
    struct Step {
        Event* event;
        const void* object;
        unsigned number;
        std::uint16_t task;
        OperationKind kind;
        bool special;  // not what every run does from the moment before it

        bool happens_before(const VectorClock& moment) const { return moment[task] >= number; }
    };
    static Step step_of(Event& event);

    bool between(const Operation& operation, unsigned task, const Step& step) const {
        return dependence_.may_be_between(operation, task, step.object, step.kind, step.task) &&
               dependence_.between(operation, task, step.event->operation, step.task);
    }
    bool between(const Step& step, const Later& later) const {
        return between(*later.operation, later.task, step);
    }
    void consider(Event& first, const Event& event);
    void note_data_race(Event& first, const Event& event);
    bool is_canonical(const Event& first, const Later& later, const VectorClock& past);
    void add(Event& first, const Event& newest, const VectorClock& past, Choice last);
    void look_at_waiting(Event& event, const std::vector<Event*>& last);
    void look_back(Event& event, const Later& later);
    bool could_go_first(const Event& first, const Later& later, bool all);
    void consider_waiting(Event& first, Event& event, const Later& later);
    void line_up(Event& newest);

    const Execution& execution_;
    const Dependence& dependence_;
    std::vector<Reversal> reversals_ = {};
    Schedule steps_ = {};
    std::optional<DataRace> data_race_ = {};
    std::vector<VectorClock::Steps> scratch_;
    VectorClock covered_;  // scratch
    VectorClock past_;
    VectorClock chain_;
    std::vector<Step> line_ = {};  // the run up to the step that is being looked at, by position
};

}  // namespace heddle
