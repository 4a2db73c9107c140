// SPDX-License-Identifier: Apache-2.0
#include "scenarios/stress/crew.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "scenarios/stress/cores.h"

namespace heddle {

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// Spins for some microseconds, then sleeps: on a busy machine who yields waits for all others, and
// who is woken for few.
template <class Number>
void wait_for_change(const std::atomic<Number>& number, Number old) {
    constexpr unsigned spins_max = 4'000;
    for (unsigned spin = 0; spin < spins_max; ++spin) {
        if (number.load(std::memory_order_acquire) != old) {
            return;
        }
    }
    number.wait(old, std::memory_order_acquire);
}

void wait_until_equal(const std::atomic<unsigned>& number, unsigned wanted) {
    for (unsigned seen = number; seen != wanted; seen = number) {
        wait_for_change(number, seen);
    }
}

void count_up(std::atomic<unsigned>& number) {
    number.fetch_add(1);
    number.notify_all();
}

}  // namespace

void interrupt_rounds() { interrupted = true; }
bool rounds_are_interrupted() { return interrupted; }

Crew::Crew(const std::vector<TaskSpec>& tasks, double hang_seconds) : hang_seconds_(hang_seconds) {
    for (const TaskSpec& task : tasks) {
        Member& member = members_.emplace_back();
        member.task = {task.cpu, task.kind == TaskKind::interrupt, task.body};
        member.is_daemon = task.kind == TaskKind::daemon;
    }
    members_.emplace_back();
    seen_counts_.resize(members_.size());
    pin_to_core(0);
    for (unsigned i = 1; i < this->tasks(); ++i) {
        threads_.emplace_back([this, i] { work(i); });
    }
    watchdog_ = std::thread([this] { watch(); });
}

Crew::~Crew() {
    is_closing_ = true;
    round_nr_.fetch_add(1);
    round_nr_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
    {
        const std::lock_guard lock(mutex_);
        closing_.notify_all();
    }
    watchdog_.join();
    unpin();
}

RoundEnd Crew::run(std::uint64_t seed, Delays delays, const std::function<void()>& afterwards) {
    reset_simulated_cpus(nr_cpus());
    round_.is_over = false;
    round_.is_ending = false;
    round_.has_failed = false;
    ended_as_ = RoundEnd::finished;
    seed_ = seed;
    delays_ = delays;
    ready_ = 0;
    ended_ = 0;
    unsigned ordinary = 0;
    for (unsigned i = 0; i < members_.size(); ++i) {
        Member& member = members_[i];
        member.stressed.begin_round(round_, i < tasks() ? i : no_task, mix(mix(seed) + i),
                                    i < tasks() ? delays : Delays{});
        member.finished = false;
        member.is_active = i < tasks();
        ordinary += i < tasks() && !member.is_daemon ? 1 : 0;
    }
    ordinary_left_ = ordinary;
    is_under_way_ = true;
    round_nr_.fetch_add(1, std::memory_order_release);
    round_nr_.notify_all();
    play(0);
    wait_until_equal(ended_, tasks());
    if (!round_.is_over) {
        play_last(afterwards);
    }
    is_under_way_ = false;
    return how_it_ended();
}

RoundEnd Crew::how_it_ended() const {
    if (round_.has_failed) {
        return RoundEnd::failed;
    }
    if (!round_.is_over || members_.back().finished) {
        return RoundEnd::finished;
    }
    if (ended_as_ == RoundEnd::interrupted) {
        return RoundEnd::interrupted;
    }
    // A daemon that waits for work holds nobody up.
    const auto is_left = [](const Member& member) { return !member.finished && !member.is_daemon; };
    const auto is_last = [this](const Member& member) { return &member == &members_.back(); };
    bool any = false;
    bool all_blocked = true;
    for (const Member& member : members_) {
        const bool counts = is_left(member) && (!is_last(member) || member.stressed.is_blocked());
        any = any || counts;
        all_blocked = all_blocked && (!counts || member.stressed.is_blocked());
    }
    if (any && all_blocked) {
        return RoundEnd::stuck;
    }
    return ended_as_;
}

