// SPDX-License-Identifier: Apache-2.0
// Which choices of a state stand for all of them.
#pragma once

#include <utility>
#include <vector>

#include "checker/execution.h"
#include "checker/footprints.h"
#include "checker/search.h"
#include "checker/shared_logs.h"
#include "checker/task_set.h"

namespace heddle {

class Sometimes;

// The local state of each task; no_local_state of one that has finished.
using Locals = std::vector<LocalState>;

// How many of the choices are of tasks of the set.
std::size_t count_of(const Schedule& open, TaskSet set);

// Moves these choices to the front.
void move_to_front(Schedule& open, TaskSet set);

// How local states must be numbered for the reductions.
LocalNumbers numbers_for(const Reductions& reductions);

// Claims of states on the way, which must not be told from those that are left out. They read the
// world, and idle claims only where all are idle. So a step that does not change the world hides
// nothing from them, unless a task is idle before it and not behind it.
class ClaimsOfStates {
  public:
    explicit ClaimsOfStates(const Execution& execution);

    // Whether they may tell the present state, whose fingerprint has been asked for, from the one
    // before the task's last step: its world, and whether the task was idle in it.
    bool may_tell(Fingerprint world_before, unsigned task, bool was_idle,
                  const Sometimes& sometimes) const;

  private:
    const Execution& execution_;
    bool has_always_;
    bool has_idle_;
};

// Picks a persistent set of tasks in each state: whatever the others do, nothing of it conflicts
// with what these are about to do, so that it is enough to begin with them. "Whatever the others
// do" is what Footprints have seen them do. What is learnt later may show that a set was too
// small: then the search has to be done again with what is known by then, until nothing relied on
// was wrong. In that last search, if an operation x of the others did conflict with a set picked in
// a state, then the search would have gone on from there with the set first and come to where x is
// pending (x cannot depend on what it does not conflict with), and x would be in the footprints.
//
// Source: Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, LNCS 1032,
// chapters 4 and 6 (persistent sets; visibility; cycles).
class PartialOrder {
  public:
    PartialOrder(Execution& execution, const Reductions& reductions, const Symmetry* symmetry);

    // From now on tells other processes what this one learns, and learns from them, too. `logs` has
    // two for each: steps, and what was relied on.
    void share(SharedLogs& logs, unsigned writer);
    void tell_as(unsigned writer) { writer_ = writer; }

    // Takes notice of steps seen for the first time. To be called after each step.
    void learn();

    // The local states of the present state, as the functions below want them.
    void read(Locals& locals) const;

    // Moves the choices of a persistent set to the front of `open`, which has all of a state with
    // these `locals`, and returns it: of the steps that have not been visible if it can be, else of
    // the fewest choices. All tasks if no smaller set leaves fewer choices.
    TaskSet pick(const Locals& locals, Schedule& open) const;

    // That the step that follows this local state has been visible: it will be again, as a rule,
    // and is not to be tried first.
    void note_visible(LocalState local);

    // The least persistent set with these tasks, by what is known now.
    TaskSet closure(const Locals& locals, TaskSet set) const;

    // That only this set has been explored in a state with these locals.
    void rely(const Locals& locals, TaskSet set);

    // Whether the search has to be done again.
    bool was_wrong() const { return footprints_.was_wrong(); }
    void begin_again();

    // The first for what all processes have relied on and learnt, while none of them does any more.
    bool were_wrong();

    // Changes whenever something is learnt.
    std::uint64_t version() const { return footprints_.version(); }

  private:
    // How much is left of a state with a set, the less the better: whether a step of it is visible
    // as far as is known, for then all choices may have to be taken; and how many choices it has.
    using Cost = std::pair<bool, std::size_t>;

    bool has_visible(const Locals& locals, const Schedule& open, TaskSet set) const;
    void tell(const LocalStep& step, const Touches& touches);
    void learn_from_all();
    unsigned log_of_what_was_relied_on(unsigned writer) const { return logs_->logs() / 2 + writer; }
    bool may_meet(const Locals& locals, unsigned task, unsigned other) const;
    void rely(LocalState future, LocalState pending);

    Execution& execution_;
    bool only_private_;
    Footprints footprints_;
    unsigned tasks_;
    std::vector<TaskSet> on_the_same_cpu_;  // by task
    std::vector<bool> visible_;             // by local state
    SharedLogs* logs_ = nullptr;
    unsigned writer_ = 0;
    std::uint64_t logs_version_ = 0;      // of what has been read
    std::vector<std::size_t> read_ = {};  // of each log of steps, in words
};

}  // namespace heddle
