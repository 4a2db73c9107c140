// SPDX-License-Identifier: Apache-2.0
// The reports that the user asks for, and where each goes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scenarios/program/cli.h"
#include "scenarios/program/output.h"
#include "scenarios/report/report.h"

namespace heddle {

class Reports {
  public:
    // --report KIND=FILE, as often as wanted, and --json FILE, which is --report json=FILE.
    void add_options(CLI::App& app);

    // Opens each destination, so that one that cannot be had is known before the work begins.
    // Empty, or what is wrong.
    std::string open();

    // Whether one of them goes to stdout, where there is no text then.
    bool has_stdout() const;

    void progress(const std::string& scenario, const Progress& now);
    void add(const Result& result);

    // Also annotates the run of GitHub Actions that this is a step of, on stdout if it has text.
    // Empty, or what went wrong.
    std::string finish(const Run& run);

  private:
    struct Open {
        std::unique_ptr<Destination> destination;
        std::unique_ptr<Report> report;
    };

    std::vector<std::string> wanted_ = {};  // "html=out.html"
    std::string json_ = {};
    std::vector<Open> open_ = {};
};

}  // namespace heddle
