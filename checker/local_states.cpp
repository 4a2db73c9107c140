// SPDX-License-Identifier: Apache-2.0
#include "checker/local_states.h"

#include <utility>

#include "checker/engine_mutations.h"
#include "checker/shared_locals.h"

namespace heddle {

namespace {

constexpr std::uint64_t spread = 0x9e3779b97f4a7c15ULL;

}  // namespace

LocalStates::LocalStates(SharedLocals* shared)
    : shared_(shared), shared_histories_(shared == nullptr ? nullptr : shared->first_histories()) {}

LocalStates::Locals LocalStates::key_of(unsigned task, const History& history) {
    return {history.low ^ (history.operations * spread), history.high + (task + 1) * spread};
}

// The slot of the key, with no_local_state if the key is new.
LocalStates::Slot& LocalStates::find(Table& table, Locals key) {
    const std::size_t mask = table.size() - 1;
    for (std::size_t at = (key.low + key.high * spread) & mask;; at = (at + 1) & mask) {
        Slot& slot = table[at];
        if (slot.state == no_local_state) {
            slot.low = key.low;
            slot.high = key.high;
            return slot;
        }
        if (slot.low == key.low && slot.high == key.high) {
            return slot;
        }
    }
}

// A history tells where the task was before, unless it has just forgotten.
void LocalStates::note_where_it_forgot(Who who, LocalState from, LocalState to) {
    Slot& slot = find(by_task_, {(from + 1) * spread, ~(to + (who.role + 1) * spread)});
    if (slot.state == no_local_state &&
        !engine_mutated(EngineMutation::steps_after_forget_missed)) {
        slot.state = to;
        ++histories_;
        news_.push_back({from, to, who.task});
    }
}

// The stacks of alike tasks are not the same, and each of them is noted: so whichever of the tasks
// comes to it by another way, it is known.
LocalState LocalStates::number_of(Who who, LocalState from, const History& history,
                                  const Locals* locals) {
    const Locals of_role = key_of(who.role, history);
    const Locals of_stack =
        locals == nullptr ? of_role : Locals{locals->low, locals->high + (who.task + 1) * spread};
    if (shared_ != nullptr) {
        return shared_->number_of(
            {of_role, locals == nullptr ? nullptr : &of_stack, history, from});
    }
    Slot& known = find(by_role_, of_role);
    Slot unknown;
    Slot& same = locals == nullptr ? unknown : find(by_locals_, of_stack);
    if (known.state == no_local_state && same.state == no_local_state) {
        known.state = static_cast<LocalState>(first_histories_.size());
        first_histories_.push_back(history);
    } else if (known.state == no_local_state) {
        known.state = same.state;
    }
    if (same.state == no_local_state) {
        same.state = known.state;
    }
    return known.state;
}

// No table has more keys than there are histories of tasks.
void LocalStates::grow_if_full() {
    if (histories_ * 2 > by_task_.size()) {
        grow(by_task_);
        grow(by_role_);
        grow(by_locals_);
    }
}

void LocalStates::grow(Table& table) {
    Table old(table.size() * 2);
    std::swap(old, table);
    for (const Slot& slot : old) {
        if (slot.state != no_local_state &&
            !engine_mutated(EngineMutation::locals_lost_on_growth)) {
            find(table, {slot.low, slot.high}).state = slot.state;
        }
    }
}

}  // namespace heddle
