// SPDX-License-Identifier: Apache-2.0
// The states of single tasks, apart from the world: where each is in its code, and its locals.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace heddle {

class SharedLocals;

// What a task has seen since its start or its last forget(): with the program it determines its
// locals and its place.
struct History {
    std::uint64_t low;
    std::uint64_t high;
    std::uint64_t operations;  // done since the last forget()

    bool operator==(const History&) const = default;
};

using LocalState = std::uint32_t;
constexpr LocalState no_local_state = std::numeric_limits<LocalState>::max();

// A step of a task that nobody has seen before.
struct LocalStep {
    LocalState from;  // no_local_state: the task's start
    LocalState to;
    unsigned task;
};

// Numbers the local states of tasks as they are met.
//
// Two histories are one local state if the tasks' stacks are the same: a suspended task goes on by
// its stack, its TaskState and the world alone, so what it has seen and no longer holds in a local
// makes no difference. (The other way round equal histories may leave different dead bytes on the
// stack, which is why neither stands for the other.) Each local state keeps the history it was
// first met with, and hands it to all that are the same: so they stay the same from there on.
//
// Which histories meet depends on the dead bytes, hence on the compiler; that they may be taken for
// one does not.
class LocalStates {
  public:
    // What decides how a task goes on, as bytes: a hash of its stack and its TaskState.
    struct Locals {
        std::uint64_t low;
        std::uint64_t high;
    };

    // Alike tasks have their local states in common: `role` is the first of them.
    struct Who {
        unsigned role;
        unsigned task;
    };

    // With `shared` they are numbered together with other processes.
    explicit LocalStates(SharedLocals* shared = nullptr);

    // The local state that a task has come to from `from` with `history`, which becomes the one it
    // was first met with. `locals_now` is asked for a history that is new to the task only, and may
    // return false: then it is like no other. Constant time on average.
    template <class LocalsNow>
    LocalState enter(Who who, LocalState from, History& history, LocalsNow locals_now) {
        Slot& slot = find(by_task_, key_of(who.task, history));
        LocalState state = slot.state;
        if (state == no_local_state) {
            Locals locals = {};
            const bool known = locals_now(locals);
            state = slot.state = number_of(who, from, history, known ? &locals : nullptr);
            ++histories_;
            news_.push_back({from, state, who.task});
        } else if (history.operations == 0 && from != no_local_state) {
            note_where_it_forgot(who, from, state);
        }
        history = first_history(state);
        grow_if_full();
        return state;
    }

    // Steps met for the first time since the last forget_news().
    std::span<const LocalStep> news() const { return news_; }
    void forget_news() { news_.clear(); }

  private:
    struct Slot {
        std::uint64_t low = 0;
        std::uint64_t high = 0;
        LocalState state = no_local_state;
    };
    using Table = std::vector<Slot>;

    static Locals key_of(unsigned task, const History& history);
    static Slot& find(Table& table, Locals key);
    void note_where_it_forgot(Who who, LocalState from, LocalState to);
    LocalState number_of(Who who, LocalState from, const History& history, const Locals* locals);
    const History& first_history(LocalState state) const {
        return shared_ == nullptr ? first_histories_[state] : shared_histories_[state];
    }
    void grow_if_full();
    static void grow(Table& table);

    static constexpr std::size_t capacity_at_first = 1024;

    SharedLocals* shared_;
    const History* shared_histories_;
    Table by_task_ = Table(capacity_at_first);  // and history
    Table by_role_ = Table(capacity_at_first);  // and history, less often
    Table by_locals_ = Table(capacity_at_first);
    std::vector<History> first_histories_;
    std::uint64_t histories_ = 0;
    std::vector<LocalStep> news_;
};

}  // namespace heddle
