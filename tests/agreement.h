// SPDX-License-Identifier: Apache-2.0
// Compares searches with brute force on one scenario.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "checker/search.h"
#include "tests/brute_force.h"

namespace heddle {

// A scenario whose runs tell in which worlds they end, up to exchanging alike tasks. They do it by
// a claim, so that any search tells it.
class Trials {
  public:
    explicit Trials(const Scenario& scenario, const ExecutionOptions& options = {});

    // Every run, or those with few preemptions. From now on searches are compared with it.
    const BruteForce& ask_brute_force(std::uint64_t transitions_max,
                                      unsigned preemptions_max = ~0U);

    // Searches are compared with this instead.
    void believe(const BruteForce& oracle) { oracle_ = oracle; }

    struct Answer {
        std::string disagreement;  // with the oracle; empty if there is none
        Summary summary;
        std::set<Fingerprint> finals;
    };

    // Runs a search of searches() by itself.
    Answer run(const std::string& search, const SearchOptions& how, const Limits& limits);

    // Compares it with the oracle. It disagrees if it
    //   - does not fail where some run breaks something, or fails otherwise than any run does, or
    //     with a schedule that does not lead there, or with one that it wrongly calls minimal;
    //   - fails where no run breaks anything, or ends in other worlds than runs do;
    //   - is vacuous, or not, otherwise than the runs are.
    // One that says UNKNOWN has seen some runs only, and must not have seen others.
    Answer ask(const std::string& search, const SearchOptions& how);

  private:
    std::string compare_failure(const Verdict& verdict);
    std::string compare_end(const Verdict& verdict, const std::set<Fingerprint>& finals) const;

    struct Seen {
        const Execution* execution = nullptr;
        std::map<Fingerprint, Fingerprint> known = {};  // of a world, what stands for it
        std::set<Fingerprint> finals = {};
    };
    static void note_final(Seen& seen);

    std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
    Scenario scenario_;
    Execution execution_;
    Mark start_;
    BruteForce oracle_ = {};
};

// All claims taken back, so that runs end where tasks do.
Scenario without_claims(const Scenario& scenario);

// Bit i of `subset` is the i-th of reduction_kinds(). Trials keep `await` on: without it a task
// that waits in vain has no end.
constexpr unsigned reduction_subsets = 64;
Reductions reductions_of(unsigned subset);

}  // namespace heddle
