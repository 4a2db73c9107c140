// SPDX-License-Identifier: Apache-2.0
// How far searches are, told on stderr while they run.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "checker/budget.h"
#include "checker/verdict.h"
#include "scenarios/program/cli.h"

namespace heddle {

// "1,230,000 states, 2,010,000 a second, depth 41, 64.0 MiB, about 41 % of 3,010,000 (give or take
// a factor of 1.2)". See Progress for what the factor means.
std::string progress_text(const Progress& progress);

class ProgressView {
  public:
    // --progress and --progress-interval.
    void add_options(CLI::App& app);

    // Once, before the others. `total` is how many scenarios there will be.
    void open(std::size_t total);

    // A scenario begins, goes on, ends. Indices count from 0.
    void begin(std::size_t index, const std::string& scenario);
    void show(std::size_t index, const Progress& now);
    void end(std::size_t index, const Verdict& verdict);

    // Takes the line off the terminal, where something else is about to be written.
    void clear();

  private:
    enum class Style { none, redrawn, lines, json };

    struct Scenario {
        std::string name;
        std::string text;
        double due;  // the second of its search at which it is told next
    };

    std::string head(std::size_t index) const;
    void tell_json(std::size_t index, const char* event, const Progress& now,
                   const char* verdict) const;
    void redraw();

    std::string wanted_ = "auto";
    std::string interval_ = "10";
    Style style_ = Style::none;
    double interval_seconds_ = 0;
    std::size_t total_ = 0;
    std::map<std::size_t, Scenario> running_ = {};
    bool shown_ = false;
};

}  // namespace heddle
