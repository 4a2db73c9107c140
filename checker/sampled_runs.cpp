// SPDX-License-Identifier: Apache-2.0
#include "checker/sampled_runs.h"

namespace heddle {

namespace {

// Sampling is for what is too big for a table: it stops to grow, and the count of states is then a
// lower bound.
constexpr std::uint64_t table_bytes_max = std::uint64_t{64} << 20;

}  // namespace

SampledRuns::SampledRuns(Execution& execution, Budget& budget, Summary& summary)
    : execution_(execution),
      budget_(budget),
      summary_(summary),
      locks_(execution.lock_graph()),
      start_(execution.mark()) {
    locks_.clear();
}

void SampledRuns::begin() {
    execution_.rewind(start_);
    schedule_.clear();
    state_ = execution_.fingerprint();
    visited_.insert(state_);
}

// Looks at the state that the run has come to.
bool SampledRuns::is_over() {
    const std::optional<Violation> violation = execution_.violation();
    if (violation) {
        ++summary_.executions;
        summary_.verdict = Verdict::fail(*violation, schedule_);
    }
    return violation.has_value();
}

bool SampledRuns::allows() {
    return budget_.allows(visited_.size(), visited_.bytes(), schedule_.size());
}

void SampledRuns::step(Choice choice) {
    execution_.take(choice);
    schedule_.push_back(choice);
    ++summary_.transitions;
    summary_.depth_max = std::max<std::uint64_t>(summary_.depth_max, schedule_.size());
    if (locks_.has_news()) {
        locks_.keep_news(schedule_);
    }
    state_ = execution_.fingerprint();
    if (visited_.bytes() <= table_bytes_max) {
        visited_.insert(state_);
    } else {
        all_counted_ = false;
    }
}

void SampledRuns::end_of_run() {
    ++completed_;
    ++summary_.executions;
}

void SampledRuns::conclude(const std::string& reason) {
    summary_.states = visited_.size();
    summary_.visited_bytes = visited_.bytes();
    if (summary_.verdict.kind == Verdict::Kind::fail) {
        return;
    }
    if (locks_.finding()) {
        summary_.verdict = Verdict::fail(locks_.finding()->violation, locks_.finding()->schedule);
    } else {
        summary_.verdict = Verdict::unknown(
            budget_.exhausted().empty() ? reason : budget_.exhausted() + "; " + reason);
    }
}

std::string SampledRuns::text(std::uint64_t seed) const {
    const std::string from = " from seed " + std::to_string(seed);
    if (summary_.executions > completed_) {
        return "run " + std::to_string(summary_.executions) + from;
    }
    return std::to_string(completed_) + (completed_ == 1 ? " run" : " runs") + from + ", " +
           (all_counted_ ? "" : "more than ") + std::to_string(visited_.size()) + " states";
}

}  // namespace heddle
