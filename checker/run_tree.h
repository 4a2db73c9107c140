// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "checker/happens_before.h"

namespace heddle {

// The runs of a stateless search as far as it still needs them, and the execution at the end of one
// of them. The moment after an event that was gone back to has a mark.
class RunTree {
  public:
    explicit RunTree(Execution& execution);

    Event& last() { return *last_; }

    // By task, the last step of the run; null if it has none.
    const std::vector<Event*>& last_of_tasks() const { return last_of_tasks_; }

    // Lets the execution, which must be at the end of the run, take a choice. What it means to the
    // search and who waits is for the caller to fill in.
    Event& take(Choice choice);

    // Takes the last event off. The execution stays where it is.
    void pop();

    // Makes `event` the last one, without the execution.
    void move_to(Event& event) { last_ = &event; }

    // The same with the execution. Costs as many steps as lie between `event` and the last one
    // before it with a mark; then it has one.
    void go_to(Event& event);

    // Puts the execution after `event`.
    void visit(Event& event);

    Schedule schedule() const { return schedule(*last_); }
    static Schedule schedule(const Event& last);

    std::uint64_t bytes() const { return bytes_; }

  private:
    void remember(Event& event);

    Execution& execution_;
    Events events_;
    Event* last_;
    std::vector<Event*> last_of_tasks_;
    std::vector<std::unique_ptr<Mark>> marks_ = {};  // by Event::mark; the first is none
    std::vector<std::uint32_t> free_marks_ = {};
    std::vector<Event*> to_repeat_ = {};  // scratch
    std::uint64_t mark_bytes_;
    std::uint64_t bytes_ = 0;
};

}  // namespace heddle
