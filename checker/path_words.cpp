// SPDX-License-Identifier: Apache-2.0
#include "checker/path_words.h"

#include <algorithm>

namespace heddle {

namespace {

constexpr unsigned alternative_shift = 16;

PathWord word_of(Choice choice) {
    return choice.task | static_cast<PathWord>(choice.alternative) << alternative_shift;
}

Choice choice_of(PathWord word) {
    return {static_cast<std::uint16_t>(word & 0xffff),
            static_cast<std::uint16_t>(word >> alternative_shift)};
}

}  // namespace

void append_frame(PathImage& image, std::span<const Choice> open, std::size_t begun,
                  TaskSet tasks) {
    image.push_back(static_cast<PathWord>(open.size()));
    image.push_back(static_cast<PathWord>(open.size()));
    image.push_back(static_cast<PathWord>(begun));
    image.push_back(static_cast<PathWord>(tasks));
    image.push_back(static_cast<PathWord>(tasks >> 32));
    for (const Choice choice : open) {
        image.push_back(word_of(choice));
    }
}

Schedule schedule_of(std::span<const std::atomic<PathWord>> frame) {
    Schedule schedule;
    for (const std::atomic<PathWord>& word : frame.subspan(frame_header_words)) {
        schedule.push_back(choice_of(word.load(std::memory_order_relaxed)));
    }
    return schedule;
}

Schedule schedule_of(std::span<const PathWord> frame) {
    Schedule schedule;
    for (const PathWord word : frame.subspan(frame_header_words)) {
        schedule.push_back(choice_of(word));
    }
    return schedule;
}

void SharedPath::reread() {
    starts_.clear();
    end_ = 0;
    const std::uint64_t depth = depth_.load(std::memory_order_acquire);
    for (std::uint64_t frame = 0; frame < depth; ++frame) {
        starts_.push_back(end_);
        end_ += frame_header_words + word(frame, 0);
    }
}

Choice SharedPath::choice(std::size_t frame, std::size_t index) const {
    return choice_of(word(frame, frame_header_words + index));
}

bool SharedPath::push(std::span<const Choice> open, TaskSet tasks) {
    if (end_ + frame_header_words + open.size() > words_.size()) {
        return false;
    }
    starts_.push_back(end_);
    const auto size = static_cast<PathWord>(open.size());
    set_word(top(), 0, size);
    set_word(top(), 1, size);
    set_word(top(), 2, 0);
    set_tasks(tasks);
    for (std::size_t i = 0; i < open.size(); ++i) {
        set_word(top(), frame_header_words + i, word_of(open[i]));
    }
    end_ += frame_header_words + open.size();
    depth_.store(starts_.size(), std::memory_order_release);
    return true;
}

// What has been given away, or is not wanted, is written over. The choices are there before they
// count, and count before the tasks are said to be taken.
bool SharedPath::extend(std::span<const Choice> more, TaskSet tasks) {
    const std::size_t owned = count(top());
    const std::size_t size = std::max<std::size_t>(word(top(), 0), owned + more.size());
    if (starts_[top()] + frame_header_words + size > words_.size()) {
        return false;
    }
    set_word(top(), 0, static_cast<PathWord>(size));
    for (std::size_t i = 0; i < more.size(); ++i) {
        set_word(top(), frame_header_words + owned + i, word_of(more[i]));
    }
    set_word(top(), 1, static_cast<PathWord>(owned + more.size()));
    set_tasks(tasks);
    end_ = starts_[top()] + frame_header_words + size;
    return true;
}

void SharedPath::pop() {
    end_ = starts_.back();
    starts_.pop_back();
    depth_.store(starts_.size(), std::memory_order_release);
}

void SharedPath::assign(std::span<const PathWord> image) {
    for (std::size_t i = 0; i < image.size(); ++i) {
        words_[i].store(image[i], std::memory_order_relaxed);
    }
    std::uint64_t frames = 0;
    for (std::size_t at = 0; at < image.size(); at += frame_header_words + image[at]) {
        ++frames;
    }
    depth_.store(frames, std::memory_order_release);
    reread();
}

PathImage SharedPath::branch(std::size_t frame, std::size_t from) const {
    PathImage image;
    for (std::size_t i = 0; i < frame; ++i) {
        const Choice taken = choice(i, begun(i) - 1);
        append_frame(image, {&taken, 1}, 1);
    }
    Schedule open;
    for (std::size_t i = from; i < count(frame); ++i) {
        open.push_back(choice(frame, i));
    }
    append_frame(image, open, 0, tasks(frame));
    return image;
}

Schedule SharedPath::schedule() const {
    Schedule schedule;
    for (std::size_t frame = 0; frame < depth() && begun(frame) > 0; ++frame) {
        schedule.push_back(choice(frame, begun(frame) - 1));
    }
    return schedule;
}

PathImage SharedPath::image(bool undo_last) const {
    PathImage image;
    for (std::size_t i = 0; i < end_; ++i) {
        image.push_back(words_[i].load(std::memory_order_relaxed));
    }
    if (undo_last && !empty() && begun(top()) > 0) {
        --image[starts_[top()] + 2];
    }
    return image;
}

}  // namespace heddle
