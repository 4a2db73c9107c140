// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/trace_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "scenarios/report/lanes.h"

namespace heddle {

namespace {

constexpr unsigned column_min = 28;
constexpr std::string_view gap = "   ";

std::string heading_of(const TaskSpec& task) {
    const char* kind = "";
    if (task.kind == TaskKind::interrupt) {
        kind = ", interrupt";
    } else if (task.kind == TaskKind::daemon) {
        kind = ", daemon";
    }
    return fmt::format("{} (CPU {}{})", task.name, task.cpu, kind);
}

bool takes_steps(const std::vector<TraceRow>& rows, unsigned task) {
    return std::any_of(rows.begin(), rows.end(), [=](const TraceRow& r) { return r.task == task; });
}

void trim_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

// ---- lines over the whole width

std::string margin_of(const TraceRow& row) { return std::string(row.number.size(), ' '); }

// What stands between the row and that before it. False if nothing does.
bool write_switch(std::ostream& out, const TraceRow& row, const Trace& trace,
                  const TextStyle& style) {
    std::string text;
    if (row.starts_again) {
        text = "-- again from the start --";
    } else if (!row.preempted.empty()) {
        text = fmt::format("-- preemption: {} could go on, {} runs --", row.preempted,
                           trace.tasks[row.task].name);
    }
    if (!text.empty()) {
        out << bold(style, margin_of(row) + text) << '\n';
    }
    return !text.empty();
}

void write_decision(std::ostream& out, const TraceRow& row, const Result& result,
                    const TextStyle& style) {
    if (row.critical) {
        const Step& sibling = *result.sibling;
        const bool same = sibling.choice.task == row.task;
        const std::string other =
            same ? fmt::format("alternative {}", sibling.choice.alternative) : sibling.task;
        const std::string text = fmt::format(
            "{}-- decided here: every run from now on fails; with {} in its place some "
            "end well --",
            margin_of(row), other);
        for (const std::string& line :
             wrapped(text, style.width, static_cast<unsigned>(row.number.size()) + 3)) {
            out << bold(style, line) << '\n';
        }
    }
}

// ---- a column per task

struct Column {
    unsigned task = 0;
    unsigned width = 0;  // with the bars
};

// The columns that a task's rows would fill.
unsigned wanted_width(const std::vector<TraceRow>& rows, const Lanes& lanes, const Trace& trace,
                      unsigned task) {
    unsigned widest = text_width(heading_of(trace.tasks[task]));
    for (const TraceRow& row : rows) {
        const bool is_folded = row.kind == TraceRow::Kind::folded;
        if (row.task == task) {
            const unsigned text = text_width(row.text) + 2;
            widest =
                std::max({widest, lanes.width(task) + text_width(row.place),
                          lanes.width(task) + (is_folded ? std::min(text, column_min) : text)});
        }
    }
    return widest;
}

// Narrow columns get what they want, the others the same share of what is left. Empty if that
// is too little.
std::vector<Column> columns_of(const std::vector<TraceRow>& rows, const Lanes& lanes,
                               const Trace& trace, unsigned width) {
    std::vector<Column> columns;
    for (unsigned task = 0; task < trace.tasks.size(); ++task) {
        if (takes_steps(rows, task)) {
            columns.push_back({task, wanted_width(rows, lanes, trace, task)});
        }
    }
    std::vector<Column*> by_width;
    by_width.reserve(columns.size());
    for (Column& column : columns) {
        by_width.push_back(&column);
    }
    std::sort(by_width.begin(), by_width.end(),
              [](const Column* one, const Column* other) { return one->width < other->width; });
    const auto count = static_cast<unsigned>(columns.size());
    const unsigned used = static_cast<unsigned>(rows.front().number.size()) +
                          static_cast<unsigned>(gap.size()) * (count - 1);
    unsigned left = width > used ? width - used : 0;
    for (unsigned i = 0; i < count; ++i) {
        const unsigned share = left / (count - i);
        if (share < std::min(by_width[i]->width, column_min + lanes.width(by_width[i]->task))) {
            return {};
        }
        by_width[i]->width = std::min(by_width[i]->width, share);
        left -= by_width[i]->width;
    }
    return columns;
}

class ColumnLayout {
  public:
    ColumnLayout(std::ostream& out, const std::vector<Column>& columns, const Lanes& lanes,
                 const TextStyle& style)
        : out_(out), columns_(columns), lanes_(lanes), style_(style) {}

    void write_headings(const Trace& trace, const TraceRow& first) {
        std::string headings = margin_of(first);
        std::string rule = headings;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string between(i > 0 ? gap : "");
            headings +=
                between + padded(heading_of(trace.tasks[columns_[i].task]), columns_[i].width);
            rule += between + std::string(columns_[i].width, '-');
        }
        trim_end(headings);
        out_ << bold(style_, headings) << '\n' << rule << '\n';
    }

