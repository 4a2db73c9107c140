// SPDX-License-Identifier: Apache-2.0
// Verdicts rendered: the forms that there are.
#pragma once

#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "checker/budget.h"
#include "scenarios/exit_code.h"
#include "scenarios/report/figures.h"
#include "scenarios/result.h"

namespace heddle {

// All that a command has found out.
struct Run {
    std::span<const Result> results;
    std::vector<std::string> errors = {};  // messages about what could not be checked at all
    ExitCode exit_code = ExitCode::met;
    bool allow_incomplete = false;  // UNKNOWN is no failure
    std::vector<Figure> figures = {};
};

// Writes to one stream. For a form that is one document finish() is enough.
class Report {
  public:
    virtual ~Report() = default;

    // How far the search of a scenario is.
    virtual void progress(const std::string& /*scenario*/, const Progress& /*now*/) {}

    // A result as soon as it is known, in the order of the scenarios.
    virtual void add(const Result& /*result*/) {}

    virtual void finish(const Run& run) = 0;
};

// A row of the table of forms.
struct ReportKind {
    const char* name;
    const char* help;
    bool streams;  // is read while it is written; others appear whole or not at all
    std::unique_ptr<Report> (*make)(std::ostream& out);
};

std::span<const ReportKind> report_kinds();

// Null if there is none of that name.
const ReportKind* find_report(const std::string& name);

}  // namespace heddle
