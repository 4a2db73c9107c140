// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/explanation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace heddle {

namespace {

using ExplanationJson = nlohmann::ordered_json;

void write_wrapped(std::ostream& out, const std::string& text, unsigned indent, unsigned more,
                   const TextStyle& style) {
    const std::string first = std::string(indent, ' ') + text;
    for (const std::string& line : wrapped(first, std::max(style.width, width_min), more)) {
        out << line << '\n';
    }
}

void write_heading(std::ostream& out, const char* text, const TextStyle& style) {
    out << '\n' << bold(style, text) << '\n';
}

// Its paragraphs, whose line breaks mean nothing.
void write_story(std::ostream& out, const std::string& story, const TextStyle& style) {
    std::string paragraph;
    const auto write = [&] {
        if (!paragraph.empty()) {
            write_wrapped(out, paragraph, 2, 2, style);
        }
        paragraph.clear();
    };
    for (const std::string& line : lines_of_text(story)) {
        if (line.empty()) {
            write();
        } else {
            paragraph += (paragraph.empty() ? "" : " ") + line;
        }
    }
    write();
}

void write_tasks(std::ostream& out, const Explanation& told, const TextStyle& style) {
    write_heading(out, "Tasks", style);
    for (const ExplainedTask& task : told.tasks) {
        std::string text = fmt::format("{} (CPU {}{}{})", task.name, task.cpu,
                                       task.kind == "task" ? "" : ", " + task.kind,
                                       task.process.empty() ? "" : ", process " + task.process);
        text += task.steps.empty() ? "" : fmt::format(": {}", fmt::join(task.steps, "; "));
        write_wrapped(out, text, 2, 6, style);
    }
}

const char* version_text(const ExplainedChange& change) {
    if (change.is_in) {
        return change.is_in_seed ? "in, as in the seed" : "in, the seed is without";
    }
    return change.is_in_seed ? "taken back, the seed has it" : "not in, as in the seed";
}

void write_kernel(std::ostream& out, const Explanation& told, const TextStyle& style) {
    if (!told.kernel.empty()) {
        write_heading(out, "Kernel", style);
        write_wrapped(out, told.kernel, 2, 2, style);
        for (const ExplainedChange& change : told.changes) {
            write_wrapped(out, change.name + ": " + version_text(change), 2, 6, style);
            write_wrapped(out, change.what, 6, 6, style);
            write_wrapped(out, "upstream: " + change.upstream, 6, 6, style);
        }
    }
    if (!told.commits.empty()) {
        const std::string text =
            fmt::format("commits of the story: {}", fmt::join(told.commits, ", "));
        write_wrapped(out, text, 2, 6, style);
    }
}

void write_claim(std::ostream& out, const ExplainedClaim& claim, const TextStyle& style) {
    const std::string formula = claim.formula == claim.name ? "" : ": " + claim.formula;
    write_wrapped(out, claim.name + formula, 2, 6, style);
    const std::string by =
        claim.authority.empty() ? "the scenario's own" : "authority: " + claim.authority;
    write_wrapped(out, "asked: " + claim.moment + "; " + by, 6, 6, style);
}

void write_claims(std::ostream& out, const Explanation& told, const TextStyle& style) {
    const bool fails = !told.claims.empty() && told.claims.front().is_expected_to_break;
    if (fails) {
        write_heading(out, "Expected to break", style);
        write_claim(out, told.claims.front(), style);
    }
    write_heading(out, fails ? "Must hold besides" : "Must hold", style);
    for (std::size_t i = fails ? 1 : 0; i < told.claims.size(); ++i) {
        write_claim(out, told.claims[i], style);
    }
}

void write_not_checked(std::ostream& out, const Explanation& told, const TextStyle& style) {
    write_heading(out, "Not checked", style);
    for (const std::string& bound : told.bounds) {
        write_wrapped(out, "- " + bound, 2, 4, style);
    }
    if (!told.not_asked.empty()) {
        write_wrapped(out, fmt::format("- Switched off: {}.", fmt::join(told.not_asked, ", ")), 2,
                      4, style);
    }
    for (const LeftOut& row : told.left_out) {
        write_wrapped(
            out,
            fmt::format("- Left out of the model: {}. Could hide: {}.", row.what, row.could_hide),
            2, 4, style);
    }
}

// ---- JSON

ExplanationJson tasks_json(const Explanation& told) {
    ExplanationJson json = ExplanationJson::array();
    for (const ExplainedTask& task : told.tasks) {
        json.push_back({{"name", task.name},
                        {"cpu", task.cpu},
                        {"kind", task.kind},
                        {"process", task.process},
                        {"steps", task.steps}});
    }
    return json;
}

ExplanationJson changes_json(const Explanation& told) {
    ExplanationJson json = ExplanationJson::array();
    for (const ExplainedChange& change : told.changes) {
        json.push_back({{"name", change.name},
                        {"upstream", change.upstream},
                        {"what", change.what},
                        {"in", change.is_in},
                        {"in_seed", change.is_in_seed}});
    }
    return json;
}

ExplanationJson claims_json(const Explanation& told) {
    ExplanationJson json = ExplanationJson::array();
    for (const ExplainedClaim& claim : told.claims) {
        json.push_back({{"name", claim.name},
                        {"formula", claim.formula},
                        {"moment", claim.moment},
                        {"authority", claim.authority},
                        {"expected_to_break", claim.is_expected_to_break}});
    }
    return json;
}

ExplanationJson left_out_json(const Explanation& told) {
    ExplanationJson json = ExplanationJson::array();
    for (const LeftOut& row : told.left_out) {
        json.push_back({{"what", row.what}, {"could_hide", row.could_hide}});
    }
    return json;
}

}  // namespace

void write_explanation(std::ostream& out, const Explanation& told, const TextStyle& style) {
    out << bold(style, told.name) << ", expected: " << told.expect << '\n';
    if (!told.labels.empty()) {
        write_wrapped(out, fmt::format("labels: {}", fmt::join(told.labels, ", ")), 2, 6, style);
    }
    write_heading(out, "Story", style);
    write_story(out, told.story, style);
    write_tasks(out, told, style);
    write_kernel(out, told, style);
    write_claims(out, told, style);
    write_not_checked(out, told, style);
}

void write_explanations_json(std::ostream& out, std::span<const Explanation> all) {
    ExplanationJson json = {{"schema", explanation_schema},
                            {"scenarios", ExplanationJson::array()}};
    for (const Explanation& told : all) {
        json["scenarios"].push_back({{"name", told.name},
                                     {"story", told.story},
                                     {"expected", told.expect},
                                     {"labels", told.labels},
                                     {"kernel", told.kernel},
                                     {"tasks", tasks_json(told)},
                                     {"changes", changes_json(told)},
                                     {"commits", told.commits},
                                     {"claims", claims_json(told)},
                                     {"switched_off", told.not_asked},
                                     {"bounds", told.bounds},
                                     {"left_out", left_out_json(told)}});
    }
    out << json.dump(2, ' ', false, ExplanationJson::error_handler_t::replace) << '\n';
}

}  // namespace heddle
