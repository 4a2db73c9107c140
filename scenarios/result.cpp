// SPDX-License-Identifier: Apache-2.0
#include "scenarios/result.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "checker/step_text.h"

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

// What the task does in its steps, one after the other, and which steps of the trace these are.
struct Doings {
    std::vector<std::string> texts;
    std::vector<std::size_t> steps;
};

Doings doings_of(const Trace& trace, unsigned task) {
    Doings doings;
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
        if (trace.steps[i].choice.task == task) {
            const StepText text = describe_step(trace.steps[i], trace);
            doings.texts.push_back(text.place + text.call + text.effect);
            doings.steps.push_back(i);
        }
    }
    return doings;
}

std::vector<std::size_t> differences(const Trace& trace, const Trace& fine) {
    std::vector<std::size_t> found;
    for (unsigned task = 0; task < trace.tasks.size(); ++task) {
        const Doings here = doings_of(trace, task);
        const Doings there = doings_of(fine, task);
        const auto parted = std::mismatch(here.texts.begin(), here.texts.end(), there.texts.begin(),
                                          there.texts.end());
        if (parted.first != here.texts.end()) {
            found.push_back(
                here.steps[static_cast<std::size_t>(parted.first - here.texts.begin())]);
        }
    }
    return found;
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
    Result result = {scenario, selected.selector, std::move(summary), std::nullopt};
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

void add_critical_step(Result& result, const ExecutionOptions& options, const Limits& limits) {
    const Verdict& verdict = result.summary.verdict;
    if (!result.trace || verdict.kind != Verdict::Kind::fail || verdict.deadly) {
        return;
    }
    result.critical = critical_step(result.scenario, verdict.schedule, limits, options);
    if (result.critical->kind == CriticalStep::Kind::step) {
        const Replay fine = replay(result.scenario, result.critical->fine, options);
        result.sibling = fine.trace.steps[result.critical->step];
        result.differences = differences(*result.trace, fine.trace);
    }
}

Result replay_scenario(const Selected& selected, const Schedule& schedule,
                       const ExecutionOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    Replay replayed = replay(selected.scenario, schedule, options);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    Result result = {selected.scenario, selected.selector, {}, std::nullopt};
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
