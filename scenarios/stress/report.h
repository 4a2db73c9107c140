// SPDX-License-Identifier: Apache-2.0
// What stress has found, for readers and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/stress/stress.h"

namespace heddle {

// What one result amounts to; `allow_incomplete`: what was expected and not found is no failure.
ExitCode exit_code_of(const StressResult& result, bool allow_incomplete);

// A violation in full: what is broken, in which round, the operations of the round, the world.
std::string text_of(const StressResult& result, const StressOptions& options);

// A line per result, and how many are as expected.
std::string table_of(const std::vector<StressResult>& results);

// `heddle-stress-1` and `heddle-stress-log-1`, see README.md.
nlohmann::json json_of(const std::vector<StressResult>& results, const StressOptions& options,
                       ExitCode code);
nlohmann::json log_json_of(const StressResult& result, const StressOptions& options);

}  // namespace heddle
