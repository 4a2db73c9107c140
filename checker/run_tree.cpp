// SPDX-License-Identifier: Apache-2.0
#include "checker/run_tree.h"

#include <algorithm>

#include "checker/engine_mutations.h"

namespace heddle {

RunTree::RunTree(Execution& execution)
    : execution_(execution),
      events_(static_cast<unsigned>(execution.tasks().size())),
      last_(events_.make(nullptr)),
      last_of_tasks_(execution.tasks().size()),
      mark_bytes_(execution.mark_bytes() + sizeof(Mark)) {
    marks_.emplace_back();
    last_->role = Role::root;
    last_->clock.clear();
    remember(*last_);
}

Event& RunTree::take(Choice choice) {
    Event* event = events_.make(last_);
    event->task = choice.task;
    event->alternative = choice.alternative;
    event->previous = last_of_tasks_[choice.task];
    event->number = event->previous == nullptr ? 1 : event->previous->number + 1;
    event->operation = *execution_.pending(choice.task);
    if (event->operation.watched != nullptr) {
        event->watched = *event->operation.watched;
        event->operation.watched = &event->watched;
    }
    event->value_before = value_of_object(event->operation);
    execution_.take(choice);
    event->value_after = value_of_object(event->operation);
    last_of_tasks_[choice.task] = event;
    last_ = event;
    return *event;
}

void RunTree::pop() {
    Event* event = last_;
    last_ = event->before;
    if (event->mark != 0) {
        free_marks_.push_back(event->mark);
    }
    events_.give_back(event);
}

void RunTree::remember(Event& event) {
    if (free_marks_.empty()) {
        free_marks_.push_back(static_cast<std::uint32_t>(marks_.size()));
        marks_.push_back(std::make_unique<Mark>());
        bytes_ = marks_.size() * mark_bytes_ + events_.bytes();
    }
    const std::uint32_t mark = free_marks_.back();
    free_marks_.pop_back();
    const Event* before = event.before;
    while (before != nullptr && before->mark == 0) {
        before = before->before;
    }
    execution_.remember(*marks_[mark], before == nullptr ? nullptr : marks_[before->mark].get());
    event.mark = mark;
}

void RunTree::visit(Event& event) {
    to_repeat_.clear();
    Event* marked = &event;
    for (; marked->mark == 0; marked = marked->before) {
        to_repeat_.push_back(marked);
    }
    execution_.rewind(*marks_[marked->mark]);
    const std::size_t left_out = engine_mutated(EngineMutation::tree_leaves_out_a_step) ? 1 : 0;
    for (std::size_t i = to_repeat_.size(); i-- > left_out;) {
        execution_.take(to_repeat_[i]->choice());
    }
}

void RunTree::go_to(Event& event) {
    visit(event);
    if (event.mark == 0) {
        remember(event);
    }
    last_ = &event;
    if (!engine_mutated(EngineMutation::tree_keeps_last_of_tasks)) {
        std::fill(last_of_tasks_.begin(), last_of_tasks_.end(), nullptr);
    }
    for (Event* step = &event; step->before != nullptr; step = step->before) {
        if (last_of_tasks_[step->task] == nullptr) {
            last_of_tasks_[step->task] = step;
        }
    }
}

Schedule RunTree::schedule(const Event& last) {
    Schedule schedule;
    for (const Event* event = &last; event->before != nullptr; event = event->before) {
        schedule.push_back(event->choice());
    }
    std::reverse(schedule.begin(), schedule.end());
    return schedule;
}

}  // namespace heddle
