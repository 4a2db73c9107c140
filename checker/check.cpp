// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <utility>

#include "checker/bounded.h"
#include "checker/exhaustive.h"
#include "checker/parallel.h"
#include "checker/search.h"

namespace heddle {

namespace {

// One process searches faster without the means of several.
std::unique_ptr<Search> make_exhaustive(const SearchOptions& options) {
    if (options.jobs == 1 && options.checkpoint.empty() && options.resume.empty()) {
        return std::make_unique<Exhaustive>(options.reductions);
    }
    return std::make_unique<Parallel>(
        ParallelOptions{.jobs = options.jobs,
                        .checkpoint = options.checkpoint,
                        .checkpoint_seconds = options.checkpoint_seconds,
                        .resume = options.resume,
                        .scenario = options.scenario,
                        .how = "--reduction " + text_of(options.reductions)});
}

constexpr std::array search_table = {
    SearchKind{"exhaustive", "every reachable state, depth first; proves",
               [](const SearchOptions& options) -> std::unique_ptr<Search> {
                   return make_exhaustive(options);
               }},
    SearchKind{"bounded", "fewest preemptions first, then fewest steps; finds the simplest failure",
               [](const SearchOptions&) -> std::unique_ptr<Search> {
                   return std::make_unique<Bounded>();
               }},
};

std::uint64_t peak_rss_bytes() {
    rusage own = {};
    getrusage(RUSAGE_SELF, &own);
    rusage workers = {};  // the largest of them
    getrusage(RUSAGE_CHILDREN, &workers);
    return static_cast<std::uint64_t>(std::max(own.ru_maxrss, workers.ru_maxrss)) * 1024;
}

bool is_about_locks(const Verdict& verdict) {
    return verdict.violation->claim == lock_order_rule || verdict.violation->claim == lock_irq_rule;
}

// A run that breaks a claim is not given up for a cycle in the order of locks.
void minimise(Execution& execution, const Mark& start, const Limits& limits, Verdict& verdict) {
    execution.rewind(start);
    const bool about_locks = is_about_locks(verdict);
    Summary minimised;
    Budget budget(limits);
    Bounded(Bounded::no_bound, about_locks ? OnLockFinding::stop : OnLockFinding::go_on)
        .run(execution, budget, minimised);
    if (minimised.verdict.kind == Verdict::Kind::fail &&
        (about_locks || !is_about_locks(minimised.verdict))) {
        verdict = std::move(minimised.verdict);
    }
}

}  // namespace

const char* name_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::pass:
            return "PASS";
        case Verdict::Kind::fail:
            return "FAIL";
        case Verdict::Kind::unknown:
            return "UNKNOWN";
        case Verdict::Kind::vacuous:
            return "VACUOUS";
        case Verdict::Kind::error:
            break;
    }
    return "ERROR";
}

bool Summary::met() const {
    if (verdict.kind == Verdict::Kind::fail) {
        return expected == "fail:" + verdict.violation->claim;
    }
    return verdict.kind == Verdict::Kind::pass && expected == "pass";
}

std::span<const SearchKind> searches() { return search_table; }

const SearchKind* find_search(const std::string& name) {
    for (const SearchKind& kind : search_table) {
        if (kind.name == name) {
            return &kind;
        }
    }
    return nullptr;
}

Summary check(const Scenario& scenario, const CheckOptions& options) {
    Summary summary;
    summary.scenario = scenario.name;
    summary.expected = scenario.expect;
    summary.search = options.search;
    const SearchKind* kind = find_search(options.search);
    if (kind == nullptr) {
        summary.verdict = Verdict::error("there is no search '" + options.search + "'");
        return summary;
    }
    Budget budget(options.limits);
    Execution execution(scenario, execution_options(options.execution, options.how.reductions));
    const Mark start = execution.mark();
    SearchOptions how = options.how;
    how.scenario = scenario.name + " " + scenario.hash;
    kind->make(how)->run(execution, budget, summary);
    summary.seconds = budget.seconds();
    summary.peak_rss_bytes = peak_rss_bytes();
    if (summary.verdict.kind == Verdict::Kind::fail && !summary.verdict.minimal &&
        !summary.verdict.deadly) {
        minimise(execution, start, options.minimise_limits, summary.verdict);
    }
    return summary;
}

}  // namespace heddle
