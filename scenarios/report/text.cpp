// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "checker/step_text.h"
#include "scenarios/exit_code.h"
#include "scenarios/quantity.h"
#include "scenarios/report/splats.h"
#include "scenarios/report/state_text.h"
#include "scenarios/report/trace_text.h"

namespace heddle {

namespace {

// The verdict in a word or two: "FAIL B1".
std::string verdict_text(const Summary& summary) {
    const Verdict& verdict = summary.verdict;
    const std::string kind = name_of(verdict.kind);
    return verdict.violation ? kind + " " + verdict.violation->claim : kind;
}

std::string in_colour(const TextStyle& style, const Summary& summary, const std::string& text) {
    return exit_code_of(summary) == ExitCode::met ? green(style, text) : red(style, text);
}

std::string count_text(std::uint64_t count, const char* noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void write_state(std::ostream& out, const char* heading, const std::string& text) {
    if (text.empty()) {
        return;
    }
    out << heading << '\n';
    for (const std::string& line : state_lines(text)) {
        out << "  " << line << '\n';
    }
}

// What comes behind the colon of the headline.
std::string headline_text(const Result& result) {
    const Summary& summary = result.summary;
    const bool is_replay = summary.search == "replay";
    switch (summary.verdict.kind) {
        case Verdict::Kind::pass: {
            const std::string text =
                is_replay ? "the schedule breaks no claim" : "every claim holds in every state";
            return summary.met() ? text : text + ", but " + summary.expected + " was expected";
        }
        case Verdict::Kind::fail: {
            const std::string text = summary.verdict.violation->claim + " violated";
            if (summary.met()) {
                return text + ", as expected";
            }
            return summary.expected == "pass"
                       ? text
                       : text + ", but " + summary.expected + " was expected";
        }
        default:
            return summary.verdict.reason;
    }
}

void write_violation(std::ostream& out, const Result& result, const TextStyle& style) {
    const Violation& violation = *result.summary.verdict.violation;
    out << "  " << bold(style, violation.formula) << '\n';
    for (const std::string& line : lines_of_text(violation.sides)) {
        out << "  " << line << '\n';
    }
    if (const std::string place = place_text(violation.where); !place.empty()) {
        out << "  at " << violation.where.function() << " " << place;
        const bool has_task = result.trace && violation.task < result.trace->tasks.size();
        out << (has_task ? " in " + result.trace->tasks[violation.task].name : "") << '\n';
    }
}

void write_lengths(std::ostream& out, const Result& result) {
    const std::vector<Step>& steps = result.trace->steps;
    const unsigned runs = steps.empty() ? 1 : steps.back().run + 1;
    out << "  " << count_text(steps.size(), "step") << (runs > 1 ? " in " : "")
        << (runs > 1 ? count_text(runs, "run") : "") << ", "
        << count_text(result.trace->preemptions, "preemption");
    if (result.summary.verdict.minimal && runs > 1) {
        out << "; the simplest runs in which the locks are taken so";
    } else if (result.summary.verdict.minimal) {
        out << "; no schedule with fewer preemptions, then fewer steps, breaks a claim";
    } else if (result.summary.verdict.kind == Verdict::Kind::fail &&
               result.summary.search != "replay" &&
               !result.summary.verdict.violation->of_whole_run) {
        out << "; a simpler schedule may exist";
    }
    out << '\n';
}

// What the trace itself cannot show of the step that decided.
void write_critical(std::ostream& out, const Result& result) {
    switch (result.critical->kind) {
        case CriticalStep::Kind::every_run:
            out << "  no schedule ends well: the order of steps decides nothing\n";
            break;
        case CriticalStep::Kind::unknown:
            out << "  which step decided is not known: " << result.critical->why << '\n';
            break;
        default:
            break;
    }
}

void write_sibling(std::ostream& out, const Result& result) {
    const StepText text = describe_step(*result.sibling, *result.trace);
    out << fmt::format("\nStep {} decided. In its place {} could do\n", result.critical->step + 1,
                       result.sibling->task)
        << "  " << text.call << (text.effect.empty() ? "" : " ") << text.effect
        << (text.place.empty() ? "" : "  ") << text.place << "\nand a run ends well:\n  "
        << replay_line(result, result.critical->fine) << '\n';
}

void write_trace(std::ostream& out, const Result& result, const TextStyle& style) {
    const Trace& trace = *result.trace;
    const Verdict& verdict = result.summary.verdict;
    const bool after_epilogue =
        result.has_epilogue && verdict.violation && verdict.violation->after_epilogue;
    write_lengths(out, result);
    if (result.critical) {
        write_critical(out, result);
    }
    out << '\n';
    write_state(out, "Before:", trace.state_before);
    out << (trace.state_before.empty() ? "" : "\n");
    write_steps(out, result, style);
    if (after_epilogue) {
        out << "Then every CPU's pagevecs are drained.\n";
    }
    out << (trace.state_after.empty() ? "" : "\n");
    write_state(out, after_epilogue ? "After the drain:" : "After:", trace.state_after);
    if (verdict.violation) {
        std::ostringstream splat;
        out << (write_splat(splat, result) ? "\n" : "") << splat.str();
    }
    if (result.sibling) {
        write_sibling(out, result);
    }
    if (verdict.kind != Verdict::Kind::error) {
        out << "\nTo see this again:\n  " << replay_line(result) << '\n';
    }
}

// ---- the table

using Cells = std::array<std::string, 8>;

Cells cells_of(const Summary& summary) {
    const ExitCode code = exit_code_of(summary);
    const char* met = "no";
    if (code == ExitCode::met) {
        met = "yes";
    } else if (code == ExitCode::incomplete) {
        met = "open";
    }
    return {summary.scenario,
            summary.expected,
            verdict_text(summary),
            met,
            std::to_string(summary.states),
            std::to_string(summary.transitions),
            fmt::format("{:.3f}", summary.seconds),
            size_text(summary.peak_rss_bytes)};
}

std::string row_text(const Cells& cells, const std::array<unsigned, 8>& widths) {
    constexpr std::size_t first_number = 4;
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string blanks(widths[i] - text_width(cells[i]), ' ');
        line += (i > 0 ? "  " : "") + (i < first_number ? cells[i] + blanks : blanks + cells[i]);
    }
    return line;
}

// "14 scenarios, 14 met, 0 not met" and what else there is.
std::string closing_line(std::span<const Result> results) {
    const auto count = [&](ExitCode code) {
        return std::count_if(results.begin(), results.end(), [=](const Result& result) {
            return exit_code_of(result.summary) == code;
        });
    };
    std::string line = fmt::format("{}, {} met, {} not met", count_text(results.size(), "scenario"),
                                   count(ExitCode::met), count(ExitCode::not_met));
    const std::array others = {std::pair(ExitCode::incomplete, "incomplete"),
                               std::pair(ExitCode::nothing, "vacuous"),
                               std::pair(ExitCode::usage, "in error")};
    for (const auto& [code, name] : others) {
        line += count(code) > 0 ? fmt::format(", {} {}", count(code), name) : "";
    }
    return line;
}

}  // namespace

std::string replay_line(const Result& result) {
    return replay_line(result, result.summary.verdict.schedule);
}

std::string replay_line(const Result& result, const Schedule& schedule) {
    std::string line = fmt::format("heddle replay {} {}", result.selector,
                                   schedule_text(result.scenario, schedule));
    for (const Parameter& parameter : result.scenario.parameters) {
        line += fmt::format(" --param {}={}", parameter.name, parameter.value);
    }
    return line;
}

void write_headline(std::ostream& out, const Result& result, const TextStyle& style) {
    const Summary& summary = result.summary;
    const std::string kind = name_of(summary.verdict.kind);
    out << in_colour(style, summary, kind) << ' ' << bold(style, summary.scenario) << ": "
        << headline_text(result) << '\n';
}

void write_text(std::ostream& out, const Result& result, const TextStyle& style) {
    write_headline(out, result, style);
    if (!result.summary.coverage.empty()) {
        out << "  " << result.summary.coverage << '\n';
    }
    if (result.summary.verdict.violation) {
        write_violation(out, result, style);
    }
    if (result.trace) {
        write_trace(out, result, style);
    }
}

void write_table(std::ostream& out, std::span<const Result> results, const TextStyle& style) {
    std::vector<Cells> rows = {{"scenario", "expected", "verdict", "met", "states", "transitions",
                                "seconds", "peak memory"}};
    for (const Result& result : results) {
        rows.push_back(cells_of(result.summary));
    }
    std::array<unsigned, 8> widths = {};
    for (const Cells& cells : rows) {
        for (std::size_t i = 0; i < cells.size(); ++i) {
            widths[i] = std::max(widths[i], text_width(cells[i]));
        }
    }
    out << bold(style, row_text(rows[0], widths)) << '\n';
    for (std::size_t i = 0; i < results.size(); ++i) {
        const std::string line = row_text(rows[i + 1], widths);
        const bool met = exit_code_of(results[i].summary) == ExitCode::met;
        out << (met ? line : red(style, line)) << '\n';
    }
    out << closing_line(results) << '\n';
}

}  // namespace heddle
