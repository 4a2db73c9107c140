// SPDX-License-Identifier: Apache-2.0
#include "checker/schedule.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>

#include "checker/bounded.h"
#include "checker/engine_mutations.h"
#include "checker/lock_graph.h"
#include "checker/whole_run.h"

namespace heddle {

namespace {

constexpr const char* version = "1-";
constexpr std::size_t steps_max = 1'000'000;  // of a schedule: a short text may mean many

// A decimal number at `at`, which moves behind it.
std::optional<std::size_t> parse_number(const std::string& text, std::size_t& at) {
    std::size_t value = 0;
    const std::size_t begin = at;
    while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) {
        value = value * 10 + static_cast<std::size_t>(text[at++] - '0');
        if (value > steps_max) {
            return std::nullopt;
        }
    }
    return at == begin ? std::nullopt : std::optional(value);
}

std::uint64_t value_of(const Operation& operation) {
    std::uint64_t value = 0;
    if (operation.object != nullptr) {
        std::memcpy(&value, operation.object, operation.size);
    }
    return value;
}

void mark_watched_operations(Trace& trace, const Claim& claim) {
    for (Step& step : trace.steps) {
        // A write that changes nothing counts too: it may be the one that should have.
        const OperationKind kind = step.operation.kind;
        const bool writes = kind >= OperationKind::write && kind <= OperationKind::clear;
        const bool is_watched = step.operation.object != nullptr &&
                                claim.watches(step.operation.object, step.operation.bits);
        step.watched = writes && is_watched;
        step.reads_watched = kind == OperationKind::read && is_watched;
    }
}

// Takes the steps again, and looks after each.
void mark_changes(Trace& trace, Execution& execution, const Mark& start, const Claim& claim) {
    std::string values;
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
        if (i == 0 || trace.steps[i].run != trace.steps[i - 1].run) {
            execution.rewind(start);
            values = claim.values();
        }
        execution.take(trace.steps[i].choice);
        std::string now = claim.values();
        trace.steps[i].watched = trace.steps[i].watched || now != values;
        values = std::move(now);
    }
}

// Leaves the execution somewhere else.
void mark_watched(Trace& trace, Execution& execution, const Mark& start,
                  const Violation& violation) {
    const std::span<const Claim> claims = execution.claims();
    const auto claim = std::find_if(claims.begin(), claims.end(), [&](const Claim& each) {
        return each.name == violation.claim && each.watches;
    });
    if (claim == claims.end()) {
        return;
    }
    mark_watched_operations(trace, *claim);
    if (claim->values) {
        mark_changes(trace, execution, start, *claim);
    }
}

// What a schedule with another hash was made for.
std::string other_version(const Scenario& scenario, const std::string& hash) {
    const std::string values = parameters_text(scenario);
    const bool same_code = !values.empty() && hash.substr(0, hash.find('.')) == scenario.hash;
    return (same_code ? "other parameters of " : "another version of ") + scenario.name +
           ": its hash is " + hash + ", the scenario's is now " + schedule_hash(scenario) +
           (values.empty() ? "" : " (with " + values + ")");
}

constexpr unsigned letters = 'z' - 'a' + 1;
static_assert(tasks_max <= 2 * letters);

// tasks_max or more: not a letter.
unsigned task_of_letter(char letter) {
    if (letter >= 'A' && letter <= 'Z') {
        return static_cast<unsigned>(letter - 'A') + letters;
    }
    return letter >= 'a' && letter <= 'z' ? static_cast<unsigned>(letter - 'a') : tasks_max;
}

// Takes the steps and tells them. A message, and no further steps, if one does not fit.
std::string follow(Execution& execution, const Schedule& schedule, Trace& trace, const Mark& start,
                   std::optional<WholeRun>& last_run) {
    unsigned last = no_task;
    unsigned run = 0;
    for (const Choice choice : schedule) {
        if (choice == start_again) {
            if (!engine_mutated(EngineMutation::replay_goes_on_after_plus)) {
                execution.rewind(start);
            }
            last_run.emplace(execution);
            last = no_task;
            ++run;
            continue;
        }
        const std::span<const Choice> open = execution.choices();
        if (std::find(open.begin(), open.end(), choice) == open.end()) {
            return "step " + std::to_string(trace.steps.size() + 1) + " of the schedule: task " +
                   std::string(1, task_letter(choice.task)) + " cannot take alternative " +
                   std::to_string(choice.alternative) +
                   " there; the code has changed since the schedule was made";
        }
        trace.steps.push_back(take_and_tell(execution, choice, last));
        trace.steps.back().run = run;
        execution.lock_graph().keep_news(schedule);
        last_run->look(choice);
        trace.preemptions += trace.steps.back().preempts ? 1 : 0;
        last = choice.task;
    }
    return "";
}

}  // namespace

