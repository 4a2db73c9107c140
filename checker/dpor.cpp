// SPDX-License-Identifier: Apache-2.0
#include "checker/dpor.h"

#include <algorithm>
#include <cassert>

#include "checker/engine_mutations.h"
#include "checker/lock_graph.h"
#include "checker/races.h"
#include "checker/run_tree.h"
#include "checker/sometimes.h"

namespace heddle {

namespace {

// Where the search goes on when the runs after a reversal are done.
struct Branch {
    Event* back = nullptr;  // the last step of the run that showed the race
    Event* base = nullptr;  // the moment the reversal went back to
};

class Walk {
  public:
    Walk(Execution& execution, Budget& budget, Summary& summary,
         const std::function<void(const Execution&)>& on_final, bool keeps_sometimes)
        : execution_(execution),
          budget_(budget),
          summary_(summary),
          on_final_(on_final),
          dependence_(execution, keeps_sometimes),
          tree_(execution),
          races_(execution, dependence_),
          sometimes_(execution),
          looks_(dependence_.all_visible()),
          waits_for_cpu_(tasks_with_mates()) {}

    void run();

    // Whether the search was complete and clean, and a `sometimes` claim is not reached.
    bool misses_something() const {
        return summary_.verdict.kind == Verdict::Kind::vacuous &&
               !engine_mutated(EngineMutation::dpor_sometimes_asked_once);
    }

    // Whether all steps were taken for dependent.
    bool sees_everything() const { return dependence_.all_visible(); }

  private:
    std::uint64_t tasks_with_mates() const;
    bool look();
    bool go_on();
    bool go_back();
    bool reverse(Event& showed);
    bool take_next_alternative(Event& event);
    bool step(Choice choice, Role role, Event* base, const Event* passed);
    bool may_wait(unsigned task) const;
    void note_who_waits(Event& event) const;
    bool is_data_race();
    void end_run();
    bool belongs_elsewhere(const Event& head) const;

