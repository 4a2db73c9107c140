// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/trace_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace heddle {

namespace {

constexpr std::size_t repeated_rows_max = 12;  // of a block

// ---- a row of steps

class Rows {
  public:
    Rows(const Result& result, const Story& story)
        : result_(result),
          steps_(result.trace->steps),
          story_(story),
          digits_(std::to_string(steps_.size()).size()) {}

    std::vector<TraceRow> rows() const {
        std::vector<TraceRow> rows;
        for (std::size_t i = 0; i < steps_.size();) {
            const std::size_t end = end_of_hidden(i);
            rows.push_back(end > i + 1 ? folded(i, end) : step(i));
            i = rows.back().last + 1;
        }
        return rows;
    }

  private:
    // Behind the steps from `first` on that are not shown and of one task.
    std::size_t end_of_hidden(std::size_t first) const {
        std::size_t end = first;
        while (end < steps_.size() && !story_.shown[end] &&
               steps_[end].choice.task == steps_[first].choice.task &&
               steps_[end].run == steps_[first].run) {
            ++end;
        }
        return end;
    }

    void tell_switch(TraceRow& row) const {
        const std::size_t i = row.first;
        const Step& step = steps_[i];
        row.task = step.choice.task;
        row.starts_again = i > 0 && steps_[i - 1].run != step.run;
        row.switches = i > 0 && (row.starts_again || steps_[i - 1].choice.task != row.task);
        row.preempted = step.preempts && i > 0 ? steps_[i - 1].task : "";
    }

    TraceRow folded(std::size_t first, std::size_t end) const {
        TraceRow row = {.kind = TraceRow::Kind::folded, .first = first, .last = end - 1};
        row.number = std::string(digits_ + 3, ' ');
        row.text = fmt::format("... {} steps that do not touch what is broken", end - first);
        tell_switch(row);
        return row;
    }

    TraceRow step(std::size_t i) const {
        TraceRow row = {.first = i, .last = i};
        const StepText text = describe_step(steps_[i], *result_.trace);
        row.place = text.place;
        row.text = text.effect.empty() ? text.call : text.call + " " + text.effect;
        row.critical = result_.critical && result_.critical->kind == CriticalStep::Kind::step &&
                       result_.critical->step == i;
        row.marked = story_.marked[i] || row.critical;
        const char other_mark = row.marked ? '*' : ' ';
        row.number = fmt::format("{}{:>{}}  ", row.critical ? '!' : other_mark, i + 1, digits_);
        tell_switch(row);
        return row;
    }

    const Result& result_;
    const std::vector<Step>& steps_;
    const Story& story_;
    const std::size_t digits_;
};

// ---- repetition

// Whether the second tells what the first has told.
bool tells_again(const TraceRow& one, const TraceRow& other) {
    return one.kind == other.kind && one.task == other.task && one.place == other.place &&
           one.text == other.text && !one.critical && !other.critical && !other.starts_again &&
           other.preempted.empty();
}

// How often the `size` rows at `begin` stand there, one after the other.
std::size_t copies(const std::vector<TraceRow>& rows, std::size_t begin, std::size_t size) {
    std::size_t at = begin + size;
    while (at < rows.size() && tells_again(rows[at - size], rows[at])) {
        ++at;
    }
    return (at - begin) / size;
}

// A block that is told once, with the number of its copies; of several the shortest.
struct Repetition {
    std::size_t size = 1;
    std::size_t copies = 1;
};

Repetition repetition_at(const std::vector<TraceRow>& rows, std::size_t begin) {
    for (std::size_t size = 1; size <= repeated_rows_max; ++size) {
        // One row more would take the place of a single one.
        const std::size_t count = copies(rows, begin, size);
        if ((count - 1) * size > 1) {
            return {size, count};
        }
    }
    return {};
}

std::vector<TraceRow> without_repetition(const std::vector<TraceRow>& rows) {
    std::vector<TraceRow> kept;
    for (std::size_t i = 0; i < rows.size();) {
        const Repetition found = repetition_at(rows, i);
        const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(i);
        kept.insert(kept.end(), begin, begin + static_cast<std::ptrdiff_t>(found.size));
        const std::size_t end = i + found.size * found.copies;
        if (found.copies > 1) {
            TraceRow row = {.kind = TraceRow::Kind::repeated,
                            .first = rows[i + found.size].first,
                            .last = rows[end - 1].last,
                            .task = rows[end - 1].task};
            row.number = std::string(rows[i].number.size(), ' ');
            row.text = fmt::format("x{}: steps {} to {} repeat {} to {}", found.copies,
                                   row.first + 1, row.last + 1, rows[i].first + 1, row.first);
            kept.push_back(std::move(row));
        }
        i = end;
    }
    return kept;
}

void omit_known_places(std::vector<TraceRow>& rows) {
    std::string known;
    for (TraceRow& row : rows) {
        if (row.kind != TraceRow::Kind::step || row.switches) {
            known.clear();
        }
        if (row.kind == TraceRow::Kind::step) {
            const std::string place = row.place;
            row.place = place == known ? "" : place;
            known = place;
        }
    }
}

}  // namespace

std::vector<TraceRow> trace_rows(const Result& result, const Story& story) {
    std::vector<TraceRow> rows = without_repetition(Rows(result, story).rows());
    omit_known_places(rows);
    return rows;
}

}  // namespace heddle
