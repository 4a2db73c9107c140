// SPDX-License-Identifier: Apache-2.0
// A run as a trace in the sense of Mazurkiewicz: its steps, and which happen before which.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "checker/dependence.h"
#include "checker/engine_mutations.h"
#include "checker/execution.h"
#include "checker/vector_clock.h"

namespace heddle {

// Which steps of two tasks may not be swapped: operations that conflict, tasks of one CPU, and what
// a claim can tell apart.
class Dependence {
  public:
    // With claims of Moment::always or Moment::idle all steps are dependent: a claim may read what
    // tasks write between two operations, and whether they are idle. So may what is in ghost(),
    // once a step has come to one. Those of Moment::sometimes count only with `keeps_sometimes`.
    // Those of Moment::finally read final states, which every order of independent steps leads to.
    Dependence(const Execution& execution, bool keeps_sometimes);

    bool between(const Operation& one, unsigned one_task, const Operation& other,
                 unsigned other_task) const {
        return are_mates(one_task, other_task) || all_visible_ || conflict(one, other);
    }

    // False for most pairs that do not depend on each other: those of different words, and those
    // that both read.
    bool may_be_between(const Operation& one, unsigned one_task, const void* object,
                        OperationKind kind, unsigned task) const {
        const auto distance = reinterpret_cast<std::uintptr_t>(one.object) -
                              reinterpret_cast<std::uintptr_t>(object) + 7;
        const bool neither_waits = one.kind != OperationKind::wait && kind != OperationKind::wait;
        const bool both_read = one.kind == OperationKind::read && kind == OperationKind::read;
        const bool are_apart = (distance > 14 && neither_waits) || both_read;
        return !are_apart || all_visible_ || are_mates(one_task, task);
    }

    // The other tasks bound to the CPU of `task`.
    std::uint64_t mates(unsigned task) const { return mates_[task]; }

    // Whether a claim reads states on the way.
    bool all_visible() const { return all_visible_; }

  private:
    bool are_mates(unsigned one, unsigned other) const {
        return (mates_[one] >> other & 1) != 0 &&
               !engine_mutated(EngineMutation::dpor_cpus_not_shared);
    }

    bool all_visible_;
    std::vector<std::uint64_t> mates_;  // a bit per task
};

// What a step is to the search that took it; see Dpor.
enum class Role : std::uint8_t {
    root,   // no step: where all runs begin
    first,  // the search chose it freely; others may be moved before it
    moved,  // happens before a head, and was moved with it: stays where it is
    head    // was moved before a first step, and stays there
};

// A step of a run. Runs share their beginnings: steps form a tree with links to the root.
struct Event {
    Event* before = nullptr;    // the step before it; null for the root
    Event* previous = nullptr;  // the last step of its task before it; null if it is the first
    Event* base = nullptr;      // of a first step and of the heads moved before it: the step before
                                // all of them
    const Event* passed = nullptr;  // of a head: the first step it was moved before
    Operation operation = {};
    WatchedWords watched = {};       // what the operation points to
    std::uint64_t value_before = 0;  // of the object
    std::uint64_t value_after = 0;
    std::uint64_t waiting = 0;  // tasks whose next operation may have to wait, a bit per task
    std::uint64_t stuck = 0;    // those of them that have to, after it
    std::uint64_t off_cpu = 0;  // and those whose CPU does not let them run
    unsigned position = 0;      // number of steps up to this one
    unsigned number = 0;        // among those of its task, from 1
    std::uint16_t task = no_task;
    std::uint16_t alternative = 0;
    Role role = Role::root;
    std::uint32_t mark = 0;         // of the moment after it, if the search has made one
    std::uint32_t races_begin = 0;  // in the search's list
    std::uint32_t races_end = 0;
    VectorClock clock = {};  // what happens before it, and itself

    bool happens_before(const VectorClock& moment) const { return moment[task] >= number; }
    Choice choice() const { return {task, alternative}; }
};

// The memory of events. One that is given back is used again.
class Events {
  public:
    explicit Events(unsigned tasks) : tasks_(tasks) {}

    Event* make(Event* before);
    void give_back(Event* event) { free_.push_back(event); }
    std::uint64_t bytes() const;
    unsigned tasks() const { return tasks_; }

  private:
    static constexpr std::size_t per_slab = 64;

    unsigned tasks_;
    std::vector<std::unique_ptr<Event[]>> slabs_ = {};
    std::vector<std::unique_ptr<VectorClock::Steps[]>> clocks_ = {};
    std::vector<Event*> free_ = {};
};

// The value of the object of `operation`; 0 if it has none.
std::uint64_t value_of_object(const Operation& operation);

// Where an operation that may have to wait stands when steps are left out of a run: the values that
// it looks at.
class WaitingFor {
  public:
    // `operation` is the next of the task whose last step was `previous`.
    WaitingFor(const Operation& operation, const Event* previous);

    // To be told the steps of the run in order. Until it is told one that touches a word, the word
    // is as it is now.
    void see_before(const Event& event);  // the words as the run had them before the step
    void see(const Event& event);         // the step is one of those that are not left out

    // False if it would have to wait for sure.
    bool may_go_on() const;

  private:
    const Operation& operation_;
    unsigned words_ = 0;
    unsigned known_ = 0;  // a bit per word
    const void* objects_[WatchedWords::words_max] = {};
    std::uint64_t values_[WatchedWords::words_max] = {};
    std::uint64_t seen_[WatchedWords::words_max] = {};
};

}  // namespace heddle
