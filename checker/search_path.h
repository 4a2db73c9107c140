// SPDX-License-Identifier: Apache-2.0
// The states from the start of a depth-first search to where it is.
#pragma once

#include <array>
#include <vector>

#include "checker/execution.h"
#include "checker/partial_order.h"

namespace heddle {

// A state on the path, and which of its choices have been taken. Only one with several has a mark.
struct Frame {
    Mark mark;
    Schedule open;
    std::size_t next = 0;
    std::size_t limit = 0;   // of the choices that are to be taken: the first ones
    std::size_t marked = 0;  // the deepest frame with a mark, up to this one
    Fingerprint state;
    // For partial order, if there are several choices:
    Locals locals;
    TaskSet tasks = all_tasks;  // whose choices are to be taken
    std::uint64_t version = 0;  // of what was known when they were picked
    Fingerprint world;
};

// Frames keep their memory when they are left.
class Path {
  public:
    explicit Path(Execution& execution) : execution_(execution) {}

    // The execution's present state.
    Frame& push(Fingerprint state);

    void pop() { --on_path_[slot_of(frames_[--depth_].state)]; }
    bool empty() const { return depth_ == 0; }
    std::size_t depth() const { return depth_; }
    Frame& top() { return frames_[depth_ - 1]; }

    // Whether the state is one of those from the start to here. O(1) mostly if it is not.
    bool has(Fingerprint state) const;

    Schedule schedule() const;

  private:
    static constexpr std::size_t slots = 4096;
    static std::size_t slot_of(Fingerprint state) { return state.low % slots; }

    Execution& execution_;
    std::vector<Frame> frames_;
    std::size_t depth_ = 0;
    std::array<std::uint32_t, slots> on_path_ = {};  // states of the path by slot_of()
};

}  // namespace heddle
