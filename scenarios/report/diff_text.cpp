// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/diff_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heddle {

namespace {

constexpr std::size_t steps_before = 2;  // of those in common
constexpr std::size_t steps_behind = 6;  // of each run, where they part
constexpr unsigned side_min = 36;        // columns, or one run is told after the other
constexpr unsigned side_gap = 3;

std::string steps_count_text(std::size_t count) {
    return fmt::format("{} step{}", count, count == 1 ? "" : "s");
}

// The step's lines, each of at most `width` columns.
std::vector<std::string> lines_of_step(const ToldStep& step, std::size_t number, unsigned width) {
    const std::string head =
        fmt::format("{:>3}  {} (CPU {})  {}", number + 1, step.task, step.cpu, step.place);
    std::vector<std::string> lines = wrapped(head, width, 7);
    const std::vector<std::string> does = wrapped("       " + step.text, width, 9);
    lines.insert(lines.end(), does.begin(), does.end());
    return lines;
}

// The steps from `begin` on as a column.
std::vector<std::string> side_of(const ToldRun& run, std::size_t begin, std::size_t end,
                                 unsigned width) {
    std::vector<std::string> lines;
    for (std::size_t i = begin; i < std::min(end, run.steps.size()); ++i) {
        const std::vector<std::string> own = lines_of_step(run.steps[i], i, width);
        lines.insert(lines.end(), own.begin(), own.end());
    }
    if (run.steps.size() <= end) {
        lines.push_back("     ends: " + run.end);
    } else {
        lines.push_back("     ... " + steps_count_text(run.steps.size() - end) + " more");
    }
    return lines;
}

void write_sides(std::ostream& out, const std::vector<std::string>& left,
                 const std::vector<std::string>& right, unsigned width) {
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        std::string line = padded(i < left.size() ? left[i] : "", width + side_gap) +
                           (i < right.size() ? right[i] : "");
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
}

void write_parting(std::ostream& out, const ToldRun& a, const ToldRun& b, const TraceDiff& diff,
                   const TextStyle& style) {
    const std::size_t end = diff.common + steps_behind;
    const unsigned half = (style.width - side_gap) / 2;
    const unsigned width = half < side_min ? std::max(style.width, width_min) : half;
    std::vector<std::string> left = side_of(a, diff.common, end, width);
    std::vector<std::string> right = side_of(b, diff.common, end, width);
    left.insert(left.begin(), "  A");
    right.insert(right.begin(), "  B");
    if (half < side_min) {
        left.insert(left.end(), right.begin(), right.end());
        right.clear();
    }
    write_sides(out, left, right, width);
}

std::string title_of(const char* letter, const ToldRun& run) {
    return fmt::format("{}: {}, {}, {}", letter, run.name, steps_count_text(run.steps.size()),
                       run.end);
}

}  // namespace

void write_diff(std::ostream& out, const ToldRun& a, const ToldRun& b, const TextStyle& style) {
    const TraceDiff diff = diff_of(a, b);
    out << bold(style, title_of("A", a)) << '\n' << bold(style, title_of("B", b)) << '\n';
    if (diff.are_equal) {
        out << "\nThe runs are the same.\n";
        return;
    }
    out << fmt::format("\nIn common from the start: {}.\n", steps_count_text(diff.common));
    const std::size_t begin = diff.common - std::min(diff.common, steps_before);
    for (std::size_t i = begin; i < diff.common; ++i) {
        for (const std::string& line :
             lines_of_step(a.steps[i], i, std::max(style.width, width_min))) {
            out << dim(style, line) << '\n';
        }
    }
    out << "\nThen they part:\n";
    write_parting(out, a, b, diff, style);
    if (diff.again) {
        out << fmt::format("\nAfter step {} both are in one state again.\n", *diff.again);
    } else {
        out << "\nThey do not come to one state again.\n";
    }
}

}  // namespace heddle
