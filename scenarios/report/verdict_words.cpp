// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/verdict_words.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "scenarios/report/text.h"

namespace heddle {

Outcome outcome_of(const Result& result, const Run& run) {
    switch (exit_code_of(result.summary)) {
        case ExitCode::met:
            return Outcome::met;
        case ExitCode::incomplete:
            return run.allow_incomplete ? Outcome::skipped : Outcome::undecided;
        case ExitCode::usage:
            return Outcome::undecided;
        default:
            return Outcome::failed;
    }
}

std::string type_of(const Result& result) {
    const Summary& summary = result.summary;
    if (summary.verdict.violation) {
        return summary.verdict.violation->claim;
    }
    return exit_code_of(summary) == ExitCode::not_met ? "not-found" : name_of(summary.verdict.kind);
}

std::string headline_of(const Result& result) {
    std::ostringstream out;
    write_headline(out, result, {});
    std::string line = out.str();
    line.pop_back();
    return line;
}

std::string text_of(const Result& result) {
    std::ostringstream out;
    write_text(out, result, {});
    return out.str();
}

Where place_of(const Result& result) {
    const std::optional<Violation>& violation = result.summary.verdict.violation;
    const auto has_file = [](const Where& where) { return *where.file() != '\0'; };
    if (violation && has_file(violation->where)) {
        return violation->where;
    }
    if (!result.trace) {
        return {};
    }
    const std::vector<Step>& steps = result.trace->steps;
    const auto last = std::find_if(steps.rbegin(), steps.rend(), [&](const Step& step) {
        return has_file(step.operation.where);
    });
    return last == steps.rend() ? Where{} : last->operation.where;
}

// By the library's decoder, as a JSON string there and back.
std::string valid_utf8(std::string_view unsafe) {
    using Json = nlohmann::json;
    auto text = Json::parse(Json(unsafe).dump(-1, ' ', false, Json::error_handler_t::replace))
                    .get<std::string>();
    for (const char* none : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
        for (std::size_t at = text.find(none); at != text.npos; at = text.find(none, at)) {
            text.replace(at, 3, replacement_character);
        }
    }
    return text;
}

std::string one_line(std::string_view text) {
    std::string line = valid_utf8(text);
    std::replace_if(
        line.begin(), line.end(),
        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
    return line;
}

}  // namespace heddle
