// SPDX-License-Identifier: Apache-2.0
// The options of commands that search.
#pragma once

#include <string>

#include "checker/search.h"
#include "scenarios/program/options.h"

namespace heddle {

class SearchFlags {
  public:
    void add_to(CLI::App& app);

    // After the command line has been read.
    CheckOptions options() const;

  private:
    void add_limits(CLI::App& app);
    void add_sampling(CLI::App& app);
    void add_parallel(CLI::App& app);
    void add_checkpoint(CLI::App& app);

    std::string search_ = CheckOptions().search;
    std::string reductions_ = "all";
    std::string time_budget_ = "0";
    std::string memory_budget_ = "0";
    std::string max_states_ = "0";
    std::string seed_ = "1";
    std::string runs_ = "10000";
    std::string depth_ = "3";
    std::string jobs_ = "1";
    std::string checkpoint_ = {};
    std::string checkpoint_interval_ = "60";
    std::string resume_ = {};
    EngineOptions engine_ = {};
};

}  // namespace heddle
