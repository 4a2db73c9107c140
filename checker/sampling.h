// SPDX-License-Identifier: Apache-2.0
// Searches that take one run after another: for what is too big for a search that ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "checker/search.h"

namespace heddle {

// Takes a uniformly random choice at every step, alternatives of a choose() counted one by one.
// Same seed, same runs. UNKNOWN if no run breaks a claim.
class RandomWalk final : public Search {
  public:
    RandomWalk(std::uint64_t seed, std::uint64_t runs) : seed_(seed), runs_(runs) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    std::uint64_t seed_;
    std::uint64_t runs_;
};

// Every run goes by random priorities: of the tasks that can run the highest does, and at
// `depth` - 1 random steps the one that has just run falls below all others. What a choose() picks
// is uniform. UNKNOWN if no run breaks a claim, with the least chance to have found a bug of that
// depth. A task that leads back to a state of the same run, as a loop that waits does, falls below
// the others too, or no run would end.
// Source: Burckhardt, Kothari, Musuvathi and Nagarakatte, A Randomized Scheduler with
// Probabilistic Guarantees of Finding Bugs, ASPLOS 2010.
class Pct final : public Search {
  public:
    // A random walk before the first of the `runs` measures the number of steps.
    Pct(std::uint64_t seed, std::uint64_t runs, unsigned depth)
        : seed_(seed), runs_(runs), depth_(std::max(depth, 1U)) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    std::uint64_t seed_;
    std::uint64_t runs_;
    unsigned depth_;
};

// Lower bound on the chance that one run under Pct finds a bug.
//   tasks, steps  upper bounds on the tasks and choices of one run; at least 1
//   depth         ordering constraints the bug needs; 1 is "this step before that one"
//   returns       a probability in (0, 1]: 1 / (tasks * steps^(depth - 1))
// Holds only if both bounds do; a run cut short proves nothing. Source: as Pct.
double pct_chance_min(std::uint64_t tasks, std::uint64_t steps, unsigned depth);

// The chance of an event in at least one of `runs`: 1 - (1 - chance)^runs.
double chance_in_any(double chance, std::uint64_t runs);

// A lower bound as text: three digits, rounded down.
std::string lower_bound_text(double chance);

}  // namespace heddle
