// SPDX-License-Identifier: Apache-2.0
// A scenario on real threads, round after round.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "checker/verdict.h"
#include "scenarios/selection.h"
#include "scenarios/stress/event_log.h"

namespace heddle {

struct StressOptions {
    double seconds = 1;        // 0: no limit
    std::uint64_t rounds = 0;  // 0: no limit
    std::uint64_t seed = 1;
    double delay_ns = 2'000;  // the longest wait before an operation; 0: none
    double hang_seconds = 10;
    std::function<void(std::uint64_t rounds, double seconds)> on_progress = {};  // twice a second
};

// The round that has broken something.
struct FailedRound {
    std::uint64_t round = 0;  // counted from 1
    double seconds = 0;       // until then
    Violation violation;
    EventLog log;
    std::string state;  // the scenario's description of its world
};

// On threads nothing is proved.
enum class StressVerdict {
    clean,       // nothing found, nothing expected
    found,       // what was expected
    instead,     // what it may leave behind, where threads cannot see itself
    not_found,   // what was expected was not found
    broken,      // a violation that was not expected
    interrupted  // nothing found until then
};

struct StressResult {
    Selected selected;
    std::uint64_t rounds = 0;
    std::uint64_t stalled = 0;  // of these, that were given up: see RoundEnd::stalled
    double seconds = 0;
    bool interrupted = false;  // before a limit was reached
    std::string why_hidden;    // of what is expected: why threads may not see it; empty: they do
    std::optional<FailedRound> failed;

    StressVerdict verdict() const;
};

// "clean", "FAIL B1", "not found".
std::string verdict_text(const StressResult& result);

// Plays rounds until one fails, a limit of `options` is reached, or interrupt_rounds() is called.
StressResult stress(const Selected& selected, const StressOptions& options);

}  // namespace heddle
