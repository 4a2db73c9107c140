// SPDX-License-Identifier: Apache-2.0
#include "checker/races.h"

#include <algorithm>

#include "checker/dependence.h"
#include "checker/engine_mutations.h"

namespace heddle {

namespace {

// Not what every run does from the moment before it.
bool is_special(const Event& event) {
    return event.role == Role::head || (event.role == Role::first && event.alternative != 0);
}

// Others may be moved before it.
bool can_be_passed(const Event& event) {
    return event.role == Role::first && event.alternative == 0;
}

bool has(std::uint64_t set, unsigned task) { return (set >> task & 1) != 0; }

}  // namespace

Races::Races(const Execution& execution, const Dependence& dependence)
    : execution_(execution), dependence_(dependence) {
    const unsigned blocks = VectorClock::blocks(static_cast<unsigned>(execution.tasks().size()));
    const std::size_t steps = std::size_t{blocks} * VectorClock::block;
    scratch_.resize(3 * steps);
    covered_ = VectorClock(scratch_.data(), blocks);
    past_ = VectorClock(scratch_.data() + steps, blocks);
    chain_ = VectorClock(scratch_.data() + 2 * steps, blocks);
}

Reversal Races::take_reversal(Event& event) {
    const Reversal reversal = reversals_.back();
    reversals_.pop_back();
    --event.races_end;
    return reversal;
}

void Races::drop(const Event& event) {
    while (reversals_.size() > event.races_begin) {
        steps_.resize(reversals_.back().steps_begin);
        reversals_.pop_back();
    }
}

void Races::order(Event& event, const std::vector<Event*>& last) {
    event.races_begin = static_cast<std::uint32_t>(reversals_.size());
    VectorClock& clock = event.clock;
    if (event.previous != nullptr && !engine_mutated(EngineMutation::clock_without_own_past)) {
        clock.copy(event.previous->clock);
    } else {
        clock.clear();
    }
    line_up(*event.before);
    const bool may_wait = has(event.before->waiting, event.task);
    bool is_designated = event.role != Role::moved;
    for (std::size_t position = line_.size(); position-- > 1;) {
        const Step& step = line_[position];
        if (step.happens_before(clock)) {
            continue;
        }
        Event& other = *step.event;
        if (between(event.operation, event.task, step)) {
            note_data_race(other, event);
            if (!may_wait && is_designated) {
                consider(other, event);
            }
            if (!engine_mutated(EngineMutation::clock_without_what_it_depends_on)) {
                clock.join(other.clock);
            }
        } else if (step.special) {
            is_designated = false;
        }
    }
    clock.set(event.task, event.number);
    if (event.role != Role::moved && may_wait) {
        const Event* newest = event.before;
        look_back(event, {&event.operation, event.task, event.previous, newest, &event});
    }
    line_.push_back(step_of(event));
    if (event.role != Role::moved && event.stuck != 0 &&
        !engine_mutated(EngineMutation::races_of_who_waits_missed)) {
        look_at_waiting(event, last);
    }
    event.races_end = static_cast<std::uint32_t>(reversals_.size());
}

// What the run begins with and the one before did too stays.
void Races::line_up(Event& newest) {
    const std::size_t known = line_.size();
    line_.resize(newest.position + std::size_t{1});
    for (Event* event = &newest; event != nullptr; event = event->before) {
        Step& step = line_[event->position];
        if (event->position < known && step.event == event) {
            return;
        }
        step = step_of(*event);
    }
}

Races::Step Races::step_of(Event& event) {
    return {&event,     event.operation.object, event.number,
            event.task, event.operation.kind,   is_special(event)};
}

// ---- operations that never wait: the last of the steps that they conflict with

void Races::consider(Event& first, const Event& event) {
    const Later later = {&event.operation, event.task, event.previous, event.before, &event};
    const bool skipped = engine_mutated(EngineMutation::races_not_reversed);
    if (!skipped && can_be_passed(first) && is_canonical(first, later, event.clock)) {
        add(first, *event.before, event.clock, event.choice());
    }
}

// So far nothing orders the two; what does from here on are conflicts with earlier steps.
void Races::note_data_race(Event& first, const Event& event) {
    const bool is_plain = first.operation.plain || event.operation.plain;
    if (!is_plain || data_race_ || !conflict(first.operation, event.operation)) {
        return;
    }
    data_race_ = DataRace{&first, {}};
    for (const Event* other = event.before; other != &first; other = other->before) {
        if (other->happens_before(event.clock)) {
            data_race_->steps.push_back(other->choice());
        }
    }
    std::reverse(data_race_->steps.begin(), data_race_->steps.end());
}

// `past` is what must happen before the operation, of the steps after `first`.
bool Races::is_canonical(const Event& first, const Later& later, const VectorClock& past) {
    if (first.base == first.before || engine_mutated(EngineMutation::races_reversed_again)) {
        return true;
    }
    chain_.copy(past);
    for (std::size_t position = first.position; --position > first.base->position;) {
        const Step& step = line_[position];
        const bool is_head = step.event->role == Role::head;
        if (!step.happens_before(chain_)) {
            if (between(step, later)) {
                chain_.join(step.event->clock);
            } else if (is_head && step.task > later.task) {
                return false;
            }
        }
        if (is_head && step.happens_before(chain_)) {
            return true;
        }
    }
    return true;
}

void Races::add(Event& first, const Event& newest, const VectorClock& past, Choice last) {
    Reversal reversal;
    reversal.passed = &first;
    reversal.steps_begin = static_cast<std::uint32_t>(steps_.size());
    const bool alone = engine_mutated(EngineMutation::reversal_without_its_past);
    for (const Event* other = &newest; !alone && other != &first; other = other->before) {
        if (other->happens_before(past)) {
            steps_.push_back(other->choice());
        }
    }
    std::reverse(steps_.begin() + reversal.steps_begin, steps_.end());
    steps_.push_back(last);
    reversal.steps_end = static_cast<std::uint32_t>(steps_.size());
    reversals_.push_back(reversal);
}

// ---- operations that may have to wait
//
// What makes one wait is moved after it, with all that depends on that: above all the release of a
// lock, so that of two acquisitions the later one can come first. Such a race shows when both
// steps, and what belongs to the past of the second one, are there: either it waits then, or it is
// done later without having waited.

void Races::look_at_waiting(Event& event, const std::vector<Event*>& last) {
    for (std::uint64_t left = event.stuck; left != 0; left &= left - 1) {
        const auto task = static_cast<unsigned>(__builtin_ctzll(left));
        const Operation& operation = *execution_.pending(task);
        if (task == event.task ||
            dependence_.between(event.operation, event.task, operation, task)) {
            look_back(event, {&operation, task, last[task], &event, nullptr});
        }
    }
}

void Races::look_back(Event& event, const Later& later) {
    covered_.clear();
    for (std::size_t position = line_.size(); position-- > 1;) {
        const Step& step = line_[position];
        const bool is_past =
            later.previous != nullptr && step.happens_before(later.previous->clock);
        if (is_past || step.happens_before(covered_) || !between(step, later)) {
            continue;
        }
        Event& other = *step.event;
        if (could_go_first(other, later, true) ||
            (later.done == nullptr && could_go_first(other, later, false))) {
            covered_.join(other.clock);
            consider_waiting(other, event, later);
        }
    }
}

// Whether the operation could be next from the moment before `first`: after its past and, if `all`,
// after all that it conflicts with and that does not depend on `first`. Leaves that past in past_.
bool Races::could_go_first(const Event& first, const Later& later, bool all) {
    if (later.previous != nullptr) {
        past_.copy(later.previous->clock);
    } else {
        past_.clear();
    }
    const auto depends = [&first](const Event& other) { return first.happens_before(other.clock); };
    for (std::size_t i = first.position + std::size_t{1}; all && i < line_.size(); ++i) {
        if (!depends(*line_[i].event) && between(line_[i], later)) {
            past_.join(line_[i].event->clock);
        }
    }
    const Event& newest = *later.newest;
    if (later.done == nullptr && &newest != &first && &newest != later.previous &&
        !newest.happens_before(past_)) {
        return false;  // showed before
    }
    WaitingFor words(*later.operation, later.previous);
    for (std::size_t i = first.position; i < line_.size(); ++i) {
        words.see_before(*line_[i].event);
    }
    if (later.done != nullptr) {
        words.see_before(*later.done);
    }
    // All that runs on a CPU depends on the rest of it: what is left of it ends as it did here.
    const std::uint64_t same_cpu = dependence_.mates(later.task) | std::uint64_t{1} << later.task;
    const Event* newest_there = first.before;
    for (std::size_t i = first.position + std::size_t{1}; i < line_.size(); ++i) {
        if (line_[i].happens_before(past_)) {
            words.see(*line_[i].event);
            newest_there = has(same_cpu, line_[i].task) ? line_[i].event : newest_there;
        }
    }
    return !has(newest_there->off_cpu, later.task) && words.may_go_on();
}

// What could_go_first() has left in past_ happens before the operation.
void Races::consider_waiting(Event& first, Event& event, const Later& later) {
    if (!can_be_passed(first)) {
        return;
    }
    unsigned shows = first.position;
    for (std::size_t i = first.position + std::size_t{1}; i < line_.size(); ++i) {
        const bool is_past = line_[i].happens_before(past_);
        if (!is_past && line_[i].special) {
            return;
        }
        shows = is_past ? static_cast<unsigned>(i) : shows;
    }
    if (later.done != nullptr && has(line_[shows].event->stuck, later.task)) {
        return;  // showed when it had to wait
    }
    if (!is_canonical(first, later, past_)) {
        return;
    }
    const auto task = static_cast<std::uint16_t>(later.task);
    if (later.done != nullptr) {
        add(first, *later.newest, past_, {task, event.alternative});
        return;
    }
    for (std::uint16_t i = 0; i < later.operation->alternatives; ++i) {
        add(first, *later.newest, past_, {task, i});
    }
}

}  // namespace heddle
