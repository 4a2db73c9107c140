// SPDX-License-Identifier: Apache-2.0
#include "checker/budget.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "checker/engine_mutations.h"

namespace heddle {

namespace {
std::atomic<bool> interrupted{false};

constexpr double seconds_between_reports = 0.5;
constexpr std::uint64_t asks_per_look_at_the_clock = 1024;
}  // namespace

void interrupt_searches() { interrupted.store(true, std::memory_order_relaxed); }
bool searches_are_interrupted() { return interrupted.load(std::memory_order_relaxed); }

double Budget::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

double Budget::seconds_left() const {
    return limits_.seconds > 0 ? std::max(limits_.seconds - seconds(), 0.0)
                               : std::numeric_limits<double>::infinity();
}

Budget Budget::part(double seconds) const {
    constexpr double at_once = 1e-9;  // 0 would be no limit
    Limits limits = limits_;
    const double most = std::min(seconds, seconds_left());
    limits.seconds = std::isinf(most) ? 0 : std::max(most, at_once);
    Budget budget(limits);
    budget.report_to(report_);
    return budget;
}

void Budget::look_at_the_clock(std::uint64_t states, std::uint64_t bytes, std::uint64_t depth) {
    const double now = limits_.seconds > 0 || report_ ? seconds() : 0;
    if (searches_are_interrupted()) {
        exhausted_ = "interrupted";
    } else if (limits_.seconds > 0 && now > limits_.seconds) {
        exhausted_ = "time budget of " + std::to_string(limits_.seconds) + " s is used up";
    }
    if (report_ && now > reported_ + seconds_between_reports) {
        reported_ = now;
        Progress progress = {.states = states, .seconds = now, .depth = depth, .bytes = bytes};
        if (estimate_.is_useful()) {
            progress.states_estimated = estimate_.states();
            progress.estimate_factor = guesses_.add(states, progress.states_estimated);
        }
        report_(progress);
    }
}

std::string too_long(std::uint64_t steps) {
    return "a run of " + std::to_string(steps) + " steps has not come to an end";
}

void Budget::look_at_the_size(std::uint64_t states, std::uint64_t bytes) {
    if (limits_.states != 0 && states >= limits_.states &&
        !engine_mutated(EngineMutation::states_unlimited)) {
        exhausted_ = "limit of " + std::to_string(limits_.states) + " states reached";
    } else if (limits_.memory_bytes != 0 && bytes > limits_.memory_bytes) {
        exhausted_ = "limit of " + std::to_string(limits_.memory_bytes) + " bytes reached";
    }
}

bool Budget::allows(std::uint64_t states, std::uint64_t bytes, std::uint64_t steps) {
    look_at_the_size(states, bytes);
    if (exhausted_.empty() && limits_.steps_of_a_run != 0 && steps >= limits_.steps_of_a_run) {
        exhausted_ = too_long(steps);
    }
    if (exhausted_.empty() && asked_++ % asks_per_look_at_the_clock == 0) {
        look_at_the_clock(states, bytes, steps);
    }
    return exhausted_.empty();
}

bool Budget::allows_now(std::uint64_t states, std::uint64_t bytes, std::uint64_t depth) {
    look_at_the_clock(states, bytes, depth);
    if (exhausted_.empty()) {
        look_at_the_size(states, bytes);
    }
    return exhausted_.empty();
}

}  // namespace heddle
