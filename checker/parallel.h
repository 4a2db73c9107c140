// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include "checker/search.h"

namespace heddle {

struct ParallelOptions {
    unsigned jobs = 1;  // worker processes
    Reductions reductions = Reductions::none();

    // Sees each final state: the workers send the schedules that lead there. In a search whose
    // workers were killed one may come twice.
    std::function<void(const Execution&)> on_final = {};

    // Where the search is written down every `checkpoint_seconds` and when a budget runs out or it
    // is interrupted; empty: nowhere. A search that comes to its end removes the file.
    std::string checkpoint = {};
    double checkpoint_seconds = 60;

    // A checkpoint to go on from, made with any number of workers; empty: none. One of another
    // scenario, program or set of options is an error.
    std::string resume = {};
    std::string scenario = {};  // which it is, with its version
    std::string how = {};       // options on which the states visited depend

    // Sees the processes of the workers again and again while they work: for tests.
    std::function<void(std::span<const pid_t>)> on_round = {};
};

// The search of Exhaustive by several processes, forked from this one, over one table of visited
// states. Same verdicts, and without reductions (but for await) the same number of states,
// transitions and executions whatever the number of workers. With locals, partial order or private
// objects these depend on who learns what first; final states do not, up to symmetry. A worker that
// is killed with SIGKILL is replaced, and its work goes on where it was: the verdict and the number
// of states are those of an undisturbed search. If it dies of something else (the code under test
// has hurt the checker itself), that is a violation, "crash", with the schedule it was at. How it
// works: checker/README.md.
class Parallel final : public Search {
  public:
    explicit Parallel(ParallelOptions options) : options_(std::move(options)) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    ParallelOptions options_;
};

}  // namespace heddle