    // A line with nothing but bars.
    void write_gap(const TraceRow& row) {
        out_ << line_of(row, Lanes::Line::place, margin_of(row), "", "") << '\n';
    }

    void write(const TraceRow& row) {
        std::string margin = row.number;
        const auto write_line = [&](Lanes::Line kind, const std::string& text,
                                    const std::string& shown) {
            out_ << line_of(row, kind, row.marked ? bold(style_, margin) : margin, text, shown)
                 << '\n';
            margin = margin_of(row);
        };
        if (!row.place.empty()) {
            for (const std::string& line : wrapped(row.place, width_of(row.task), 2)) {
                write_line(Lanes::Line::place, line, dim(style_, line));
            }
        }
        Lanes::Line kind = Lanes::Line::text;
        for (const std::string& line : wrapped("  " + row.text, width_of(row.task), 4)) {
            write_line(kind, line, row.marked ? bold(style_, line) : line);
            kind = Lanes::Line::more_text;
        }
    }

  private:
    unsigned width_of(unsigned task) const {
        const auto column = std::find_if(columns_.begin(), columns_.end(),
                                         [=](const Column& each) { return each.task == task; });
        return column->width - lanes_.width(task);
    }

    // `text` in the column of the row's task, as `shown`; the bars in all.
    std::string line_of(const TraceRow& row, Lanes::Line kind, const std::string& margin,
                        const std::string& text, const std::string& shown) const {
        std::string line = margin;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const Column& column = columns_[i];
            const bool own = column.task == row.task;
            line += (i > 0 ? gap : "");
            line += lanes_.before(row, column.task, own ? kind : Lanes::Line::place);
            const unsigned used = lanes_.width(column.task) + (own ? text_width(text) : 0);
            line +=
                (own ? shown : "") + std::string(column.width - std::min(column.width, used), ' ');
        }
        trim_end(line);
        return line;
    }

    std::ostream& out_;
    const std::vector<Column>& columns_;
    const Lanes& lanes_;
    const TextStyle& style_;
};

void write_columns(std::ostream& out, ColumnLayout& layout, const std::vector<TraceRow>& rows,
                   const Result& result, const TextStyle& style) {
    layout.write_headings(*result.trace, rows.front());
    for (const TraceRow& row : rows) {
        if (!write_switch(out, row, *result.trace, style) && row.switches) {
            layout.write_gap(row);
        }
        layout.write(row);
        write_decision(out, row, result, style);
    }
}

// ---- one column

// The place follows on a line of its own if it does not fit behind the operation.
void write_list_row(std::ostream& out, const TraceRow& row, const std::string& name,
                    const std::string& bars, const TextStyle& style) {
    const auto indent = static_cast<unsigned>(row.number.size()) + 4;
    std::string text = row.number + name + "  " + bars + row.text;
    const bool fits = text_width(text) + 2 + text_width(row.place) <= style.width;
    text += fits && !row.place.empty() ? "  " + row.place : "";
    for (const std::string& line : wrapped(text, std::max(style.width, width_min), indent)) {
        out << (row.marked ? bold(style, line) : line) << '\n';
    }
    if (!fits && !row.place.empty()) {
        out << std::string(indent, ' ') << dim(style, row.place) << '\n';
    }
}

void write_list(std::ostream& out, const std::vector<TraceRow>& rows, const Lanes& lanes,
                const Result& result, const TextStyle& style) {
    unsigned name_width = 0;
    for (const TaskSpec& task : result.trace->tasks) {
        name_width = std::max(name_width, text_width(heading_of(task)));
    }
    for (const TraceRow& row : rows) {
        if (!write_switch(out, row, *result.trace, style) && row.switches) {
            out << '\n';
        }
        write_list_row(out, row, padded(heading_of(result.trace->tasks[row.task]), name_width),
                       lanes.before(row, row.task, Lanes::Line::text), style);
        write_decision(out, row, result, style);
    }
}

}  // namespace

void write_steps(std::ostream& out, const Result& result, const TextStyle& style) {
    const Trace& trace = *result.trace;
    if (trace.steps.empty()) {
        out << "  (no step)\n";
        return;
    }
    const Story story = story_of(result, style.verbose);
    const std::vector<TraceRow> rows = trace_rows(result, story);
    const Lanes lanes(story);
    const std::vector<Column> columns = columns_of(rows, lanes, trace, style.width);
    if (columns.empty()) {
        write_list(out, rows, lanes, result, style);
    } else {
        ColumnLayout layout(out, columns, lanes, style);
        write_columns(out, layout, rows, result, style);
    }
    for (unsigned task = 0; task < trace.tasks.size(); ++task) {
        if (!takes_steps(rows, task)) {
            out << "  " << heading_of(trace.tasks[task]) << " takes no step\n";
        }
    }
}

}  // namespace heddle
