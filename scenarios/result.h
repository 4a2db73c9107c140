// SPDX-License-Identifier: Apache-2.0
// A verdict with all that a report says about it.
#pragma once

#include <optional>
#include <string>

#include "checker/critical.h"
#include "checker/schedule.h"
#include "checker/search.h"

namespace heddle {

// A scenario and the word that selects it on the command line: its name or its file.
struct Selected {
    Scenario scenario;
    std::string selector;
};

struct Result {
    Scenario scenario;
    std::string selector;
    Summary summary;
    std::optional<Trace> trace;  // of the violation, or of the schedule replayed
    bool has_epilogue = false;   // something runs between the last step and `finally` claims
    std::optional<CriticalStep> critical = {};  // see add_critical_step()
    // Of CriticalStep::Kind::step: for each task the first step of the trace that does or sees
    // something else than in the run that ends well, by index.
    std::vector<std::size_t> differences = {};
    std::optional<Step> sibling = {};  // of CriticalStep::Kind::step: what would have gone well
};

// Checks a scenario; a violation comes with its trace. ERROR if its schedule does not lead to it
// again.
Result check_scenario(const Selected& selected, const CheckOptions& options);

// The second half of it: what check() has concluded, here or in another process, and the trace.
Result result_of(const Selected& selected, Summary summary, const ExecutionOptions& options);

// What finding the critical step may cost: about a second at most, mostly a hundredth of it.
constexpr Limits critical_limits = {.seconds = 2, .memory_bytes = 64 << 20, .states = 500'000};

// Finds out which step of a violation's trace decided. Leaves a result without one as it is.
void add_critical_step(Result& result, const ExecutionOptions& options,
                       const Limits& limits = critical_limits);

// Follows a schedule. The verdict is that of Replay, the counts are those of the one run.
Result replay_scenario(const Selected& selected, const Schedule& schedule,
                       const ExecutionOptions& options);

}  // namespace heddle
