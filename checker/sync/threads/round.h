// SPDX-License-Identifier: Apache-2.0
// What the facade tells of a task under stress, and what it has done to it (scenarios/stress). A
// thread that is not under stress pays for one look at a variable of its own.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "checker/sync/operation.h"

namespace heddle {

// An operation that a task has done.
struct TaskEvent {
    const char* name = "";         // in the words of the checked build: "test_and_set_bit"
    const void* object = nullptr;  // null: none
    std::uint64_t value = 0;       // what a load or a test returned, or what was stored
    Where where = {};
    std::uint64_t stamp = 0;  // ticks(): for a release before it, else after it
};

// The processor's counter of time (x86: RDTSC), the same on all cores of a machine with an
// invariant one.
inline std::uint64_t ticks() {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

// Thrown through a task when its round is over. Everything that the round has touched is thrown
// away.
struct RoundEnded {};

// What the tasks of a round share. `failure` is the first one's who exchanged `has_failed`.
struct Round {
    std::atomic<bool> is_over{false};    // no task goes on
    std::atomic<bool> is_ending{false};  // only daemons are left: one that has nothing to do ends
    std::atomic<bool> has_failed{false};
    Failure failure = {};
    unsigned failed_task = 0;
};

// Waits injected before operations. All in ticks; `longest` 0: none.
struct Delays {
    std::uint64_t longest = 0;
    unsigned every = 4;  // of so many operations one waits, by chance
};

// A task's part in a round. Its thread writes; others read once the task has ended, but for what is
// atomic.
class StressedTask {
  public:
    static constexpr unsigned events_max = 1024;  // that are kept: the last ones

    void begin_round(Round& round, unsigned task, std::uint64_t seed, Delays delays) {
        round_ = &round;
        task_ = task;
        random_ = seed | 1;
        delays_ = delays;
        count_.store(0, std::memory_order_relaxed);
        now_ = {};
        is_blocked_ = false;
        is_waiting_.store(false, std::memory_order_relaxed);
    }

    // Around an operation.
    void begin(const char* name, const void* object, Where where) {
        go_on();
        is_shared_ = !is_on_own_stack(object);
        if (!is_shared_) {
            return;
        }
        now_ = {.name = name, .object = object, .value = 0, .where = where, .stamp = 0};
        if (delays_.longest != 0) {
            delay();
        }
    }
    void end(std::uint64_t value) {
        if (!is_shared_) {
            return;
        }
        const std::uint64_t count = count_.load(std::memory_order_relaxed);
        now_.value = value;
        now_.stamp = ticks();
        events_[count % events_max] = now_;
        count_.store(count + 1, std::memory_order_relaxed);
    }

    // While the task waits for others: see spin_until().
    void begin_wait() { is_waiting_.store(true, std::memory_order_relaxed); }
    void end_wait() { is_waiting_.store(false, std::memory_order_relaxed); }
    bool round_is_over() const { return round_->is_over.load(std::memory_order_acquire); }
    bool round_is_ending() const { return round_->is_ending.load(std::memory_order_acquire); }

    // Ends the task. `blocked`: it waits for what has not come.
    [[noreturn]] void leave(bool blocked) {
        is_blocked_ = blocked;
        throw RoundEnded{};
    }

    void go_on() {
        if (round_is_over()) {
            leave(false);
        }
    }

    [[noreturn]] void fail(const Failure& failure) {
        if (!round_->has_failed.exchange(true)) {
            round_->failure = failure;
            round_->failed_task = task_;
            round_->is_over.store(true, std::memory_order_release);
        }
        leave(false);
    }

    // At any time.
    std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
    bool is_waiting() const { return is_waiting_.load(std::memory_order_relaxed); }

    // When it has ended.
    bool is_blocked() const { return is_blocked_; }
    const TaskEvent& last_begun() const { return now_; }
    const TaskEvent& event(std::uint64_t nr) const { return events_[nr % events_max]; }

    // A number drawn from the task's own sequence (xorshift64, Marsaglia 2003).
    std::uint64_t draw() {
        random_ ^= random_ << 13;
        random_ ^= random_ >> 7;
        random_ ^= random_ << 17;
        return random_;
    }

    void spin(std::uint64_t for_ticks) const {
        for (const std::uint64_t start = ticks();
             ticks() - start < for_ticks && !round_is_over();) {
        }
    }

  private:
    // What nobody else knows of, as a pagevec of a path; stacks grow down.
    static bool is_on_own_stack(const void* object) {
        constexpr std::uintptr_t frames_max = 64 << 10;
        const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
        return reinterpret_cast<std::uintptr_t>(object) - here < frames_max;
    }

    // Mostly a spin, so that another core is met at another place; sometimes others of this core.
    void delay() {
        constexpr unsigned yield_every = 1024;  // of those that wait: others may keep the core long
        constexpr unsigned sleep_every = 4096;
        const std::uint64_t drawn = draw();
        if (drawn % delays_.every != 0) {
            return;
        }
        const std::uint64_t which = drawn / delays_.every;
        if (which % sleep_every == 0) {
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        } else if (which % yield_every == 0) {
            std::this_thread::yield();
        } else {
            spin(which % delays_.longest);
        }
    }

    Round* round_ = nullptr;
    unsigned task_ = 0;
    std::uint64_t random_ = 1;
    Delays delays_ = {};
    TaskEvent now_ = {};
    bool is_shared_ = true;  // the object of the operation that has begun
    bool is_blocked_ = false;
    std::atomic<bool> is_waiting_{false};
    std::atomic<std::uint64_t> count_{0};
    std::array<TaskEvent, events_max> events_ = {};
};

// The running thread's, if its task is under stress.
inline thread_local constinit StressedTask* stressed_task = nullptr;

template <class T>
std::uint64_t as_number(T value) {
    if constexpr (std::is_pointer_v<T>) {
        return reinterpret_cast<std::uintptr_t>(value);
    } else {
        return static_cast<std::uint64_t>(value);
    }
}

// What each operation of the facade does first, and last.
inline void begin_operation(const char* name, const void* object, Where where) {
    if (stressed_task != nullptr) [[unlikely]] {
        stressed_task->begin(name, object, where);
    }
}
template <class T>
T end_operation(T value) {
    if (stressed_task != nullptr) [[unlikely]] {
        stressed_task->end(as_number(value));
    }
    return value;
}

// Who measures locks on cores of their own sets this so high that nobody yields.
inline unsigned spins_before_yield = 100;

// Spins for a while, then lets others run: there may be more threads than cores. A task whose round
// is over meanwhile does not come back.
template <class Condition>
void spin_until(Condition condition) {
    if (condition()) {
        return;
    }
    StressedTask* const stressed = stressed_task;
    // Whoever is waited for under stress may be in a delay.
    const unsigned spins_max = stressed == nullptr ? spins_before_yield : 4'000;
    if (stressed != nullptr) {
        stressed->begin_wait();
    }
    for (unsigned spins = 1; !condition(); ++spins) {
        if (stressed != nullptr && stressed->round_is_over()) {
            stressed->leave(!condition());
        }
        if (spins >= spins_max) {
            std::this_thread::yield();
        }
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }
    if (stressed != nullptr) {
        stressed->end_wait();
    }
}

}  // namespace heddle
