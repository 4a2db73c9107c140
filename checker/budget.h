// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "checker/estimate.h"

namespace heddle {

// What a search may use; 0 is no limit.
struct Limits {
    double seconds = 0;
    std::uint64_t memory_bytes = 0;  // of the search's own tables and marks
    std::uint64_t states = 0;
    std::uint64_t steps_of_a_run = 100'000;
};

// How far a search has come.
struct Progress {
    std::uint64_t states = 0;
    double seconds = 0;
    std::uint64_t depth = 0;  // steps of the present run, or of the longest of several processes
    std::uint64_t bytes = 0;  // of the search's own tables and marks
    double states_estimated = 0;  // at the end, a guess; 0: none
    // By how much the guess has moved, up or down, while the states visited became twice as many; 1
    // or more. One that has stood still deserves more confidence; it is no bound.
    double estimate_factor = 0;
};

// Watches the limits while a search runs. When one is reached the search must end as UNKNOWN.
class Budget {
  public:
    explicit Budget(const Limits& limits)
        : limits_(limits), start_(std::chrono::steady_clock::now()) {}

    // To be asked before each transition. `steps` is the length of the current run.
    bool allows(std::uint64_t states, std::uint64_t bytes, std::uint64_t steps);

    // The same for who asks seldom, and not about one run: looks at the clock each time. `depth` is
    // for whoever wants to know how far the search is.
    bool allows_now(std::uint64_t states, std::uint64_t bytes, std::uint64_t depth);

    const Limits& limits() const { return limits_; }

    // The limit that was reached, as a reason for the verdict; empty while there is none.
    // Ends the search for a limit of its own.
    void give_up(std::string reason) { exhausted_ = std::move(reason); }

    const std::string& exhausted() const { return exhausted_; }

    double seconds() const;

    // Calls it about twice a second while the search asks.
    void report_to(std::function<void(const Progress&)> report) { report_ = std::move(report); }

    // A depth-first search tells it how it goes on, for whoever wants to know how far it is.
    Estimate& estimate() { return estimate_; }

    // What is left of a time limit, 0 or more; infinite without one.
    double seconds_left() const;

    // The same limits for a part of the search that may take `seconds` of what is left, 0 or more;
    // infinite for all that is left.
    Budget part(double seconds) const;

  private:
    void look_at_the_clock(std::uint64_t states, std::uint64_t bytes, std::uint64_t depth);
    void look_at_the_size(std::uint64_t states, std::uint64_t bytes);

    Limits limits_;
    std::function<void(const Progress&)> report_ = {};
    double reported_ = 0;  // seconds at the last report
    Estimate estimate_;
    EstimateHistory guesses_;
    std::chrono::steady_clock::time_point start_;
    std::uint64_t asked_ = 0;
    std::string exhausted_;
};

// The reason of a search that gives up on a run.
std::string too_long(std::uint64_t steps);

// Asks every search to end as UNKNOWN "interrupted". Safe in a signal handler.
void interrupt_searches();
bool searches_are_interrupted();

}  // namespace heddle