Step take_and_tell(Execution& execution, Choice choice, unsigned last) {
    Step step;
    const TaskSpec& task = execution.tasks()[choice.task];
    step.choice = choice;
    step.task = task.name;
    step.cpu = task.cpu;
    step.operation = *execution.pending(choice.task);
    step.object = execution.name_of(step.operation.object);
    if (const ObjectName* name = find_name(execution.names(), step.operation.object)) {
        step.bits = name->bits;
    }
    const unsigned could_go_on = preemptible(execution, last);
    step.preempts = could_go_on != no_task && could_go_on != choice.task;
    step.before = value_of(step.operation);
    execution.take(choice);
    step.after = value_of(step.operation);
    step.state = execution.describe(false);
    return step;
}

char task_letter(unsigned task) {
    return static_cast<char>(task < letters ? 'a' + task : 'A' + (task - letters));
}

std::string schedule_hash(const Scenario& scenario) {
    std::string hash = scenario.hash;
    for (const Parameter& parameter : scenario.parameters) {
        hash += "." + std::to_string(parameter.value);
    }
    return hash;
}

std::string schedule_text(const Scenario& scenario, const Schedule& schedule) {
    std::string text = version + schedule_hash(scenario) + "-";
    for (std::size_t i = 0; i < schedule.size();) {
        if (schedule[i] == start_again) {
            text += '+';
            ++i;
            continue;
        }
        std::size_t run = 1;
        while (i + run < schedule.size() && schedule[i + run] == schedule[i]) {
            ++run;
        }
        text += task_letter(schedule[i].task);
        text +=
            std::to_string(engine_mutated(EngineMutation::schedule_run_off_by_one) ? run + 1 : run);
        if (schedule[i].alternative != 0 &&
            !engine_mutated(EngineMutation::schedule_without_alternatives)) {
            text += "=" + std::to_string(schedule[i].alternative);
        }
        i += run;
    }
    return text;
}

std::variant<Schedule, std::string> parse_schedule(const Scenario& scenario,
                                                   const std::string& text) {
    const std::size_t dash = text.find('-', 2);
    if (text.rfind(version, 0) != 0 || dash == std::string::npos) {
        return "schedule '" + text + "': expected 1-<hash>-<steps>, such as 1-0-a3b2";
    }
    const std::string hash = text.substr(2, dash - 2);
    if (hash != schedule_hash(scenario) &&
        !engine_mutated(EngineMutation::schedule_of_any_version)) {
        return "schedule '" + text + "' was made for " + other_version(scenario, hash);
    }
    Schedule schedule;
    for (std::size_t at = dash + 1; at < text.size();) {
        if (text[at] == '+') {
            schedule.push_back(start_again);
            ++at;
            continue;
        }
        const std::size_t position = at + 1;
        const unsigned task = task_of_letter(text[at++]);
        const std::optional<std::size_t> run = parse_number(text, at);
        std::optional<std::size_t> alternative = 0;
        if (at < text.size() && text[at] == '=') {
            alternative = parse_number(text, ++at);
        }
        if (task >= tasks_max || !run || *run == 0 || !alternative || *alternative > 0xffff) {
            return "schedule '" + text + "': at character " + std::to_string(position) +
                   " expected a task's letter and a number of steps, such as b12 or b1=2";
        }
        if (*run > steps_max - std::min(steps_max, schedule.size())) {
            return "schedule '" + text + "': at character " + std::to_string(position) +
                   " there are more than " + std::to_string(steps_max) +
                   " steps in all; expected fewer";
        }
        schedule.insert(
            schedule.end(), *run,
            {static_cast<std::uint16_t>(task), static_cast<std::uint16_t>(*alternative)});
    }
    return schedule;
}

Replay replay(const Scenario& scenario, const Schedule& schedule, const ExecutionOptions& options) {
    Execution execution(scenario, options);
    Replay result;
    Trace& trace = result.trace;
    trace.tasks.assign(execution.tasks().begin(), execution.tasks().end());
    trace.names.assign(execution.names().begin(), execution.names().end());
    trace.state_before = execution.describe(false);
    const Mark start = execution.mark();
    std::optional<WholeRun> last_run(std::in_place, execution);
    if (const std::string message = follow(execution, schedule, trace, start, last_run);
        !message.empty()) {
        result.verdict = Verdict::error(message);
        return result;
    }
    std::optional<Violation> violation = execution.violation();
    if (!violation) {
        violation = last_run->violation();
    }
    trace.state_after = execution.describe(violation && violation->after_epilogue);
    const LockGraph& locks = execution.lock_graph();
    if (violation) {
        mark_watched(trace, execution, start, *violation);
        result.verdict = Verdict::fail(*violation, schedule);
    } else if (locks.finding()) {
        result.verdict = Verdict::fail(locks.finding()->violation, schedule);
    } else {
        result.verdict = execution.finished()
                             ? Verdict::pass()
                             : Verdict::unknown("the schedule ends before the run does");
    }
    return result;
}

}  // namespace heddle
