// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/report.h"

#include <algorithm>
#include <array>

#include "scenarios/report/dot.h"
#include "scenarios/report/github.h"
#include "scenarios/report/html.h"
#include "scenarios/report/json.h"
#include "scenarios/report/junit.h"
#include "scenarios/report/ndjson.h"
#include "scenarios/report/perfetto.h"
#include "scenarios/report/sarif.h"
#include "scenarios/report/tap.h"

namespace heddle {

namespace {

// A form that is one document.
template <void (*write)(std::ostream&, const Run&)>
class Document final : public Report {
  public:
    explicit Document(std::ostream& out) : out_(out) {}
    void finish(const Run& run) override { write(out_, run); }

  private:
    std::ostream& out_;
};

template <class Kind>
std::unique_ptr<Report> make(std::ostream& out) {
    return std::make_unique<Kind>(out);
}

constexpr std::array report_table = {
    ReportKind{"json", "all there is to know; results.schema.json describes it", false,
               make<Document<write_json>>},
    ReportKind{"ndjson", "progress and verdicts as they come, a JSON object per line", true,
               make<Ndjson>},
    ReportKind{"junit", "JUnit XML, a test case per scenario", false, make<Document<write_junit>>},
    ReportKind{"sarif", "SARIF 2.1.0, the violations with their steps", false,
               make<Document<write_sarif>>},
    ReportKind{"tap", "TAP 13, a test per scenario", false, make<Document<write_tap>>},
    ReportKind{"ktap", "KTAP 1, the kernel's form of it", false, make<Document<write_ktap>>},
    ReportKind{"github", "annotations of a GitHub Actions run", false,
               make<Document<write_github>>},
    ReportKind{"perfetto", "schedules for ui.perfetto.dev, a track per CPU", false,
               make<Document<write_perfetto>>},
    ReportKind{"dot", "Graphviz, the states of small scenarios", false, make<Document<write_dot>>},
    ReportKind{"html", "one file for a browser: each counterexample step by step", false,
               make<Document<write_html>>},
};

}  // namespace

std::span<const ReportKind> report_kinds() { return report_table; }

const ReportKind* find_report(const std::string& name) {
    const auto* const found =
        std::find_if(report_table.begin(), report_table.end(),
                     [&](const ReportKind& kind) { return kind.name == name; });
    return found == report_table.end() ? nullptr : found;
}

}  // namespace heddle
