// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/lanes.h"

#include <algorithm>

namespace heddle {

namespace {

char bar(const LockSection& section, const TraceRow& row, Lanes::Line line) {
    const bool takes = row.first == section.first;
    const bool gives_back = section.given_back && row.last == section.last;
    if ((takes || gives_back) && line == Lanes::Line::text) {
        return '+';
    }
    const bool held =
        takes ? line == Lanes::Line::more_text : !gives_back || line == Lanes::Line::place;
    return held ? '|' : ' ';
}

}  // namespace

Lanes::Lanes(const Story& story) {
    for (const LockSection& section : story.sections) {
        if (story.shown[section.first]) {
            sections_.push_back(section);
        }
    }
}

unsigned Lanes::width(unsigned task) const {
    unsigned levels = 0;
    for (const LockSection& section : sections_) {
        levels = section.task == task ? std::max(levels, section.level + 1) : levels;
    }
    return levels == 0 ? 0 : levels + 1;
}

std::string Lanes::before(const TraceRow& row, unsigned task, Line line) const {
    std::string text(width(task), ' ');
    for (const LockSection& section : sections_) {
        if (section.task == task && section.first <= row.last && row.first <= section.last) {
            text[section.level] = bar(section, row, line);
        }
    }
    return text;
}

}  // namespace heddle
