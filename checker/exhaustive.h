// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/search.h"

namespace heddle {

class Sometimes;

// Stateful depth-first search: visits every reachable state once, up to the reductions. Complete on
// every scenario with finitely many states. Memory: 25 bytes a state and a mark per step of the
// longest run.
//
// With partial order or private objects it may take several passes: see PartialOrder. The states
// are those of the last, the transitions of all. The execution must have been made with the options
// that execution_options() gives.
class Exhaustive final : public Search {
  public:
    using OnFinal = std::function<void(const Execution&)>;

    // `on_final` sees the execution in each state in which all tasks have finished.
    explicit Exhaustive(OnFinal on_final = {})
        : Exhaustive(Reductions::none(), std::move(on_final)) {}
    explicit Exhaustive(const Reductions& reductions, OnFinal on_final = {})
        : reductions_(reductions), on_final_(std::move(on_final)) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    bool run_passes(Execution& execution, Budget& budget, Summary& summary, Sometimes& sometimes);

    Reductions reductions_;
    OnFinal on_final_;
};

// What an execution must do for the reductions.
ExecutionOptions execution_options(ExecutionOptions options, const Reductions& reductions);

}  // namespace heddle
