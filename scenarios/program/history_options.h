// SPDX-License-Identifier: Apache-2.0
// Keeping the results of a check for `heddle stats`.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "scenarios/history.h"
#include "scenarios/program/cli.h"

namespace heddle {

// --history FILE, as `check` and `stats` have it.
void add_history(CLI::App& app, std::string& path);

class HistoryFlags {
  public:
    void add_options(CLI::App& app);

    // Before the work begins. Empty, also without --history, or what is wrong.
    std::string open();

    // Empty, or why they could not be kept.
    std::string keep(std::span<const Result> results);

  private:
    std::string path_ = {};
    std::string commit_ = {};
    std::optional<ResultHistory> history_ = std::nullopt;
};

}  // namespace heddle
