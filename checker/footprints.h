// SPDX-License-Identifier: Apache-2.0
// What each task may still do, learnt from what was seen to follow its local states.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "checker/local_states.h"
#include "checker/symmetry.h"
#include "checker/sync/operation.h"

namespace heddle {

// An operation without the moment at which it is done: its number among those that differ.
using Access = std::uint32_t;

// The accesses that an operation amounts to: one, or the reads of all words it waits for.
struct Accesses {
    std::array<Access, WatchedWords::words_max> of = {};
    unsigned count = 0;

    const Access* begin() const { return of.data(); }
    const Access* end() const { return of.data() + count; }
};

// The operations on one object each that a pending operation amounts to: itself, or the reads of
// all words it waits for; none if it touches nothing.
struct Touches {
    std::array<Operation, WatchedWords::words_max> of = {};
    unsigned count = 0;
};

// Null: the task has finished.
Touches touches_of(const Operation* pending);

// When two accesses of different tasks may not be reordered.
enum class Relation {
    conflict,   // as conflict() says (dependence.h)
    same_word,  // they touch the same bytes, and not both only read
    touch       // they touch the same bytes
};

// For each local state the operation that is pending in it, and all operations that have been seen
// to follow: the union over the local states that steps lead to. It only grows; a step seen for
// the first time adds what follows it to all that lead to it.
//
// This is the summary of stateful dynamic partial order reduction (Yang, Chen, Gopalakrishnan and
// Kirby, Efficient Stateful Dynamic Partial Order Reduction, SPIN 2008), kept per local state of a
// task instead of per state of the program: there are far fewer of them, and what was learnt in
// one part of the search holds in all others.
class Footprints {
  public:
    // `symmetry` is null if local states are those of single tasks.
    Footprints(Relation relation, const Symmetry* symmetry)
        : relation_(relation), symmetry_(symmetry) {}

    // The task has come to `step.to`, where its next operation is `pending`. Once is enough.
    void add(const LocalStep& step, const Touches& pending);
    bool knows(const LocalStep& step) const { return steps_.contains(key_of_step(step)); }

    // What is pending in a local state that was added.
    const Accesses& pending(LocalState state) const { return states_[state].pending; }

    // Whether anything that may follow in `state`, from its pending operation on, is related to
    // the access.
    bool may_meet(LocalState state, Access access) const {
        return meet(futures_, state, related_, access);
    }

    // Remembers that somebody relied on it that nothing in the future of `state` is. False if that
    // is nothing new.
    bool rely(LocalState state, Access access);

    // Whether something learnt since has proved such a one wrong.
    bool was_wrong() const { return was_wrong_; }
    void forget_what_was_relied_on();

    // Changes whenever a future grows.
    std::uint64_t version() const { return version_; }

    std::size_t accesses() const { return operations_.size(); }

  private:
    struct State {
        Accesses pending;
        std::uint32_t predecessors = no_edge;  // the first of a list
        bool is_known = false;
    };
    struct Edge {
        LocalState from;
        std::uint32_t next;
    };
    // Rows of bits, one bit per access.
    using Rows = std::vector<std::uint64_t>;
    static constexpr std::uint32_t no_edge = ~0U;

    // An operation that differs from others. On an object that its task owns it stands for those of
    // all alike tasks, each on its own.
    struct Known {
        Operation operation;
        bool own;
    };
    static std::uint64_t key_of_step(const LocalStep& step) {
        return std::uint64_t{step.from} << 32 | step.to;
    }
    Accesses accesses_of(unsigned task, const Touches& touches);
    Access access_of(unsigned task, const Operation& operation);
    void widen(Rows& rows, std::size_t old_width) const;
    bool meet(const Rows& one, std::size_t row, const Rows& other, std::size_t other_row) const {
        const std::uint64_t* a = one.data() + row * width_;
        const std::uint64_t* b = other.data() + other_row * width_;
        std::uint64_t both = 0;
        for (std::size_t i = 0; i < width_; ++i) {
            both |= a[i] & b[i];
        }
        return both != 0;
    }
    bool are_related(const Known& one, const Known& other) const;
    void learn(LocalState into, LocalState from);

    Relation relation_;
    const Symmetry* symmetry_;
    std::size_t width_ = 1;  // words of a row
    std::vector<Known> operations_;
    std::unordered_multimap<std::uint64_t, Access> by_key_;
    Rows related_;  // by access
    std::vector<State> states_;
    Rows futures_;  // by local state
    Rows relied_;   // by local state: accesses that somebody relied on for it
    std::unordered_set<std::uint64_t> steps_;
    std::vector<Edge> edges_;
    std::vector<LocalState> grown_;
    std::uint64_t version_ = 0;
    bool was_wrong_ = false;
};

}  // namespace heddle
