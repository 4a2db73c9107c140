// SPDX-License-Identifier: Apache-2.0
#include "scenarios/result.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace heddle {

namespace {

void add_trace(Result& result, Trace trace) {
    Scenario listening = result.scenario;
    listening.build = [&result](Setup& setup) {
        result.scenario.build(setup);
        result.has_epilogue = static_cast<bool>(setup.epilogue());
    };
    const Execution built(listening);
    result.trace = std::move(trace);
}

bool same_failure(const Verdict& verdict, const Verdict& replayed) {
    return replayed.kind == Verdict::Kind::fail &&
           replayed.violation->claim == verdict.violation->claim;
}

// Empty, or the task of the schedule that the scenario does not have.
std::string missing_task(const Schedule& schedule, std::size_t tasks) {
    const auto missing = std::find_if(schedule.begin(), schedule.end(), [=](Choice choice) {
        return choice.task >= tasks && choice != start_again;
    });
    if (missing == schedule.end()) {
        return "";
    }
    const auto letter = [](std::size_t task) {
        return std::string(1, task_letter(static_cast<unsigned>(task)));
    };
    return "the schedule names task " + letter(missing->task) + "; the scenario has " +
           std::to_string(tasks) + (tasks == 1 ? " task, a" : " tasks, a to " + letter(tasks - 1));
}

std::uint64_t peak_rss_bytes() {
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

Result check_scenario(const Selected& selected, const CheckOptions& options) {
    return result_of(selected, check(selected.scenario, options), options.execution);
}

Result result_of(const Selected& selected, Summary summary, const ExecutionOptions& options) {
    const Scenario& scenario = selected.scenario;
    Result result = {scenario, selected.selector, std::move(summary), std::nullopt, false};
    Verdict& verdict = result.summary.verdict;
    if (verdict.kind != Verdict::Kind::fail || verdict.deadly) {
        return result;
    }
    Replay again = replay(scenario, verdict.schedule, options);
    if (!same_failure(verdict, again.verdict)) {
        verdict = Verdict::error("schedule " + schedule_text(scenario, verdict.schedule) +
                                 " broke " + verdict.violation->claim +
                                 " once and not again: the scenario is not deterministic "
                                 "(--check-engine finds the step)");
        return result;
    }
    add_trace(result, std::move(again.trace));
    return result;
}

Result replay_scenario(const Selected& selected, const Schedule& schedule,
                       const ExecutionOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    Replay replayed = replay(selected.scenario, schedule, options);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    Result result = {selected.scenario, selected.selector, {}, std::nullopt, false};
    result.summary.scenario = selected.scenario.name;
    result.summary.expected = selected.scenario.expect;
    result.summary.search = "replay";
    result.summary.transitions = replayed.trace.steps.size();
    result.summary.depth_max = replayed.trace.steps.size();
    result.summary.executions = 1;
    result.summary.seconds = spent.count();
    result.summary.peak_rss_bytes = peak_rss_bytes();
    result.summary.verdict = std::move(replayed.verdict);
    result.summary.verdict.schedule = schedule;
    if (const std::string message = missing_task(schedule, replayed.trace.tasks.size());
        !message.empty()) {
        result.summary.verdict = Verdict::error(message);
    }
    add_trace(result, std::move(replayed.trace));
    return result;
}

}  // namespace heddle
