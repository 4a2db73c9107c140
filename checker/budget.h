// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace heddle {

// What a search may use; 0 is no limit.
struct Limits {
    double seconds = 0;
    std::uint64_t memory_bytes = 0;  // of the search's own tables and marks
    std::uint64_t states = 0;
    std::uint64_t steps_of_a_run = 100'000;
};

// Watches the limits while a search runs. When one is reached the search must end as UNKNOWN.
class Budget {
  public:
    explicit Budget(const Limits& limits)
        : limits_(limits), start_(std::chrono::steady_clock::now()) {}

    // To be asked before each transition. `steps` is the length of the current run.
    bool allows(std::uint64_t states, std::uint64_t bytes, std::uint64_t steps);

    // The same for who asks seldom, and not about a run: looks at the clock each time.
    bool allows_now(std::uint64_t states, std::uint64_t bytes);

    const Limits& limits() const { return limits_; }

    // The limit that was reached, as a reason for the verdict; empty while there is none.
    const std::string& exhausted() const { return exhausted_; }

    double seconds() const;

  private:
    void look_at_the_clock();
    void look_at_the_size(std::uint64_t states, std::uint64_t bytes);

    Limits limits_;
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
