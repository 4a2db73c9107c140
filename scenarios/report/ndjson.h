// SPDX-License-Identifier: Apache-2.0
// Progress and verdicts as they come, for programs. events.schema.json describes a line.
#pragma once

#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// Changes when a reader of the lines must change; members and types may be added without.
constexpr const char* events_schema = "heddle-events-1";

// A JSON object per line, each flushed: any number of "progress" and "result", and one "end".
class Ndjson final : public Report {
  public:
    explicit Ndjson(std::ostream& out) : out_(out) {}
    void progress(const std::string& scenario, const Progress& now) override;
    void add(const Result& result) override;
    void finish(const Run& run) override;

  private:
    std::ostream& out_;
};

}  // namespace heddle
