// SPDX-License-Identifier: Apache-2.0
// Partial order in a worker. That choices of a part of the tasks stand for all of a state lies in
// shared memory with the path, what follows from it is found out anew by whoever goes on there.
#include <algorithm>

#include "checker/worker.h"

namespace heddle {

// The state is that of the frame, and its fingerprint has been asked for.
void Worker::describe(Frame& frame) {
    const std::span<const Choice> open = execution_.choices();
    frame.open.assign(open.begin(), open.end());
    order_->read(frame.locals);
    frame.version = order_->version();
    frame.world = execution_.last_world_fingerprint();
}

// After a step of the task from the last frame. Of each cycle of states, wherever other processes
// go round it, there must be a state all choices of which are taken: a task that takes a step of it
// comes to the local state it began with, and the ranks of its local states do not grow along all
// of its steps.
void Worker::explore_all_if_need_be(unsigned task, bool was_idle) {
    const Frame& frame = frames_[path_.top()];
    const bool may_close_a_cycle =
        execution_.pending(task) != nullptr &&
        locals_->rank(execution_.local_state(task)) <= locals_->rank(frame.locals[task]);
    const bool is_visible = claims_.may_tell(frame.world, task, was_idle, sometimes_);
    if (is_visible) {
        order_->note_visible(frame.locals[task]);
    }
    if (is_visible || may_close_a_cycle) {
        extend(all_tasks);
    }
}

// When all choices of a part have been taken: what was learnt meanwhile may want more of them.
// False if not.
bool Worker::widen() {
    Frame& frame = frames_[path_.top()];
    const TaskSet tasks = path_.tasks(path_.top());
    if (frame.version != order_->version()) {
        frame.version = order_->version();
        if (const TaskSet now = order_->closure(frame.locals, tasks); now != tasks) {
            return extend(now) || widen();
        }
    }
    order_->rely(frame.locals, tasks);
    return false;
}

// The part of the last frame becomes that of `tasks`. False if none of the others can run.
bool Worker::extend(TaskSet tasks) {
    const TaskSet more_tasks = tasks & ~path_.tasks(path_.top());
    Schedule more;
    for (const Choice choice : frames_[path_.top()].open) {
        if ((more_tasks & set_of(choice.task)) != 0) {
            more.push_back(choice);
        }
    }
    if (!path_.extend(more, tasks)) {
        tell(News::too_long, static_cast<std::uint32_t>(path_.depth()));
        rest();
    }
    shallowest_ = std::min(shallowest_, path_.top());
    return !more.empty();
}

}  // namespace heddle
