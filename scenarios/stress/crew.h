// SPDX-License-Identifier: Apache-2.0
// The threads that play a scenario's tasks, round after round.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "checker/scenario.h"
#include "checker/sync/threads/run.h"

namespace heddle {

// How a round has ended.
enum class RoundEnd {
    finished,    // all tasks have come to their ends, and so has what is done after them
    failed,      // an assertion: Crew::failure()
    stuck,       // every task that has not ended waits for another
    endless,     // it did not end in time, and not all that is left waits
    stalled,     // it was ended because nothing moved, but could have gone on: says nothing
    interrupted  // interrupt_rounds(): says nothing, either
};

// Has rounds end as soon as their tasks come by the facade, and no more begin. Safe in a signal
// handler.
void interrupt_rounds();
bool rounds_are_interrupted();

// A thread per task, pinned to a core, the first of them the calling one. They wait for each other
// before each round, so that a round costs no thread. A watchdog ends rounds that do not end.
class Crew {
  public:
    // The tasks' bodies must outlive it. `hang_seconds`: how long a round may take.
    Crew(const std::vector<TaskSpec>& tasks, double hang_seconds);
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    // Starts all tasks at about the same moment; `afterwards` runs on the calling thread, as no
    // task, once they have ended. The same seed makes the same delays.
    RoundEnd run(std::uint64_t seed, Delays delays, const std::function<void()>& afterwards);

    // Of the last round.
    const Failure& failure() const { return round_.failure; }
    unsigned failed_task() const { return round_.failed_task; }  // no_task: what is done afterwards
    bool has_finished(unsigned task) const { return members_[task].finished; }
    const StressedTask& stressed(unsigned task) const { return members_[task].stressed; }

  private:
    struct Member {
        StressedTask stressed = {};
        ThreadTask task = {};
        bool is_daemon = false;
        bool finished = false;
        std::atomic<bool> is_active{false};
    };

    unsigned tasks() const { return static_cast<unsigned>(members_.size() - 1); }
    RoundEnd how_it_ended() const;
    void work(unsigned i);
    void play(unsigned i);
    void play_last(const std::function<void()>& afterwards);
    void watch();
    void look();
    bool nothing_moves();
    void end_as(RoundEnd end);
    [[noreturn]] void give_up() const;

    double hang_seconds_;
    std::deque<Member> members_ = {};  // the tasks, then what is done after them
    Round round_ = {};
    std::uint64_t seed_ = 0;
    Delays delays_ = {};
    std::atomic<std::uint64_t> round_nr_{0};
    std::atomic<unsigned> ordinary_left_{0};
    std::atomic<unsigned> ready_{0};
    std::atomic<unsigned> ended_{0};
    std::atomic<bool> is_under_way_{false};
    std::atomic<RoundEnd> ended_as_{RoundEnd::finished};  // by the watchdog; finished: it has not
    std::atomic<bool> is_closing_{false};
    std::vector<std::thread> threads_ = {};

    // The watchdog's own.
    std::thread watchdog_ = {};
    std::mutex mutex_ = {};
    std::condition_variable closing_ = {};
    std::uint64_t seen_round_ = 0;
    std::chrono::steady_clock::time_point seen_since_ = {};
    std::vector<std::uint64_t> seen_counts_ = {};
    unsigned still_looks_ = 0;  // in a row at which nothing had moved
};

}  // namespace heddle
