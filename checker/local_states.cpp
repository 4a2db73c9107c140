// SPDX-License-Identifier: Apache-2.0
#include "checker/local_states.h"

#include <utility>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

constexpr std::uint64_t spread = 0x9e3779b97f4a7c15ULL;

}  // namespace

LocalStates::Locals LocalStates::key_of(unsigned role, const History& history) {
    if (engine_mutated(EngineMutation::locals_of_any_task)) {
        role = 0;
    }
    return {history.low ^ (history.operations * spread), history.high + (role + 1) * spread};
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
    Slot& slot = find(by_history_, {(from + 1) * spread, ~(to + (who.role + 1) * spread)});
    if (slot.state == no_local_state &&
        !engine_mutated(EngineMutation::steps_after_forget_missed)) {
        slot.state = to;
        ++histories_;
        news_.push_back({from, to, who.task});
    }
}

LocalState LocalStates::add(unsigned task, const History& history, const Locals* locals) {
    if (locals != nullptr) {
        Slot& slot = find(by_locals_, {locals->low, locals->high + (task + 1) * spread});
        if (slot.state != no_local_state) {
            return slot.state;
        }
        slot.state = static_cast<LocalState>(first_histories_.size());
        ++locals_;
    }
    first_histories_.push_back(history);
    return static_cast<LocalState>(first_histories_.size() - 1);
}

void LocalStates::grow_if_full() {
    if (histories_ * 2 > by_history_.size()) {
        grow(by_history_);
    }
    if (locals_ * 2 > by_locals_.size()) {
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
