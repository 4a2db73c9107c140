// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <utility>

#include "checker/bounded.h"
#include "checker/dpor.h"
#include "checker/engine_mutations.h"
#include "checker/exhaustive.h"
#include "checker/guided.h"
#include "checker/liveness.h"
#include "checker/parallel.h"
#include "checker/portfolio.h"
#include "checker/sampling.h"
#include "checker/schedule.h"
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
                        .reductions = options.reductions,
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
    SearchKind{
        "dpor", "every order of steps that depend on each other, once; proves without a table",
        [](const SearchOptions&) -> std::unique_ptr<Search> { return std::make_unique<Dpor>(); }},
    SearchKind{"bounded", "fewest preemptions first, then fewest steps; finds the simplest failure",
               [](const SearchOptions&) -> std::unique_ptr<Search> {
                   return std::make_unique<Bounded>();
               }},
    SearchKind{"liveness", "as exhaustive, and what never comes: livelocks, `eventually` claims",
               [](const SearchOptions&) -> std::unique_ptr<Search> {
                   return std::make_unique<Liveness>();
               }},
    SearchKind{"random", "random choices, for what is too big; --seed, --runs",
               [](const SearchOptions& how) -> std::unique_ptr<Search> {
                   return std::make_unique<RandomWalk>(how.seed, how.runs);
               }},
    SearchKind{"pct", "random priorities, with the chance to find a bug; --seed, --runs, --depth",
               [](const SearchOptions& how) -> std::unique_ptr<Search> {
                   return std::make_unique<Pct>(how.seed, how.runs, how.depth);
               }},
    SearchKind{"portfolio", "bounded, then exhaustive, then pct, each for a part of --time-budget",
               [](const SearchOptions& how) -> std::unique_ptr<Search> {
                   return std::make_unique<Portfolio>(how);
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
void minimise(Execution& execution, const Mark& start, const CheckOptions& options,
              Verdict& verdict) {
    execution.rewind(start);
    const bool about_locks = is_about_locks(verdict);
    Summary minimised;
    Budget budget(options.minimise_limits);
    const bool stops = about_locks || engine_mutated(EngineMutation::lock_order_before_violation);
    Bounded(Bounded::no_bound, stops ? OnLockFinding::stop : OnLockFinding::go_on)
        .run(execution, budget, minimised);
    if (minimised.verdict.kind == Verdict::Kind::fail &&
        // Who follows a guide has asked for this claim.
        (!options.guide || minimised.verdict.violation->claim == verdict.violation->claim) &&
        (about_locks || !is_about_locks(minimised.verdict) ||
         engine_mutated(EngineMutation::lock_order_before_violation))) {
        verdict = std::move(minimised.verdict);
    }
}

}  // namespace

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
    budget.report_to(options.on_progress);
    Reductions reductions = options.how.reductions;
    // A step that only looks again would be one that fairness is content with.
    // And a search that remembers no state would look for ever.
    reductions.await = reductions.await || options.search == "liveness" || options.search == "dpor";
    Execution execution(scenario, execution_options(options.execution, reductions));
    if (has_eventually(execution) && summary.search == "exhaustive") {
        summary.search = "liveness";
        kind = find_search(summary.search);
    } else if (has_eventually(execution) && summary.search != "liveness") {
        summary.verdict = Verdict::error(
            "'" + summary.search + "' cannot decide `eventually` claims; --search liveness can");
        return summary;
    }
    const Mark start = execution.mark();
    SearchOptions how = options.how;
    how.scenario = scenario.name + " " + schedule_hash(scenario);
    if (options.guide) {
        summary.search = "guided";
        Guided(options.guide).run(execution, budget, summary);
    } else {
        kind->make(how)->run(execution, budget, summary);
    }
    summary.seconds = budget.seconds();
    summary.peak_rss_bytes = peak_rss_bytes();
    if (summary.verdict.kind == Verdict::Kind::fail && !summary.verdict.minimal &&
        !summary.verdict.deadly && !summary.verdict.violation->of_whole_run &&
        !engine_mutated(EngineMutation::first_schedule_kept)) {
        minimise(execution, start, options, summary.verdict);
    }
    return summary;
}

}  // namespace heddle
