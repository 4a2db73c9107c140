// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/sarif.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "checker/step_text.h"
#include "scenarios/report/text.h"
#include "scenarios/report/verdict_words.h"

namespace heddle {

namespace {

using Sarif = nlohmann::ordered_json;

constexpr const char* schema_uri =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
constexpr const char* source_root = "%SRCROOT%";

Sarif message_of(const std::string& text) { return {{"text", text}}; }

// A path as the path of a URI (RFC 3986): what is not unreserved, or '/', by its bytes.
std::string percent_encoded(std::string_view path) {
    std::string encoded;
    for (const char c : path) {
        const bool stays = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                           std::string_view("-._~/+").find(c) != std::string_view::npos;
        encoded +=
            stays ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

Sarif physical_location(const Where& where) {
    const std::string path = percent_encoded(where.file());
    Sarif artifact;
    if (path.starts_with('/')) {
        artifact = {{"uri", "file://" + path}};
    } else {
        artifact = {{"uri", path}, {"uriBaseId", source_root}};
    }
    return {{"artifactLocation", artifact},
            {"region", {{"startLine", std::max(1U, where.line())}}}};
}

Sarif location_of(const Where& where) {
    Sarif location = Sarif::object();
    if (*where.file() != '\0') {
        location["physicalLocation"] = physical_location(where);
    }
    if (*where.function() != '\0') {
        location["logicalLocations"] =
            Sarif::array({{{"name", where.function()}, {"kind", "function"}}});
    }
    return location;
}

// ---- the schedule

Sarif flow_location(const Result& result, std::size_t i) {
    const Step& step = result.trace->steps[i];
    const StepText text = describe_step(step, *result.trace);
    Sarif location = location_of(step.operation.where);
    location["message"] =
        message_of(text.effect.empty() ? text.call : text.call + " " + text.effect);
    const bool is_last = i + 1 == result.trace->steps.size();
    Sarif json = {{"location", location}};
    if (step.operation.kind == OperationKind::acquire) {
        json["kinds"] = {"acquire", "lock"};
    } else if (step.operation.kind == OperationKind::release) {
        json["kinds"] = {"release", "lock"};
    }
    json["executionOrder"] = i + 1;
    json["importance"] = step.watched || step.preempts || is_last ? "essential" : "important";
    return json;
}

Sarif thread_flows(const Result& result) {
    const Trace& trace = *result.trace;
    Sarif flows = Sarif::array();
    for (unsigned task = 0; task < trace.tasks.size(); ++task) {
        Sarif locations = Sarif::array();
        for (std::size_t i = 0; i < trace.steps.size(); ++i) {
            if (trace.steps[i].choice.task == task) {
                locations.push_back(flow_location(result, i));
            }
        }
        if (!locations.empty()) {
            const TaskSpec& spec = trace.tasks[task];
            flows.push_back(
                {{"id", std::string(1, task_letter(task))},
                 {"message", message_of(fmt::format("{} (CPU {})", spec.name, spec.cpu))},
                 {"locations", locations}});
        }
    }
    return flows;
}

// ---- results

std::string result_text(const Result& result) {
    const Violation& violation = *result.summary.verdict.violation;
    std::string text = headline_of(result) + "\n" + violation.formula + "\n" + violation.sides;
    text += text.back() == '\n' ? "" : "\n";
    return text + "To see this again: " + replay_line(result);
}

// The same for the same violation of the same scenario, whatever else has changed.
Sarif fingerprints(const Result& result) {
    return {{"scenarioAndClaim/v1",
             result.summary.scenario + " " + result.summary.verdict.violation->claim}};
}

Sarif sarif_result(const Result& result, std::size_t rule) {
    const Summary& summary = result.summary;
    const bool met = summary.met();
    Sarif json = {{"ruleId", summary.verdict.violation->claim}, {"ruleIndex", rule},
                  {"kind", met ? "informational" : "fail"},     {"level", met ? "none" : "error"},
                  {"message", message_of(result_text(result))}, {"locations", Sarif::array()},
                  {"partialFingerprints", fingerprints(result)}};
    if (const Sarif location = location_of(place_of(result)); !location.empty()) {
        json["locations"].push_back(location);
    }
    if (met) {
        json["suppressions"] =
            Sarif::array({{{"kind", "external"},
                           {"justification", "The scenario expects " + summary.expected + "."}}});
    }
    const Sarif flows = result.trace ? thread_flows(result) : Sarif::array();
    if (!flows.empty()) {
        json["codeFlows"] = Sarif::array({{{"threadFlows", flows}}});
    }
    json["properties"] = {{"scenario", summary.scenario},
                          {"expected", summary.expected},
                          {"schedule", schedule_text(result.scenario, summary.verdict.schedule)},
                          {"replay", replay_line(result)}};
    return json;
}

// ---- the run

struct Violations {
    Sarif rules = Sarif::array();
    Sarif results = Sarif::array();

    void add(const Result& result) {
        const Violation& violation = *result.summary.verdict.violation;
        std::size_t rule = 0;
        while (rule < rules.size() && rules[rule]["id"] != violation.claim) {
            ++rule;
        }
        if (rule == rules.size()) {
            rules.push_back({{"id", violation.claim},
                             {"shortDescription", message_of(violation.formula)},
                             {"defaultConfiguration", {{"level", "error"}}}});
        }
        results.push_back(sarif_result(result, rule));
    }
};

Sarif notification(const std::string& text, const char* level) {
    return {{"level", level}, {"message", message_of(text)}};
}

Sarif invocation_of(const Run& run) {
    Sarif notifications = Sarif::array();
    for (const Result& result : run.results) {
        const Outcome outcome = outcome_of(result, run);
        if (outcome != Outcome::met && !result.summary.verdict.violation) {
            notifications.push_back(notification(
                headline_of(result), outcome == Outcome::skipped ? "warning" : "error"));
        }
    }
    for (const std::string& error : run.errors) {
        notifications.push_back(notification(error, "error"));
    }
    const bool searched = run.exit_code == ExitCode::met || run.exit_code == ExitCode::not_met ||
                          run.exit_code == ExitCode::nothing;
    return {{"executionSuccessful", searched},
            {"exitCode", static_cast<int>(run.exit_code)},
            {"toolExecutionNotifications", notifications}};
}

}  // namespace

void write_sarif(std::ostream& out, const Run& run) {
    Violations found;
    for (const Result& result : run.results) {
        if (result.summary.verdict.violation) {
            found.add(result);
        }
    }
    const Sarif base = {{source_root, {{"description", message_of("The root of the sources")}}}};
    const Sarif driver = {{"name", "Heddle"}, {"version", HEDDLE_VERSION}, {"rules", found.rules}};
    const Sarif log = {{"$schema", schema_uri},
                       {"version", "2.1.0"},
                       {"runs", Sarif::array({{{"tool", {{"driver", driver}}},
                                               {"invocations", Sarif::array({invocation_of(run)})},
                                               {"originalUriBaseIds", base},
                                               {"columnKind", "utf16CodeUnits"},
                                               {"results", found.results}}})}};
    out << log.dump(1, ' ', false, Sarif::error_handler_t::replace) << '\n';
}

}  // namespace heddle
