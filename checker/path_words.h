// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "checker/execution.h"
#include "checker/task_set.h"

namespace heddle {

// A path as a row of words: frame after frame, each its size, the number of its choices that are
// the owner's, how many of these have been begun, the tasks whose choices are taken in its state by
// anybody (two words; all tasks but under partial order), and the choices. The last one begun leads
// to the next frame. A choice is the task, and the alternative in the upper half. A frame whose
// choices have all been begun is only a step on the way.
using PathWord = std::uint32_t;
using PathImage = std::vector<PathWord>;
constexpr std::size_t frame_header_words = 5;

// One frame as the only one of a path, or behind others: see PathImage.
void append_frame(PathImage& image, std::span<const Choice> open, std::size_t begun,
                  TaskSet tasks = all_tasks);

// The choices of a row of words that is one frame.
Schedule schedule_of(std::span<const std::atomic<PathWord>> frame);
Schedule schedule_of(std::span<const PathWord> frame);

// A path in shared memory. Its owner writes it, step by step; others read it when the owner rests
// or is dead. At every moment it says all that the owner still has to do: killed at any
// instruction, the owner has at most begun the last choice of the last frame, and not finished it.
class SharedPath {
  public:
    SharedPath(std::atomic<std::uint64_t>& depth, std::span<std::atomic<PathWord>> words)
        : depth_(depth), words_(words) {
        reread();
    }

    // ---- for the owner

    // Finds the frames of a path that another has written.
    void reread();

    std::size_t depth() const { return starts_.size(); }
    bool empty() const { return starts_.empty(); }
    std::size_t count(std::size_t frame) const { return word(frame, 1); }
    std::size_t begun(std::size_t frame) const { return word(frame, 2); }
    Choice choice(std::size_t frame, std::size_t index) const;
    std::size_t top() const { return starts_.size() - 1; }

    TaskSet tasks(std::size_t frame) const {
        return word(frame, 3) | static_cast<TaskSet>(word(frame, 4)) << 32;
    }

    // False if there is no room for it.
    bool push(std::span<const Choice> open, TaskSet tasks);
    void pop();

    // More choices for the last frame, which are now of `tasks`. False if there is no room.
    bool extend(std::span<const Choice> more, TaskSet tasks);
    void begin_next() { set_word(top(), 2, static_cast<PathWord>(begun(top()) + 1)); }

    // Leaves the frame with its first `count` choices.
    void keep(std::size_t frame, std::size_t count) {
        set_word(frame, 1, static_cast<PathWord>(count));
    }

    // Replaces the path.
    void assign(std::span<const PathWord> image);

    // The way to `frame`, and there the choices from `from` on: what can be given away.
    PathImage branch(std::size_t frame, std::size_t from) const;

    // ---- for anybody

    // The choices begun, from the start.
    Schedule schedule() const;

    // A copy. With `undo_last` the last choice begun counts as not begun.
    PathImage image(bool undo_last) const;

  private:
    PathWord word(std::size_t frame, std::size_t field) const {
        return words_[starts_[frame] + field].load(std::memory_order_relaxed);
    }
    void set_word(std::size_t frame, std::size_t field, PathWord value) {
        words_[starts_[frame] + field].store(value, std::memory_order_release);
    }

    void set_tasks(TaskSet tasks) {
        set_word(top(), 3, static_cast<PathWord>(tasks));
        set_word(top(), 4, static_cast<PathWord>(tasks >> 32));
    }

    std::atomic<std::uint64_t>& depth_;
    std::span<std::atomic<PathWord>> words_;
    std::vector<std::size_t> starts_ = {};  // of the frames
    std::size_t end_ = 0;                   // of the last
};

}  // namespace heddle
