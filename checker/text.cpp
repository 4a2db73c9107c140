// SPDX-License-Identifier: Apache-2.0
#include "checker/text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "checker/schedule.h"
#include "checker/step_text.h"

namespace heddle {

namespace {

using Cells = std::array<std::string, 4>;  // number, task, operation, place

Cells cells_of(std::size_t number, const Step& step, const Trace& trace) {
    const StepText text = describe_step(step, trace);
    const std::string operation = text.effect.empty() ? text.call : text.call + " " + text.effect;
    return {std::to_string(number), step.task, operation, text.place};
}

std::string padded_left(const std::string& text, std::size_t width) {
    return std::string(width - text.size(), ' ') + text;
}

std::string padded_right(const std::string& text, std::size_t width) {
    return text + std::string(width - text.size(), ' ');
}

std::string count_text(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string indented(const std::string& text) {
    std::string lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines += "  " + text.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
    return lines;
}

std::string text_of(const Violation& violation) {
    const std::string place = place_text(violation.where);
    return (violation.formula == violation.claim ? "" : indented(violation.formula)) +
           indented(violation.sides) + (place.empty() ? "" : "  at " + place + "\n");
}

std::string state_text(const char* heading, const std::string& state) {
    return state.empty() ? "" : heading + indented(state);
}

}  // namespace

std::string text_of(const Trace& trace) {
    std::vector<Cells> rows;
    std::array<std::size_t, 4> widths = {};
    for (const Step& step : trace.steps) {
        rows.push_back(cells_of(rows.size() + 1, step, trace));
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], rows.back()[i].size());
        }
    }
    std::string text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& [number, task, operation, place] = rows[i];
        if (i > 0 && trace.steps[i].run != trace.steps[i - 1].run) {
            text += "again from the start:\n";
        }
        text += padded_left(number, widths[0]) + "  " + padded_right(task, widths[1]) + "  " +
                padded_right(operation, widths[2]) + "  " + place;
        text.erase(text.find_last_not_of(' ') + 1);
        text += '\n';
    }
    return text;
}

std::string text_of(const Scenario& scenario, const Summary& summary) {
    const Verdict& verdict = summary.verdict;
    std::string text = name_of(verdict.kind) + (" " + scenario.name);
    if (!verdict.violation) {
        return text + (verdict.reason.empty() ? "" : ": " + verdict.reason) + "; " +
               count_text(summary.states, "state") + "\n";
    }
    const Trace trace = replay(scenario, verdict.schedule).trace;
    return text + ": " + verdict.violation->claim + "\n" + text_of(*verdict.violation) +
           state_text("before:\n", trace.state_before) + text_of(trace) +
           state_text("after:\n", trace.state_after) + count_text(trace.steps.size(), "step") +
           ", " + count_text(trace.preemptions, "preemption") + "; schedule " +
           schedule_text(scenario, verdict.schedule) + "\n";
}

}  // namespace heddle
