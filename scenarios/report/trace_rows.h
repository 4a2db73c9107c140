// SPDX-License-Identifier: Apache-2.0
// The steps of a trace as the layouts of text need them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "checker/step_text.h"
#include "scenarios/report/story.h"

namespace heddle {

struct TraceRow {
    enum class Kind {
        step,
        folded,   // steps of one task that are left out
        repeated  // steps that do again what the rows before it have told
    };

    Kind kind = Kind::step;
    std::size_t first = 0;  // steps, by index
    std::size_t last = 0;
    unsigned task = 0;
    std::string number = {};  // of a step: "*7  ", the asterisk if it is marked, '!' if it decided
    std::string place = {};   // empty: that of the row before
    std::string text = {};    // what the step does, or what is left out
    bool marked = false;      // for bold
    bool critical = false;
    bool switches = false;       // another task ran before
    std::string preempted = {};  // the name of that task if it could have gone on
    bool starts_again = false;   // the first of another run
};

// Steps of one task that are not shown and stand together become one row; a single one is shown.
// A block of rows that is repeated without a difference becomes one and a row that says how often.
std::vector<TraceRow> trace_rows(const Result& result, const Story& story);

}  // namespace heddle