void Crew::work(unsigned i) {
    pin_to_core(i);
    for (std::uint64_t nr = 0;;) {
        wait_for_change(round_nr_, nr);
        nr = round_nr_.load(std::memory_order_acquire);
        if (is_closing_) {
            return;
        }
        play(i);
    }
}

void Crew::play(unsigned i) {
    Member& member = members_[i];
    thread_state = {};
    thread_state.task = i;
    thread_state.cpu = member.task.cpu;
    thread_state.random = mix(mix(seed_ + 1) + i) | 1;
    stressed_task = &member.stressed;
    count_up(ready_);
    wait_until_equal(ready_, tasks());
    try {
        member.stressed.spin(member.stressed.draw() % (2 * delays_.longest + 1));
        run_task(member.task);
        member.finished = true;
    } catch (const RoundEnded&) {
        member.finished = member.is_daemon && !round_.is_over;
    }
    stressed_task = nullptr;
    thread_state = {};
    if (!member.is_daemon && ordinary_left_.fetch_sub(1) == 1) {
        round_.is_ending.store(true, std::memory_order_release);
    }
    member.is_active = false;
    count_up(ended_);
}

void Crew::play_last(const std::function<void()>& afterwards) {
    Member& last = members_.back();
    last.is_active = true;
    stressed_task = &last.stressed;
    try {
        afterwards();
        last.finished = true;
    } catch (const RoundEnded&) {
        last.finished = false;
    }
    stressed_task = nullptr;
    thread_state = {};
    last.is_active = false;
}

// ---- the watchdog

void Crew::watch() {
    constexpr std::chrono::milliseconds between_looks(25);
    std::unique_lock lock(mutex_);
    while (!closing_.wait_for(lock, between_looks, [this] { return is_closing_.load(); })) {
        look();
    }
}

// Whether every member that is active waits, and has done so since the last look.
bool Crew::nothing_moves() {
    bool still = true;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const StressedTask& stressed = members_[i].stressed;
        const std::uint64_t count = stressed.count();
        still = still &&
                (!members_[i].is_active || (stressed.is_waiting() && count == seen_counts_[i]));
        seen_counts_[i] = count;
    }
    return still;
}

void Crew::look() {
    constexpr unsigned still_looks_max = 4;
    const std::uint64_t nr = round_nr_;
    const bool is_new = nr != seen_round_;
    const bool still = nothing_moves();
    if (is_new || !is_under_way_) {
        seen_round_ = nr;
        seen_since_ = Clock::now();
        still_looks_ = 0;
        return;
    }
    const std::chrono::duration<double> since = Clock::now() - seen_since_;
    if (round_.is_over) {
        if (since.count() > hang_seconds_ + 10) {
            give_up();
        }
        return;
    }
    still_looks_ = still ? still_looks_ + 1 : 0;
    if (rounds_are_interrupted()) {
        end_as(RoundEnd::interrupted);
    } else if (still_looks_ >= still_looks_max) {
        end_as(RoundEnd::stalled);
    } else if (since.count() > hang_seconds_) {
        end_as(RoundEnd::endless);
    }
}

void Crew::end_as(RoundEnd end) {
    ended_as_ = end;
    round_.is_over.store(true, std::memory_order_release);
}

// A task that never comes by the facade cannot be ended.
void Crew::give_up() const {
    for (unsigned i = 0; i < members_.size(); ++i) {
        if (members_[i].is_active) {
            std::fprintf(
                stderr,
                "heddle-stress: internal error: task %u does not end, and does not come by "
                "the facade (operations so far: %llu)\n",
                i, static_cast<unsigned long long>(members_[i].stressed.count()));
        }
    }
    std::_Exit(3);
}

}  // namespace heddle
