// SPDX-License-Identifier: Apache-2.0
#include "scenarios/program/reports.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "scenarios/program/options.h"
#include "scenarios/report/github.h"

namespace heddle {

namespace {

std::string kind_of(const std::string& text) { return text.substr(0, text.find('=')); }
std::string path_of(const std::string& text) { return text.substr(text.find('=') + 1); }

bool is_report(const std::string& text) {
    const std::size_t equals = text.find('=');
    return equals != std::string::npos && equals + 1 < text.size() &&
           find_report(kind_of(text)) != nullptr;
}

std::string help() {
    std::string text = "Also write a report; may be repeated; a FILE of - is stdout. Kinds:";
    for (const ReportKind& kind : report_kinds()) {
        text += fmt::format("\n{} - {}", kind.name, kind.help);
    }
    return text;
}

}  // namespace

void Reports::add_options(CLI::App& app) {
    app.add_option("--report", wanted_, help())
        ->type_name("KIND=FILE")
        ->check(accepts("KIND=FILE with one of the kinds of `heddle check --help`, such as "
                        "json=results.json",
                        is_report))
        ->allow_extra_args(false)
        ->delimiter(',')
        ->envname("HEDDLE_REPORT");
    add_json(app, json_);
}

std::string Reports::open() {
    std::vector<std::string> wanted = wanted_;
    if (!json_.empty()) {
        wanted.push_back("json=" + json_);
    }
    const auto to_stdout = [](const std::string& text) { return path_of(text) == "-"; };
    if (std::count_if(wanted.begin(), wanted.end(), to_stdout) > 1) {
        return "--report: expected at most one report on stdout";
    }
    for (const std::string& text : wanted) {
        const ReportKind& kind = *find_report(kind_of(text));
        auto destination = std::make_unique<Destination>();
        if (std::string message = destination->open(path_of(text), kind.streams);
            !message.empty()) {
            return message;
        }
        std::unique_ptr<Report> report = kind.make(destination->stream());
        open_.push_back({std::move(destination), std::move(report)});
    }
    return "";
}

bool Reports::has_stdout() const {
    return std::any_of(open_.begin(), open_.end(),
                       [](const Open& each) { return each.destination->is_stdout(); });
}

void Reports::progress(const std::string& scenario, const Progress& now) {
    for (const Open& each : open_) {
        each.report->progress(scenario, now);
    }
}

void Reports::add(const Result& result) {
    for (const Open& each : open_) {
        each.report->add(result);
    }
}

std::string Reports::finish(const Run& run) {
    if (is_on_github() && !has_stdout()) {
        write_github(std::cout, run);
    }
    std::string message;
    for (const Open& each : open_) {
        each.report->finish(run);
        const std::string own = each.destination->finish();
        message += (message.empty() || own.empty() ? "" : "; ") + own;
    }
    return message;
}

}  // namespace heddle
