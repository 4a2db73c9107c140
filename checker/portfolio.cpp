// SPDX-License-Identifier: Apache-2.0
#include "checker/portfolio.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace heddle {

namespace {

constexpr double bounded_share = 1.0 / 6;
constexpr double exhaustive_share = 1.0 / 2;
constexpr double bounded_seconds = 5;  // without a time limit
constexpr double all_that_is_left = std::numeric_limits<double>::infinity();

struct Part {
    const char* name;
    double seconds;
};

// Adds what a part did. The states are those of the part that saw most, or that decided.
void add(Summary& summary, const Part& part, const Summary& done, bool decided) {
    summary.states = decided ? done.states : std::max(summary.states, done.states);
    summary.transitions += done.transitions;
    summary.executions += done.executions;
    summary.depth_max = std::max(summary.depth_max, done.depth_max);
    summary.visited_bytes = std::max(summary.visited_bytes, done.visited_bytes);
    const std::string& words = done.coverage.empty() ? done.verdict.reason : done.coverage;
    summary.coverage += summary.coverage.empty() ? "" : "; ";
    summary.coverage += std::string(part.name) + (decided ? " decided" : " did not end");
    summary.coverage +=
        " (" + std::to_string(done.states) + " states" + (words.empty() ? "" : ", " + words) + ")";
}

}  // namespace

void Portfolio::run(Execution& execution, Budget& budget, Summary& summary) {
    const Mark start = execution.mark();
    const double seconds = budget.seconds_left();
    const bool limited = !std::isinf(seconds);
    const std::array parts = {
        Part{"bounded", limited ? seconds * bounded_share : bounded_seconds},
        Part{"exhaustive", limited ? seconds * exhaustive_share : all_that_is_left},
        Part{"pct", all_that_is_left},
    };
    SearchOptions how = how_;
    how.runs = limited ? UINT64_MAX : how_.runs;
    for (const Part& part : parts) {
        const SearchKind* kind = find_search(part.name);
        assert(kind != nullptr);
        execution.rewind(start);
        Budget own = budget.part(part.seconds);
        Summary done;
        kind->make(how)->run(execution, own, done);
        const bool decided = done.verdict.kind != Verdict::Kind::unknown;
        add(summary, part, done, decided);
        summary.verdict = std::move(done.verdict);
        if (decided || searches_are_interrupted()) {
            break;
        }
    }
}

}  // namespace heddle
