// SPDX-License-Identifier: Apache-2.0
#include "checker/search_path.h"

#include <algorithm>

namespace heddle {

Frame& Path::push(Fingerprint state) {
    if (depth_ == frames_.size()) {
        frames_.emplace_back();
    }
    Frame& frame = frames_[depth_];
    const std::span<const Choice> open = execution_.choices();
    frame.open.assign(open.begin(), open.end());
    frame.next = 0;
    frame.limit = open.size();
    frame.tasks = all_tasks;
    frame.state = state;
    frame.marked = depth_ == 0 ? 0 : frames_[depth_ - 1].marked;
    if (depth_ == 0) {
        execution_.remember(frame.mark);
    } else if (frame.open.size() > 1) {
        execution_.remember(frame.mark, &frames_[frame.marked].mark);
        frame.marked = depth_;
    }
    ++depth_;
    ++on_path_[slot_of(state)];
    return frame;
}

bool Path::has(Fingerprint state) const {
    return on_path_[slot_of(state)] != 0 &&
           std::any_of(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(depth_),
                       [state](const Frame& frame) { return frame.state == state; });
}

Schedule Path::schedule() const {
    Schedule schedule;
    for (std::size_t i = 0; i < depth_; ++i) {
        schedule.push_back(frames_[i].open[frames_[i].next - 1]);
    }
    return schedule;
}

}  // namespace heddle
