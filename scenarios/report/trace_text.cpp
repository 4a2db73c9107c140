// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/trace_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/step_text.h"

namespace heddle {

namespace {

constexpr unsigned column_min = 28;
constexpr std::string_view gap = " | ";

// A step as the layouts below need it.
struct Row {
    std::string number;  // "*  7  ", the asterisk if it matters
    unsigned task = 0;
    StepText text;
    bool matters = false;
    bool switches = false;      // another task ran before
    std::string preempted;      // the name of that task if it could have gone on
    bool same_place = false;    // as the step before
    bool starts_again = false;  // the first of another run
};

std::vector<Row> rows_of(const Result& result) {
    const std::vector<Step>& steps = result.trace->steps;
    const Verdict& verdict = result.summary.verdict;
    const bool ends_in_violation =
        verdict.kind == Verdict::Kind::fail && !verdict.violation->after_epilogue;
    const std::size_t digits = std::to_string(steps.size()).size();
    std::vector<Row> rows;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        Row row;
        row.task = step.choice.task;
        row.text = describe_step(step, *result.trace);
        const bool is_last = i + 1 == steps.size();
        row.matters = step.watched || step.preempts || (is_last && ends_in_violation);
        row.number = fmt::format("{}{:>{}}  ", row.matters ? '*' : ' ', i + 1, digits);
        row.starts_again = i > 0 && steps[i - 1].run != step.run;
        row.switches = i > 0 && (row.starts_again || steps[i - 1].choice.task != step.choice.task);
        row.preempted = step.preempts && i > 0 ? steps[i - 1].task : "";
        row.same_place = !rows.empty() && !row.switches && rows.back().text.place == row.text.place;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string heading_of(const TaskSpec& task) {
    const char* kind = "";
    if (task.kind == TaskKind::interrupt) {
        kind = ", interrupt";
    } else if (task.kind == TaskKind::daemon) {
        kind = ", daemon";
    }
    return fmt::format("{} (CPU {}{})", task.name, task.cpu, kind);
}

std::string operation_of(const StepText& text) {
    return text.effect.empty() ? text.call : text.call + " " + text.effect;
}

void write_preemption(std::ostream& out, const Row& row, const Trace& trace,
                      const TextStyle& style) {
    const std::string line =
        fmt::format("{}-- preemption: {} could go on, {} runs --",
                    std::string(row.number.size(), ' '), row.preempted, trace.tasks[row.task].name);
    out << bold(style, line) << '\n';
}

void write_new_start(std::ostream& out, const Row& row, const TextStyle& style) {
    const std::string line = std::string(row.number.size(), ' ') + "-- again from the start --";
    out << bold(style, line) << '\n';
}

void trim_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

// ---- a column per task

struct Columns {
    std::vector<unsigned> tasks;  // those that take steps, by column
    unsigned width = 0;           // of each; 0: there is no room
};

Columns columns_of(const std::vector<Row>& rows, const Trace& trace, unsigned width) {
    Columns columns;
    unsigned widest = 0;
    for (unsigned task = 0; task < trace.tasks.size(); ++task) {
        if (std::any_of(rows.begin(), rows.end(), [=](const Row& r) { return r.task == task; })) {
            columns.tasks.push_back(task);
            widest = std::max(widest, text_width(heading_of(trace.tasks[task])));
        }
    }
    for (const Row& row : rows) {
        widest =
            std::max({widest, text_width(row.text.place), text_width(operation_of(row.text)) + 2});
    }
    if (columns.tasks.empty()) {
        return columns;
    }
    const auto count = static_cast<unsigned>(columns.tasks.size());
    const unsigned used = static_cast<unsigned>(rows.front().number.size()) +
                          static_cast<unsigned>(gap.size()) * (count - 1);
    const unsigned each = width > used ? (width - used) / count : 0;
    columns.width = each < std::min(column_min, widest) ? 0 : std::min(each, widest);
    return columns;
}

// A line with `text` in the column of `task` and nothing in the others.
std::string line_of(const Columns& columns, unsigned task, const std::string& text) {
    std::string line;
    for (std::size_t i = 0; i < columns.tasks.size(); ++i) {
        line += i > 0 ? gap : "";
        line += columns.tasks[i] == task ? text : std::string(columns.width, ' ');
    }
    return line;
}

void write_headings(std::ostream& out, const Columns& columns, const Trace& trace, const Row& first,
                    const TextStyle& style) {
    const std::string indent(first.number.size(), ' ');
    std::string headings = indent;
    std::string rule = indent;
    for (std::size_t i = 0; i < columns.tasks.size(); ++i) {
        const std::string heading = heading_of(trace.tasks[columns.tasks[i]]);
        headings += (i > 0 ? std::string(gap) : "") + padded(heading, columns.width);
        rule += (i > 0 ? "-+-" : "") + std::string(columns.width, '-');
    }
    trim_end(headings);
    out << bold(style, headings) << '\n' << rule << '\n';
}

void write_row(std::ostream& out, const Columns& columns, const Row& row, const TextStyle& style) {
    std::string margin = row.number;
    const auto write = [&](const std::string& text, const std::string& shown) {
        const std::string blanks(columns.width - std::min(columns.width, text_width(text)), ' ');
        std::string line = (row.matters ? bold(style, margin) : margin) +
                           line_of(columns, row.task, shown + blanks);
        trim_end(line);
        out << line << '\n';
        margin = std::string(row.number.size(), ' ');
    };
    if (!row.same_place && !row.text.place.empty()) {
        for (const std::string& line : wrapped(row.text.place, columns.width, 2)) {
            write(line, dim(style, line));
        }
    }
    for (const std::string& line : wrapped("  " + operation_of(row.text), columns.width, 4)) {
        write(line, row.matters ? bold(style, line) : line);
    }
}

void write_columns(std::ostream& out, const std::vector<Row>& rows, const Columns& columns,
                   const Trace& trace, const TextStyle& style) {
    write_headings(out, columns, trace, rows.front(), style);
    for (const Row& row : rows) {
        if (row.starts_again) {
            write_new_start(out, row, style);
        } else if (!row.preempted.empty()) {
            write_preemption(out, row, trace, style);
        } else if (row.switches) {
            std::string line = std::string(row.number.size(), ' ') + line_of(columns, no_task, "");
            trim_end(line);
            out << line << '\n';
        }
        write_row(out, columns, row, style);
    }
}

// ---- one column

// The place follows on a line of its own if it does not fit behind the operation.
void write_list_row(std::ostream& out, const Row& row, const std::string& name,
                    const TextStyle& style) {
    const auto indent = static_cast<unsigned>(row.number.size()) + 4;
    std::string text = row.number + name + "  " + operation_of(row.text);
    const std::string& place = row.text.place;
    const bool fits = text_width(text) + 2 + text_width(place) <= style.width;
    text += fits && !place.empty() ? "  " + place : "";
    for (const std::string& line : wrapped(text, std::max(style.width, width_min), indent)) {
        out << (row.matters ? bold(style, line) : line) << '\n';
    }
    if (!fits && !place.empty()) {
        out << std::string(indent, ' ') << dim(style, place) << '\n';
    }
}

void write_list(std::ostream& out, const std::vector<Row>& rows, const Trace& trace,
                const TextStyle& style) {
    unsigned name_width = 0;
    for (const TaskSpec& task : trace.tasks) {
        name_width = std::max(name_width, text_width(heading_of(task)));
    }
    for (const Row& row : rows) {
        if (row.starts_again) {
            write_new_start(out, row, style);
        } else if (!row.preempted.empty()) {
            write_preemption(out, row, trace, style);
        } else if (row.switches) {
            out << '\n';
        }
        write_list_row(out, row, padded(heading_of(trace.tasks[row.task]), name_width), style);
    }
}

}  // namespace

void write_steps(std::ostream& out, const Result& result, const TextStyle& style) {
    const Trace& trace = *result.trace;
    const std::vector<Row> rows = rows_of(result);
    const Columns columns = columns_of(rows, trace, style.width);
    if (rows.empty()) {
        out << "  (no step)\n";
    } else if (columns.width > 0) {
        write_columns(out, rows, columns, trace, style);
    } else {
        write_list(out, rows, trace, style);
    }
    for (unsigned task = 0; task < trace.tasks.size() && !rows.empty(); ++task) {
        if (std::none_of(rows.begin(), rows.end(), [=](const Row& r) { return r.task == task; })) {
            out << "  " << heading_of(trace.tasks[task]) << " takes no step\n";
        }
    }
}

}  // namespace heddle
