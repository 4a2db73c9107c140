// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/search.h"

namespace heddle {

// Stateful depth-first search: visits every reachable state once. Complete on every scenario with
// finitely many states. Memory: 25 bytes a state and a mark per step of the longest run.
class Exhaustive final : public Search {
  public:
    // `on_final` sees the execution in each state in which all tasks have finished.
    explicit Exhaustive(std::function<void(const Execution&)> on_final = {})
        : on_final_(std::move(on_final)) {}

    void run(Execution& execution, Budget& budget, Summary& summary) override;

  private:
    std::function<void(const Execution&)> on_final_;
};

}  // namespace heddle
