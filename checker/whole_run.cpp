// SPDX-License-Identifier: Apache-2.0
#include "checker/whole_run.h"

#include <algorithm>

namespace heddle {

namespace {

Violation of_whole_run(const std::string& claim, const std::string& formula, std::size_t cycle) {
    Violation violation;
    violation.claim = claim;
    violation.formula = formula;
    violation.of_whole_run = true;
    if (cycle == 0) {
        violation.sides = "the run ends, and it has held in no state";
    } else {
        violation.sides = cycle == 1
                              ? "the last step repeats for ever"
                              : "the last " + std::to_string(cycle) + " steps repeat for ever";
    }
    return violation;
}

}  // namespace

Violation never_holds(const Claim& claim, std::size_t cycle) {
    return of_whole_run(claim.name, "eventually: " + claim.formula, cycle);
}

Violation never_finishes(std::size_t cycle) {
    return of_whole_run(livelock_rule, "every task comes to its end", cycle);
}

bool all_have_finished(const Execution& execution) {
    const std::span<const TaskSpec> tasks = execution.tasks();
    for (unsigned task = 0; task < tasks.size(); ++task) {
        if (tasks[task].kind != TaskKind::daemon && execution.pending(task) != nullptr) {
            return false;
        }
    }
    return true;
}

WholeRun::WholeRun(Execution& execution) : execution_(execution) {
    for (const Claim& claim : execution.claims()) {
        if (claim.moment == Moment::eventually) {
            missing_.push_back(&claim);
        }
    }
    look_at_state();
}

void WholeRun::look(Choice taken) {
    steps_.push_back(taken);
    look_at_state();
}

void WholeRun::look_at_state() {
    states_.push_back(execution_.fingerprint());
    std::uint64_t enabled = 0;
    for (const Choice choice : execution_.choices()) {
        enabled |= std::uint64_t{1} << choice.task;
    }
    enabled_.push_back(enabled);
    std::erase_if(missing_, [](const Claim* claim) { return claim->holds(); });
}

// Each task takes a step on the way from there to the end, or cannot run somewhere on it.
bool WholeRun::is_fair_from(std::size_t state) const {
    std::uint64_t served = 0;
    for (std::size_t i = state; i < steps_.size(); ++i) {
        served |= std::uint64_t{1} << steps_[i].task | ~enabled_[i + 1];
    }
    return served == ~std::uint64_t{0};
}

std::optional<Violation> WholeRun::violation() const {
    std::size_t cycle = 0;
    if (enabled_.back() != 0) {
        const auto first = static_cast<std::size_t>(
            std::find(states_.begin(), states_.end(), states_.back()) - states_.begin());
        cycle = states_.size() - 1 - first;
        if (cycle == 0 || !is_fair_from(first)) {
            return std::nullopt;
        }
    }
    if (!missing_.empty()) {
        return never_holds(*missing_.front(), cycle);
    }
    if (cycle > 0 && execution_.is_on(livelock_rule) && !all_have_finished(execution_)) {
        return never_finishes(cycle);
    }
    return std::nullopt;
}

}  // namespace heddle
