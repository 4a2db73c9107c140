// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/message.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

namespace heddle {

namespace {

using nlohmann::json;

template <typename T>
json address_json(const T* pointer) {
    return reinterpret_cast<std::uintptr_t>(pointer);
}

template <typename T>
const T* pointer_at(const json& address) {
    return reinterpret_cast<const T*>(address.get<std::uintptr_t>());
}

json progress_message(const Progress& progress) {
    return {{"states", progress.states},
            {"seconds", progress.seconds},
            {"depth", progress.depth},
            {"bytes", progress.bytes},
            {"states_estimated", progress.states_estimated},
            {"estimate_factor", progress.estimate_factor}};
}

Progress progress_from(const json& from) {
    return {.states = from["states"],
            .seconds = from["seconds"],
            .depth = from["depth"],
            .bytes = from["bytes"],
            .states_estimated = from["states_estimated"],
            .estimate_factor = from["estimate_factor"]};
}

json violation_message(const Violation& violation) {
    return {{"claim", violation.claim},
            {"formula", violation.formula},
            {"sides", violation.sides},
            {"file", address_json(violation.where.file())},
            {"function", address_json(violation.where.function())},
            {"line", violation.where.line()},
            {"task", violation.task},
            {"after_epilogue", violation.after_epilogue},
            {"object", address_json(static_cast<const std::byte*>(violation.object))},
            {"of_whole_run", violation.of_whole_run}};
}

Violation violation_from(const json& from) {
    return {.claim = from["claim"],
            .formula = from["formula"],
            .sides = from["sides"],
            .where = Where(pointer_at<char>(from["file"]), pointer_at<char>(from["function"]),
                           from["line"]),
            .task = from["task"],
            .after_epilogue = from["after_epilogue"],
            .object = pointer_at<std::byte>(from["object"]),
            .of_whole_run = from["of_whole_run"]};
}

json verdict_message(const Verdict& verdict) {
    json schedule = json::array();
    for (const Choice choice : verdict.schedule) {
        schedule.push_back(choice.task);
        schedule.push_back(choice.alternative);
    }
    return {
        {"kind", verdict.kind},
        {"reason", verdict.reason},
        {"violation", verdict.violation ? violation_message(*verdict.violation) : json(nullptr)},
        {"schedule", schedule},
        {"minimal", verdict.minimal},
        {"deadly", verdict.deadly}};
}

Verdict verdict_from(const json& from) {
    Verdict verdict = {.kind = from["kind"],
                       .reason = from["reason"],
                       .violation = std::nullopt,
                       .schedule = {},
                       .minimal = from["minimal"],
                       .deadly = from["deadly"]};
    if (!from["violation"].is_null()) {
        verdict.violation = violation_from(from["violation"]);
    }
    const json& schedule = from["schedule"];
    for (std::size_t i = 0; i + 1 < schedule.size(); i += 2) {
        verdict.schedule.push_back({schedule[i], schedule[i + 1]});
    }
    return verdict;
}

json summary_message(const Summary& summary) {
    return {{"scenario", summary.scenario},
            {"expected", summary.expected},
            {"search", summary.search},
            {"verdict", verdict_message(summary.verdict)},
            {"coverage", summary.coverage},
            {"states", summary.states},
            {"transitions", summary.transitions},
            {"executions", summary.executions},
            {"blocked", summary.blocked},
            {"depth_max", summary.depth_max},
            {"passes", summary.passes},
            {"seconds", summary.seconds},
            {"peak_rss_bytes", summary.peak_rss_bytes},
            {"visited_bytes", summary.visited_bytes}};
}

Summary summary_from(const json& from) {
    return {.scenario = from["scenario"],
            .expected = from["expected"],
            .search = from["search"],
            .verdict = verdict_from(from["verdict"]),
            .coverage = from["coverage"],
            .states = from["states"],
            .transitions = from["transitions"],
            .executions = from["executions"],
            .blocked = from["blocked"],
            .depth_max = from["depth_max"],
            .passes = from["passes"],
            .seconds = from["seconds"],
            .peak_rss_bytes = from["peak_rss_bytes"],
            .visited_bytes = from["visited_bytes"]};
}

}  // namespace

std::string bytes_of(const Message& message) {
    const auto* summary = std::get_if<Summary>(&message);
    const json content = summary == nullptr ? progress_message(std::get<Progress>(message))
                                            : summary_message(*summary);
    std::string body;
    json::to_cbor(content, body);
    const std::uint64_t size = body.size();
    std::string bytes(sizeof(size), '\0');
    std::memcpy(bytes.data(), &size, sizeof(size));
    return bytes + body;
}

std::optional<Message> take_message(std::string& bytes) {
    std::uint64_t size = 0;
    if (bytes.size() < sizeof(size)) {
        return std::nullopt;
    }
    std::memcpy(&size, bytes.data(), sizeof(size));
    if (bytes.size() - sizeof(size) < size) {
        return std::nullopt;
    }
    const json content = json::from_cbor(bytes.substr(sizeof(size), size));
    bytes.erase(0, sizeof(size) + size);
    return content.contains("verdict") ? Message(summary_from(content))
                                       : Message(progress_from(content));
}

}  // namespace heddle
