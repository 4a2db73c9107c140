// SPDX-License-Identifier: Apache-2.0
// Bars beside the steps of a task that show which locks it holds.
#pragma once

#include <string>
#include <vector>

#include "scenarios/report/trace_rows.h"

namespace heddle {

class Lanes {
  public:
    // Of the sections those whose first step is shown.
    explicit Lanes(const Story& story);

    // Columns that the bars of a task take, a blank behind them included; 0 if there are none.
    unsigned width(unsigned task) const;

    // Which line of a row it stands before.
    enum class Line { place, text, more_text };

    // "|+ ": a '+' where a lock is taken or given back, a '|' in between.
    std::string before(const TraceRow& row, unsigned task, Line line) const;

  private:
    std::vector<LockSection> sections_;
};

}  // namespace heddle