    Execution& execution_;
    Budget& budget_;
    Summary& summary_;
    const std::function<void(const Execution&)>& on_final_;
    Dependence dependence_;
    RunTree tree_;
    Races races_;
    Sometimes sometimes_;
    bool looks_;                   // at every state, because a claim does
    std::uint64_t waits_for_cpu_;  // tasks, a bit each
    std::vector<Branch> branches_ = {};
    bool is_over_ = false;  // a violation, or a limit
};

std::uint64_t Walk::tasks_with_mates() const {
    std::uint64_t tasks = 0;
    for (unsigned task = 0; task < execution_.tasks().size(); ++task) {
        tasks |= std::uint64_t{dependence_.mates(task) != 0} << task;
    }
    return tasks;
}

// Looks at the state as a claim does. False if something is wrong with it.
bool Walk::look() {
    sometimes_.look();
    if (const std::optional<Violation> violation = execution_.violation()) {
        ++summary_.executions;
        summary_.verdict = Verdict::fail(*violation, tree_.schedule());
        is_over_ = true;
    }
    return !is_over_;
}

// ---- forwards

// Takes a step behind the last one. False if it cannot be taken or ends the search.
bool Walk::step(Choice choice, Role role, Event* base, const Event* passed) {
    Event& last = tree_.last();
    if (last.position == VectorClock::steps_max) {
        budget_.give_up(too_long(last.position));
    }
    if (!budget_.exhausted().empty() || !budget_.allows(0, tree_.bytes(), last.position)) {
        is_over_ = true;
        return false;
    }
    Event& event = tree_.take(choice);
    ++summary_.transitions;
    event.role = role;
    event.base = base;
    event.passed = passed;
    const std::uint64_t self = std::uint64_t{1} << event.task;
    event.waiting = (last.waiting & ~self) | (may_wait(event.task) ? self : 0);
    note_who_waits(event);
    races_.order(event, tree_.last_of_tasks());
    if (execution_.lock_graph().has_news()) {
        execution_.lock_graph().keep_news(tree_.schedule());
    }
    if (execution_.failed() || looks_) {
        return look();
    }
    sometimes_.look();
    return !races_.data_race() || engine_mutated(EngineMutation::dpor_plain_races_missed) ||
           !is_data_race();
}

bool Walk::may_wait(unsigned task) const {
    const Operation* next = execution_.pending(task);
    return next != nullptr &&
           (next->blocked_by != 0 || next->watched != nullptr || (waits_for_cpu_ >> task & 1) != 0);
}

void Walk::note_who_waits(Event& event) const {
    for (std::uint64_t left = event.waiting; left != 0; left &= left - 1) {
        const auto task = static_cast<unsigned>(__builtin_ctzll(left));
        event.stuck |= std::uint64_t{!execution_.is_runnable(task)} << task;
    }
    for (std::uint64_t left = event.stuck & waits_for_cpu_; left != 0; left &= left - 1) {
        const auto task = static_cast<unsigned>(__builtin_ctzll(left));
        event.off_cpu |= std::uint64_t{!execution_.cpu_lets_run(task)} << task;
    }
}

// Goes to the end of a run. False if the search is over.
bool Walk::go_on() {
    for (;;) {
        Event& last = tree_.last();
        const bool passed = last.role == Role::head && execution_.is_runnable(last.passed->task);
        const unsigned task = passed ? last.passed->task : execution_.first_runnable();
        if (task == no_task) {
            end_run();
            return !is_over_;
        }
        if (!step({static_cast<std::uint16_t>(task), 0}, Role::first, passed ? last.base : &last,
                  nullptr)) {
            return !is_over_;
        }
    }
}

void Walk::end_run() {
    summary_.depth_max = std::max<std::uint64_t>(summary_.depth_max, tree_.last().position);
    if (!looks_ && !look()) {
        return;
    }
    ++summary_.executions;
    if (on_final_ && execution_.finished()) {
        on_final_(execution_);
    }
}

// The two accesses that Races has found, both next. Only a task that waits for its CPU is in doubt.
bool Walk::is_data_race() {
    const DataRace race = *races_.data_race();
    races_.forget_data_race();
    tree_.visit(*race.one->before);
    for (const Choice choice : race.steps) {
        execution_.take(choice);
    }
    const std::optional<Violation> violation = execution_.violation();
    if (violation) {
        Schedule schedule = tree_.schedule(*race.one->before);
        schedule.insert(schedule.end(), race.steps.begin(), race.steps.end());
        ++summary_.executions;
        summary_.verdict = Verdict::fail(*violation, std::move(schedule));
        is_over_ = true;
        return true;
    }
    tree_.visit(tree_.last());
    return false;
}

// ---- backwards

// Goes back to where a new run begins, and takes the steps in which it differs. False if there is
// none, or the search is over.
bool Walk::go_back() {
    for (;;) {
        Event& last = tree_.last();
        if (!branches_.empty() && branches_.back().base == &last) {
            tree_.move_to(*branches_.back().back);
            branches_.pop_back();
            continue;
        }
        if (last.role == Role::root) {
            return false;
        }
        if (races_.has_reversals(last)) {
            if (reverse(last)) {
                return true;
            }
        } else if (last.role == Role::first && last.alternative + 1 < last.operation.alternatives &&
                   !engine_mutated(EngineMutation::dpor_alternatives_left_out)) {
            if (take_next_alternative(last)) {
                return true;
            }
        } else {
            races_.drop(last);
            tree_.pop();
        }
        if (is_over_) {
            return false;
        }
    }
}

// False if it cannot be done, which leaves the search at the branch's base.
bool Walk::reverse(Event& showed) {
    const Reversal reversal = races_.take_reversal(showed);
    Event& base = *reversal.passed->before;
    branches_.push_back({&showed, &base});
    tree_.go_to(base);
    const Schedule steps(races_.steps().begin() + reversal.steps_begin,
                         races_.steps().begin() + reversal.steps_end);
    races_.give_back_steps(reversal);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool is_head = i + 1 == steps.size();
        if (!execution_.is_runnable(steps[i].task) ||
            !step(steps[i], is_head ? Role::head : Role::moved,
                  is_head ? reversal.passed->base : nullptr, is_head ? reversal.passed : nullptr)) {
            summary_.blocked += is_over_ ? 0 : 1;
            return false;
        }
    }
    if (belongs_elsewhere(tree_.last())) {
        ++summary_.blocked;
        races_.forget_reversals(tree_.last());
        return false;
    }
    return true;
}

// A head that makes the step wait that it passed goes before heads that do not and that it does not
// need.
bool Walk::belongs_elsewhere(const Event& head) const {
    if (execution_.is_runnable(head.passed->task)) {
        return false;
    }
    const Event* other = head.before;
    while (other != head.base && other->role != Role::head) {
        other = other->before;
    }
    return other != head.base && !other->happens_before(head.clock);
}

bool Walk::take_next_alternative(Event& event) {
    const Choice choice = {event.task, static_cast<std::uint16_t>(event.alternative + 1)};
    Event* base = event.base;
    Event& from = *event.before;
    races_.drop(event);
    tree_.pop();
    tree_.go_to(from);
    return step(choice, Role::first, base, nullptr);
}

void Walk::run() {
    LockGraph& locks = execution_.lock_graph();
    locks.clear();
    for (unsigned task = 0; task < execution_.tasks().size(); ++task) {
        tree_.last().waiting |= std::uint64_t{may_wait(task)} << task;
    }
    note_who_waits(tree_.last());
    if ((looks_ || execution_.failed()) && !look()) {
        return;
    }
    bool more = go_on();
    while (more) {
        more = go_back() && go_on();
    }
    if (summary_.verdict.kind == Verdict::Kind::fail) {
        return;
    }
    if (locks.finding()) {
        summary_.verdict = Verdict::fail(locks.finding()->violation, locks.finding()->schedule);
    } else {
        summary_.verdict =
            is_over_ ? Verdict::unknown(budget_.exhausted()) : sometimes_.verdict_if_complete();
    }
}

}  // namespace

void Dpor::run(Execution& execution, Budget& budget, Summary& summary) {
    const Mark start = execution.mark();
    Walk one_order(execution, budget, summary, on_final_, false);
    one_order.run();
    const bool has_looked = execution.has_ghosts() && !one_order.sees_everything();
    if (summary.verdict.kind != Verdict::Kind::fail &&
        (one_order.misses_something() || has_looked)) {
        // Another order of independent steps may have such a state, or fail.
        execution.rewind(start);
        summary.executions = 0;
        Walk(execution, budget, summary, on_final_, true).run();
    }
}

}  // namespace heddle
