// SPDX-License-Identifier: Apache-2.0
#include "checker/happens_before.h"

#include <algorithm>

#include "checker/word.h"

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

bool only_looks(const Operation& operation) {
    return operation.kind == OperationKind::read || operation.kind == OperationKind::wait;
}

// The word after an operation that found `value` where the run had `event.value_before`. Only
// operations that commute with what was left out are asked for, so what they write is the same.
std::uint64_t applied(const Event& event, std::uint64_t value) {
    const Operation& operation = event.operation;
    if (only_looks(operation)) {
        return value;
    }
    if (operation.kind == OperationKind::set) {
        return value | operation.bits;
    }
    if (operation.kind == OperationKind::clear) {
        return value & ~operation.bits;
    }
    if (operation.kind == OperationKind::add || operation.shared) {
        return value + (event.value_after - event.value_before);
    }
    return (value & ~operation.bits) | (event.value_after & operation.bits);
}

}  // namespace

Dependence::Dependence(const Execution& execution, bool keeps_sometimes)
    : all_visible_(execution.has_ghosts() ||
                   (!engine_mutated(EngineMutation::dpor_claims_see_nothing) &&
                    std::any_of(execution.claims().begin(), execution.claims().end(),
                                [keeps_sometimes](const Claim& claim) {
                                    return claim.moment == Moment::always ||
                                           claim.moment == Moment::idle ||
                                           (claim.moment == Moment::sometimes && keeps_sometimes);
                                }))),
      mates_(execution.tasks().size()) {
    for (unsigned task = 0; task < mates_.size(); ++task) {
        for (unsigned other = 0; other < mates_.size(); ++other) {
            if (other != task && execution.share_cpu(task, other)) {
                mates_[task] |= std::uint64_t{1} << other;
            }
        }
    }
}

Event* Events::make(Event* before) {
    if (free_.empty()) {
        const unsigned blocks = VectorClock::blocks(tasks_);
        const std::size_t clock_steps = std::size_t{blocks} * VectorClock::block;
        slabs_.push_back(std::make_unique<Event[]>(per_slab));
        clocks_.push_back(std::make_unique<VectorClock::Steps[]>(per_slab * clock_steps));
        for (std::size_t i = per_slab; i-- > 0;) {
            Event* event = &slabs_.back()[i];
            event->clock = VectorClock(clocks_.back().get() + i * clock_steps, blocks);
            free_.push_back(event);
        }
    }
    Event* event = free_.back();
    free_.pop_back();
    event->before = before;
    event->previous = nullptr;
    event->base = nullptr;
    event->passed = nullptr;
    event->stuck = 0;
    event->off_cpu = 0;
    event->position = before == nullptr ? 0 : before->position + 1;
    event->mark = 0;
    return event;
}

std::uint64_t Events::bytes() const {
    const std::size_t clock_bytes =
        std::size_t{VectorClock::blocks(tasks_)} * VectorClock::block * sizeof(VectorClock::Steps);
    return slabs_.size() * per_slab * (sizeof(Event) + clock_bytes);
}

std::uint64_t value_of_object(const Operation& operation) {
    return operation.object == nullptr ? 0 : word_at(operation.object, operation.size);
}

WaitingFor::WaitingFor(const Operation& operation, const Event* previous) : operation_(operation) {
    if (operation.watched == nullptr) {
        objects_[0] = operation.object;
        values_[0] = value_of_object(operation);
        words_ = operation.blocked_by == 0 ? 0 : 1;
        return;
    }
    // The task has only looked since it last waited: the words are those of its last steps.
    const bool waits = !operation.watched->changed;
    for (const Event* event = previous;
         waits && words_ < operation.watched->count && event != nullptr; event = event->previous) {
        if (event->operation.object != nullptr) {
            objects_[words_] = event->operation.object;
            seen_[words_] = event->value_before;
            values_[words_] = value_of_object(event->operation);
            ++words_;
        }
    }
}

// A task may have looked at one word several times.
void WaitingFor::see_before(const Event& event) {
    for (unsigned word = 0; word < words_; ++word) {
        if (objects_[word] == event.operation.object && (known_ >> word & 1) == 0) {
            values_[word] = event.value_before;
            known_ |= 1U << word;
        }
    }
}

void WaitingFor::see(const Event& event) {
    for (unsigned word = 0; word < words_; ++word) {
        if (objects_[word] == event.operation.object) {
            values_[word] = applied(event, values_[word]);
        }
    }
}

bool WaitingFor::may_go_on() const {
    if (words_ == 0) {
        return true;
    }
    if (engine_mutated(EngineMutation::dpor_waits_for_ever)) {
        return false;
    }
    if (operation_.watched == nullptr) {
        return (values_[0] & operation_.blocked_by) == 0;
    }
    for (unsigned word = 0; word < words_; ++word) {
        if (values_[word] != seen_[word]) {
            return true;
        }
    }
    return false;
}

}  // namespace heddle
