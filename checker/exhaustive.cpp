// SPDX-License-Identifier: Apache-2.0
#include "checker/exhaustive.h"

#include <algorithm>

#include "checker/lock_graph.h"
#include "checker/sometimes.h"
#include "checker/visited.h"

namespace heddle {

namespace {

// A state on the current path, and which of its choices have been taken. Only one with several has
// a mark.
struct Frame {
    Mark mark;
    Schedule open;
    std::size_t next = 0;
    std::size_t marked = 0;  // the deepest frame with a mark, up to this one
};

// The path from the start to here. Frames keep their memory when they are left.
class Path {
  public:
    void push(Execution& execution) {
        if (depth_ == frames_.size()) {
            frames_.emplace_back();
        }
        Frame& frame = frames_[depth_];
        const std::span<const Choice> open = execution.choices();
        frame.open.assign(open.begin(), open.end());
        frame.next = 0;
        frame.marked = depth_ == 0 ? 0 : frames_[depth_ - 1].marked;
        if (depth_ == 0) {
            execution.remember(frame.mark);
        } else if (frame.open.size() > 1) {
            execution.remember(frame.mark, &frames_[frame.marked].mark);
            frame.marked = depth_;
        }
        ++depth_;
    }

    void pop() { --depth_; }
    bool empty() const { return depth_ == 0; }
    std::size_t depth() const { return depth_; }
    Frame& top() { return frames_[depth_ - 1]; }

    Schedule schedule() const {
        Schedule schedule;
        for (std::size_t i = 0; i < depth_; ++i) {
            schedule.push_back(frames_[i].open[frames_[i].next - 1]);
        }
        return schedule;
    }

  private:
    std::vector<Frame> frames_;
    std::size_t depth_ = 0;
};

// What a search that broke no claim says at its end.
Verdict verdict_without_violation(bool complete, const LockGraph& locks, const Sometimes& sometimes,
                                  const Budget& budget) {
    if (locks.finding()) {
        return Verdict::fail(locks.finding()->violation, locks.finding()->schedule);
    }
    return complete ? sometimes.verdict_if_complete() : Verdict::unknown(budget.exhausted());
}

}  // namespace

void Exhaustive::run(Execution& execution, Budget& budget, Summary& summary) {
    VisitedStates visited;
    Sometimes sometimes(execution);
    LockGraph& locks = execution.lock_graph();
    locks.clear();
    Path path;
    const std::size_t mark_bytes = execution.mark_bytes();

    // Looks at a state that was not seen before. False if it breaks a claim.
    const auto visit = [&] {
        sometimes.look();
        if (const std::optional<Violation> violation = execution.violation()) {
            ++summary.executions;
            summary.verdict = Verdict::fail(*violation, path.schedule());
            return false;
        }
        if (execution.finished()) {
            ++summary.executions;
            if (on_final_) {
                on_final_(execution);
            }
        }
        path.push(execution);
        return true;
    };

    visited.insert(execution.fingerprint());
    bool clean = visit();
    while (clean && !path.empty()) {
        Frame& frame = path.top();
        if (frame.next == frame.open.size()) {
            path.pop();
            continue;
        }
        if (!budget.allows(visited.size(), visited.bytes() + path.depth() * mark_bytes,
                           path.depth())) {
            break;
        }
        if (frame.next > 0) {
            execution.rewind(frame.mark);
        }
        execution.take(frame.open[frame.next++]);
        ++summary.transitions;
        if (locks.has_news()) {
            locks.keep_news(path.schedule());
        }
        summary.depth_max = std::max<std::uint64_t>(summary.depth_max, path.depth());
        if (visited.insert(execution.fingerprint())) {
            clean = visit();
        }
    }
    summary.states = visited.size();
    summary.visited_bytes = visited.bytes();
    if (clean) {
        summary.verdict = verdict_without_violation(path.empty(), locks, sometimes, budget);
    }
}

}  // namespace heddle
