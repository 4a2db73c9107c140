// SPDX-License-Identifier: Apache-2.0
#include "checker/worker.h"

#include <unistd.h>

#include <algorithm>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {

constexpr useconds_t nap_us = 100;
constexpr unsigned looks_before_a_nap = 200;

// Of a part that another process has picked.
constexpr std::uint64_t unknown_version = ~std::uint64_t{0};

void add(std::atomic<std::uint64_t>& counter, std::uint64_t more) {
    counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

Worker::Worker(const Workplace& workplace, const WorkerOrders& orders)
    : execution_(workplace.execution),
      start_(workplace.start),
      board_(workplace.board),
      table_(workplace.table),
      orders_(orders),
      state_(board_.state(orders.number)),
      path_(state_.depth, board_.path_words(orders.number)),
      order_(workplace.order),
      locals_(workplace.locals),
      claims_(execution_),
      locks_(execution_.lock_graph()),
      sometimes_(workplace.sometimes),
      untold_(sometimes_.missing()) {
    if (order_ != nullptr) {
        order_->tell_as(orders.number);
    }
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

Worker::Frame& Worker::frame_at(std::size_t at) {
    if (at == frames_.size()) {
        frames_.emplace_back();
    }
    return frames_[at];
}

void Worker::remember(std::size_t at, bool needed) {
    Frame& frame = frame_at(at);
    frame.marked = at == 0 ? 0 : frames_[at - 1].marked;
    if (at == 0) {
        execution_.remember(frame.mark);
    } else if (needed) {
        execution_.remember(frame.mark, &frames_[frame.marked].mark);
        frame.marked = at;
    }
}

// Follows the path to its last frame. What it shows of locks has been told by who went there first.
void Worker::go_to_top() {
    execution_.rewind(start_);
    shallowest_ = 0;
    for (std::size_t frame = 0; frame < path_.depth(); ++frame) {
        if (frame > 0) {
            execution_.take(path_.choice(frame - 1, path_.begun(frame - 1) - 1));
            learn();
        }
        if (is_part(frame)) {
            execution_.fingerprint();
            describe(frame_at(frame));
            frames_[frame].version = unknown_version;
        }
        remember(frame, is_part(frame) || path_.begun(frame) < path_.count(frame));
    }
    locks_.drop_news();
}

// To be called after each step.
void Worker::learn() {
    if (order_ != nullptr) {
        order_->learn();
    }
    if (execution_.reductions_are_wrong()) {
        tell(News::wrong_reductions, 0);
        rest();
    }
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
        if (is_part(top) && widen()) {
            return;
        }
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
    const bool was_idle = execution_.idle(choice.task);
    execution_.take(choice);
    learn();
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
    if (is_part(path_.top())) {
        explore_all_if_need_be(choice.task, was_idle);
    }
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

void Worker::look_at_claims() {
    sometimes_.look();
    while (untold_.size() > sometimes_.missing().size() &&
           !engine_mutated(EngineMutation::reached_claims_untold)) {
        const auto reached =
            std::find_if(untold_.begin(), untold_.end(),
                         [this](const Claim* claim) { return !sometimes_.is_missing(claim); });
        tell(News::reached, static_cast<std::uint32_t>(*reached - execution_.claims().data()));
        untold_.erase(reached);
    }
    for (const Claim* claim : std::vector(untold_)) {
        if (board_.is_reached(static_cast<std::size_t>(claim - execution_.claims().data()))) {
            sometimes_.reach(claim);
            std::erase(untold_, claim);
        }
    }
}

void Worker::visit() {
    if (!untold_.empty()) {
        look_at_claims();
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
    std::span<const Choice> open = execution_.choices();
    const bool has_several = open.size() > 1;
    TaskSet tasks = all_tasks;
    if (order_ != nullptr && has_several) {
        Frame& frame = frame_at(path_.depth());
        describe(frame);
        tasks = order_->pick(frame.locals, frame.open);
        open = std::span(frame.open).first(count_of(frame.open, tasks));
    }
    if (!path_.push(open, tasks)) {
        tell(News::too_long, static_cast<std::uint32_t>(path_.depth()));
        rest();
    }
    remember(path_.top(), has_several);
}

}  // namespace heddle
