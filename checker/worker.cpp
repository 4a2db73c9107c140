// SPDX-License-Identifier: Apache-2.0
#include "checker/worker.h"

#include <unistd.h>

#include <algorithm>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

constexpr useconds_t nap_us = 100;
constexpr unsigned looks_before_a_nap = 200;

void add(std::atomic<std::uint64_t>& counter, std::uint64_t more) {
    counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

Worker::Worker(Execution& execution, const Mark& start, WorkBoard& board, SharedTable& table,
               const WorkerOrders& orders)
    : execution_(execution),
      start_(start),
      board_(board),
      table_(table),
      orders_(orders),
      state_(board.state(orders.number)),
      path_(state_.depth, board.path_words(orders.number)),
      locks_(execution.lock_graph()),
      sometimes_(execution),
      untold_(sometimes_.missing()) {
    table_.forget_pages();
    table_.map_pages();
}

void Worker::run() {
    if (state_.turns.load() % 2 != 0) {
        go_to_top();
        do_again();
    } else {
        path_.assign({});
    }
    for (;;) {
        come_to_pauses();
        if (path_.empty()) {
            look_for_work();
        } else {
            step();
        }
    }
}

// ---- with others

void Worker::come_to_pauses() {
    for (;;) {
        const std::uint64_t pause = board_.pause().load(std::memory_order_acquire);
        if (pause % 2 == 0) {
            return;
        }
        state_.rests_at.store(pause, std::memory_order_release);
        while (board_.pause().load(std::memory_order_acquire) == pause) {
            usleep(nap_us);
        }
        table_.map_pages();
    }
}

void Worker::rest() {
    for (;;) {
        come_to_pauses();
        usleep(nap_us);
    }
}

// Its own offer first, and those of its neighbours before that of the coordinator, which comes
// last.
void Worker::look_for_work() {
    if (state_.turns.load(std::memory_order_relaxed) % 2 != 0) {
        add(state_.turns, 1);
    }
    const unsigned offers = board_.workers() + 1;
    const auto keep = [this](const PathImage& work) {
        path_.assign(work);
        state_.turns.store(state_.turns.load() + 1);
    };
    for (unsigned looks = 0;; ++looks) {
        for (unsigned i = 0; i < offers; ++i) {
            const unsigned from =
                i == offers - 1 ? offers - 1 : (orders_.number + i) % board_.workers();
            if (board_.take(from, orders_.number, keep)) {
                go_to_top();
                return;
            }
        }
        if (looks > looks_before_a_nap) {
            usleep(nap_us);
        }
        come_to_pauses();
    }
}

// Gives the shallowest choices it has, as the most is likely to lie behind them, and keeps the one
// it is about to take.
void Worker::offer_work() {
    if (!board_.is_empty(orders_.number)) {
        return;
    }
    while (shallowest_ < path_.depth() && path_.begun(shallowest_) == path_.count(shallowest_)) {
        ++shallowest_;
    }
    if (shallowest_ == path_.depth()) {
        return;
    }
    const std::size_t keep = path_.begun(shallowest_) + (shallowest_ == path_.top() ? 1 : 0);
    if (keep < path_.count(shallowest_) &&
        board_.offer(orders_.number, path_.branch(shallowest_, keep))) {
        path_.keep(shallowest_, keep + (engine_mutated(EngineMutation::offered_work_kept) ? 1 : 0));
    }
}

// Waits for earlier news to be read.
void Worker::tell(News news, std::uint32_t value) {
    while (state_.has_mail.load(std::memory_order_acquire) != 0) {
        usleep(nap_us / 10);
    }
    const std::span<std::atomic<PathWord>> words = board_.mail_words(orders_.number);
    PathImage steps;
    append_frame(steps, path_.schedule(), 0);
    state_.news = news;
    state_.value = value;
    state_.steps = std::min(steps.size(), words.size());
    for (std::size_t i = 0; i < state_.steps; ++i) {
        words[i].store(steps[i], std::memory_order_relaxed);
    }
    state_.has_mail.store(1, std::memory_order_release);
}

// ---- the search

void Worker::remember(std::size_t frame, bool needed) {
    if (frame == frames_.size()) {
        frames_.emplace_back();
    }
    Frame& own = frames_[frame];
    own.marked = frame == 0 ? 0 : frames_[frame - 1].marked;
    if (frame == 0) {
        execution_.remember(own.mark);
    } else if (needed) {
        execution_.remember(own.mark, &frames_[own.marked].mark);
        own.marked = frame;
    }
}

// Follows the path to its last frame. What it shows of locks has been told by who went there first.
void Worker::go_to_top() {
    execution_.rewind(start_);
    shallowest_ = 0;
    for (std::size_t frame = 0; frame < path_.depth(); ++frame) {
        if (frame > 0) {
            execution_.take(path_.choice(frame - 1, path_.begun(frame - 1) - 1));
        }
        remember(frame, path_.begun(frame) < path_.count(frame));
    }
    locks_.drop_news();
}

void Worker::do_again() {
    const bool done = engine_mutated(EngineMutation::choice_of_the_dead_not_done_again);
    if (!done && !path_.empty() && path_.begun(path_.top()) > 0) {
        take(path_.choice(path_.top(), path_.begun(path_.top()) - 1), true);
    }
}

void Worker::step() {
    const std::size_t top = path_.top();
    if (path_.begun(top) == path_.count(top)) {
        path_.pop();
        shallowest_ = std::min(shallowest_, path_.depth());
        return;
    }
    if (orders_.steps_of_a_run != 0 && path_.depth() >= orders_.steps_of_a_run) {
        tell(News::too_long, static_cast<std::uint32_t>(path_.depth()));
        rest();
    }
    offer_work();
    if (path_.begun(top) > 0) {
        execution_.rewind(frames_[top].mark);
    }
    path_.begin_next();
    take(path_.choice(top, path_.begun(top) - 1), false);
}

void Worker::take(Choice choice, bool is_again) {
    execution_.take(choice);
    if (locks_.has_news()) {
        locks_.keep_news(path_.schedule());
        if (!engine_mutated(EngineMutation::lock_order_untold)) {
            tell(News::lock_order, 0);
        }
    }
    const Insertion inserted = insert();
    add(state_.transitions, 1);
    if (path_.depth() > state_.depth_max.load(std::memory_order_relaxed)) {
        state_.depth_max.store(path_.depth(), std::memory_order_relaxed);
    }
    add(state_.states, inserted == Insertion::fresh ? 1 : 0);
    if (is_again || inserted == Insertion::fresh) {
        visit();
    }
}

Insertion Worker::insert() {
    const Fingerprint fingerprint = execution_.fingerprint();
    Insertion inserted = table_.insert(fingerprint);
    while (inserted == Insertion::no_room) {
        state_.needs_room.store(1);
        usleep(nap_us);
        come_to_pauses();
        state_.needs_room.store(0);
        inserted = table_.insert(fingerprint);
    }
    return inserted;
}

void Worker::visit() {
    sometimes_.look();
    while (untold_.size() > sometimes_.missing().size() &&
           !engine_mutated(EngineMutation::reached_claims_untold)) {
        const std::vector<const Claim*>& missing = sometimes_.missing();
        const auto reached =
            std::find_if(untold_.begin(), untold_.end(), [&missing](const Claim* claim) {
                return std::find(missing.begin(), missing.end(), claim) == missing.end();
            });
        tell(News::reached, static_cast<std::uint32_t>(*reached - execution_.claims().data()));
        untold_.erase(reached);
    }
    if (execution_.violation()) {
        tell(News::violation, 0);
        rest();
    }
    if (execution_.finished()) {
        add(state_.executions, 1);
        if (orders_.wants_final_states) {
            tell(News::final_state, 0);
        }
    }
    const std::span<const Choice> open = execution_.choices();
    if (!path_.push(open)) {
        tell(News::too_long, static_cast<std::uint32_t>(path_.depth()));
        rest();
    }
    remember(path_.top(), open.size() > 1);
}

}  // namespace heddle
