// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/json.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "checker/step_text.h"

namespace heddle {

namespace {

// Keeps members in the order in which they are written here.
using Json = nlohmann::ordered_json;

constexpr std::array kind_names = {"read",   "write",   "rmw",      "add",  "set",
                                   "clear",  "acquire", "release",  "wait", "barrier",
                                   "choose", "mask",    "interrupt"};
static_assert(kind_names.size() == static_cast<std::size_t>(OperationKind::interrupt) + 1);

// A lock that is only tried counts as taken where it was.
const char* operation_kind(const Step& step) {
    const Operation& operation = step.operation;
    const bool tries =
        operation.refused_by != 0 || std::string_view(operation.name) == "test_and_set_bit_lock";
    const bool takes = tries && step.before != step.after;
    const OperationKind kind = takes ? OperationKind::acquire : operation.kind;
    return kind_names[static_cast<std::size_t>(kind)];
}

const char* kind_text(TaskKind kind) {
    switch (kind) {
        case TaskKind::ordinary:
            return "task";
        case TaskKind::interrupt:
            return "interrupt";
        case TaskKind::daemon:
            break;
    }
    return "daemon";
}

Json step_json(const Step& step, const Result& result) {
    const StepText text = describe_step(step, *result.trace);
    const Where& where = step.operation.where;
    return {{"run", step.run},
            {"task", step.task},
            {"cpu", step.cpu},
            {"function", where.function()},
            {"file", where.file()},
            {"line", where.line()},
            {"where", place_text(where)},
            {"operation", step.operation.name},
            {"kind", operation_kind(step)},
            {"object", step.object},
            {"bits", text.bits},
            {"before", text.before},
            {"after", text.after},
            {"word_before", fmt::format("{:#x}", step.before)},
            {"word_after", fmt::format("{:#x}", step.after)},
            {"text", text.effect.empty() ? text.call : text.call + " " + text.effect},
            {"effect", text.effect},
            {"alternative", step.choice.alternative},
            {"preempts", step.preempts},
            {"watched", step.watched},
            {"reads_watched", step.reads_watched},
            {"state", step.state}};
}

void add_violation(Json& json, const Result& result) {
    const Violation& violation = *result.summary.verdict.violation;
    json["invariant"] = violation.claim;
    json["formula"] = violation.formula;
    json["sides"] = violation.sides;
    json["where"] = place_text(violation.where);
    json["after_epilogue"] = violation.after_epilogue;
    json["minimal"] = result.summary.verdict.minimal;
}

void add_trace(Json& json, const Result& result) {
    const Trace& trace = *result.trace;
    json["schedule"] = schedule_text(result.scenario, result.summary.verdict.schedule);
    json["replay"] = result.selector;
    json["preemptions"] = trace.preemptions;
    json["state_before"] = trace.state_before;
    json["state_after"] = trace.state_after;
    json["tasks"] = Json::array();
    for (const TaskSpec& task : trace.tasks) {
        json["tasks"].push_back(
            {{"name", task.name}, {"cpu", task.cpu}, {"kind", kind_text(task.kind)}});
    }
    json["steps"] = Json::array();
    for (const Step& step : trace.steps) {
        json["steps"].push_back(step_json(step, result));
    }
}

const char* kind_text(CriticalStep::Kind kind) {
    switch (kind) {
        case CriticalStep::Kind::step:
            return "step";
        case CriticalStep::Kind::every_run:
            return "every run";
        case CriticalStep::Kind::not_one_step:
            return "not one step";
        case CriticalStep::Kind::unknown:
            break;
    }
    return "unknown";
}

void add_critical(Json& json, const Result& result) {
    const CriticalStep& critical = *result.critical;
    json["critical"] = kind_text(critical.kind);
    if (!critical.why.empty()) {
        json["critical_why"] = critical.why;
    }
    if (critical.kind == CriticalStep::Kind::step) {
        json["critical_step"] = critical.step;
        json["sibling"] = step_json(*result.sibling, result);
        json["sibling_schedule"] = schedule_text(result.scenario, critical.fine);
    }
}

Json parameters_json(const Scenario& scenario) {
    Json json = Json::object();
    for (const Parameter& parameter : scenario.parameters) {
        json[parameter.name] = parameter.value;
    }
    return json;
}

}  // namespace

Json result_json(const Result& result) {
    const Summary& summary = result.summary;
    Json json = {{"scenario", summary.scenario},
                 {"story", result.scenario.story},
                 {"parameters", parameters_json(result.scenario)},
                 {"verdict", name_of(summary.verdict.kind)},
                 {"expected", summary.expected},
                 {"met", summary.met()},
                 {"search", summary.search},
                 {"states", summary.states},
                 {"transitions", summary.transitions},
                 {"executions", summary.executions},
                 {"depth_max", summary.depth_max},
                 {"seconds", summary.seconds},
                 {"peak_rss_bytes", summary.peak_rss_bytes},
                 {"visited_bytes", summary.visited_bytes},
                 {"reason", summary.verdict.reason},
                 {"coverage", summary.coverage}};
    if (summary.verdict.violation) {
        add_violation(json, result);
    }
    if (result.trace) {
        add_trace(json, result);
    }
    if (result.critical) {
        add_critical(json, result);
    }
    return json;
}

Json results_json(const Run& run) {
    Json json = {{"schema", results_schema},
                 {"exit_code", static_cast<int>(run.exit_code)},
                 {"errors", run.errors},
                 {"figures", Json::array()},
                 {"results", Json::array()}};
    for (const Figure& figure : run.figures) {
        json["figures"].push_back(
            {{"name", figure.name}, {"value", figure.value}, {"detail", figure.detail}});
    }
    for (const Result& result : run.results) {
        json["results"].push_back(result_json(result));
    }
    return json;
}

void write_json(std::ostream& out, const Run& run) {
    // A name that is not UTF-8 must not cost the whole document.
    out << results_json(run).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace heddle
