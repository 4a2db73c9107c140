// SPDX-License-Identifier: Apache-2.0
#include "checker/partial_order.h"

#include <algorithm>

#include "checker/engine_mutations.h"
#include "checker/local_states.h"

namespace heddle {

namespace {

Relation relation_of(const Reductions& reductions) {
    if (!reductions.partial_order) {
        return Relation::touch;
    }
    return reductions.commuting ? Relation::conflict : Relation::same_word;
}

}  // namespace

std::size_t count_of(const Schedule& open, TaskSet set) {
    return static_cast<std::size_t>(std::count_if(open.begin(), open.end(), [set](Choice choice) {
        return (set & set_of(choice.task)) != 0;
    }));
}

void move_to_front(Schedule& open, TaskSet set) {
    std::stable_partition(open.begin(), open.end(),
                          [set](Choice choice) { return (set & set_of(choice.task)) != 0; });
}

PartialOrder::PartialOrder(Execution& execution, const Reductions& reductions,
                           const Symmetry* symmetry)
    : execution_(execution),
      only_private_(!reductions.partial_order),
      footprints_(relation_of(reductions), symmetry),
      tasks_(static_cast<unsigned>(execution.tasks().size())),
      on_the_same_cpu_(tasks_) {
    for (unsigned task = 0; task < tasks_; ++task) {
        for (unsigned other = 0; other < tasks_; ++other) {
            if (other != task && execution.share_cpu(task, other)) {
                on_the_same_cpu_[task] |= set_of(other);
            }
        }
    }
    learn();
}

void PartialOrder::learn() {
    LocalStates& states = execution_.local_states();
    if (states.news().empty()) {
        return;
    }
    for (const LocalStep& step : states.news()) {
        footprints_.add(step, execution_.pending(step.task));
    }
    states.forget_news();
}

void PartialOrder::read(Locals& locals) const {
    locals.resize(tasks_);
    for (unsigned task = 0; task < tasks_; ++task) {
        locals[task] =
            execution_.pending(task) == nullptr ? no_local_state : execution_.local_state(task);
    }
}

// Whether something that `other` may do yet makes a difference to what `task` is about to do.
bool PartialOrder::may_meet(const Locals& locals, unsigned task, unsigned other) const {
    if ((on_the_same_cpu_[task] & set_of(other)) != 0 &&
        !engine_mutated(EngineMutation::set_without_its_cpu)) {
        return true;
    }
    for (const Access access : footprints_.pending(locals[task])) {
        if (footprints_.may_meet(locals[other], access)) {
            return true;
        }
    }
    return false;
}

// A task of the set that is blocked brings in all that could unblock it, for what they do
// conflicts with what it waits for.
TaskSet PartialOrder::closure(const Locals& locals, TaskSet set) const {
    for (TaskSet todo = set; todo != 0;) {
        const auto member = static_cast<unsigned>(__builtin_ctzll(todo));
        todo &= todo - 1;
        if (locals[member] == no_local_state) {
            continue;
        }
        for (unsigned other = 0; other < tasks_; ++other) {
            if ((set & set_of(other)) == 0 && locals[other] != no_local_state &&
                may_meet(locals, member, other)) {
                set |= set_of(other);
                todo |= engine_mutated(EngineMutation::set_closed_once) ? 0 : set_of(other);
            }
        }
    }
    return set;
}

TaskSet PartialOrder::pick(const Locals& locals, Schedule& open) const {
    TaskSet best = all_tasks;
    Cost least = {true, open.size()};
    TaskSet tried = 0;  // a set with one of them is no better than its own
    for (const Choice choice : open) {
        if (least == Cost{false, 1}) {
            break;
        }
        if ((tried & set_of(choice.task)) != 0) {
            continue;
        }
        const TaskSet set = closure(locals, set_of(choice.task));
        const Cost cost = {has_visible(locals, open, set), count_of(open, set)};
        const bool allowed = !only_private_ || set == set_of(choice.task);
        if (allowed && cost.choices < open.size() && cost < least) {
            best = set;
            least = cost;
        }
        tried |= set_of(choice.task);
    }
    move_to_front(open, best);
    return best;
}

bool PartialOrder::has_visible(const Locals& locals, const Schedule& open, TaskSet set) const {
    return std::any_of(open.begin(), open.end(), [&](Choice choice) {
        const LocalState local = locals[choice.task];
        return (set & set_of(choice.task)) != 0 && local < visible_.size() && visible_[local];
    });
}

void PartialOrder::note_visible(LocalState local) {
    if (local >= visible_.size()) {
        visible_.resize(local + 1);
    }
    visible_[local] = true;
}

void PartialOrder::rely(const Locals& locals, TaskSet set) {
    const auto is_alive = [&locals](unsigned task) { return locals[task] != no_local_state; };
    for (unsigned task = 0; task < tasks_; ++task) {
        for (unsigned other = 0; other < tasks_; ++other) {
            const bool is_in = (set & set_of(task)) != 0 && is_alive(task);
            const bool is_out = (set & set_of(other)) == 0 && is_alive(other);
            if (is_in && is_out) {
                rely(locals[other], locals[task]);
            }
        }
    }
}

// That nothing of this future meets what is pending there.
void PartialOrder::rely(LocalState future, LocalState pending) {
    for (const Access access : footprints_.pending(pending)) {
        footprints_.rely(future, access);
    }
}

}  // namespace heddle
