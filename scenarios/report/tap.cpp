// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/tap.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/report/text_style.h"
#include "scenarios/report/verdict_words.h"

namespace heddle {

namespace {

// A line of either protocol, and what is told about it.
struct Point {
    bool is_ok = false;
    bool is_skipped = false;
    std::string name;
    std::string text;  // of several lines; empty: nothing
};

std::vector<Point> points_of(const Run& run) {
    std::vector<Point> points;
    for (const Result& result : run.results) {
        const Outcome outcome = outcome_of(result, run);
        Point point;
        point.is_skipped = outcome == Outcome::skipped;
        point.is_ok = outcome == Outcome::met || point.is_skipped;
        point.name = one_line(result.summary.scenario);
        point.text = point.is_ok ? headline_of(result) : text_of(result);
        points.push_back(std::move(point));
    }
    for (const std::string& error : run.errors) {
        points.push_back({.name = "input", .text = error});
    }
    return points;
}

void write_comments(std::ostream& out, const std::string& text) {
    for (const std::string& line : lines_of_text(text)) {
        out << "# " << one_line(line) << '\n';
    }
}

// In a name of TAP '#' begins a directive, and '\' takes that from it.
std::string tap_name(const std::string& name) {
    std::string escaped;
    for (const char c : name) {
        escaped += c == '#' || c == '\\' ? "\\" : "";
        escaped += c;
    }
    return escaped;
}

std::string point_line(const Point& point, std::size_t number, const std::string& name) {
    return fmt::format("{} {} {}{}\n", point.is_ok ? "ok" : "not ok", number, name,
                       point.is_skipped ? " # SKIP incomplete" : "");
}

bool was_interrupted(const Run& run) { return run.exit_code == ExitCode::interrupted; }

}  // namespace

void write_tap(std::ostream& out, const Run& run) {
    const std::vector<Point> points = points_of(run);
    out << "TAP version 13\n1.." << points.size() << '\n';
    for (std::size_t i = 0; i < points.size(); ++i) {
        out << point_line(points[i], i + 1, "- " + tap_name(points[i].name));
        write_comments(out, points[i].text);
    }
    out << (was_interrupted(run) ? "Bail out! interrupted\n" : "");
}

void write_ktap(std::ostream& out, const Run& run) {
    std::vector<Point> points = points_of(run);
    out << "KTAP version 1\n1.." << points.size() << '\n';
    for (std::size_t i = 0; i < points.size(); ++i) {
        std::string& name = points[i].name;
        std::replace(name.begin(), name.end(), '#', '_');
        write_comments(out, points[i].text);
        out << point_line(points[i], i + 1, name);
    }
    out << (was_interrupted(run) ? "Bail out! interrupted\n" : "");
}

}  // namespace heddle
