// SPDX-License-Identifier: Apache-2.0
// Verdicts for programs. results.schema.json describes the document.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "scenarios/exit_code.h"
#include "scenarios/result.h"

namespace heddle {

// Changes when a reader of the document must change; members may be added without.
constexpr const char* results_schema = "heddle-results-1";

// One JSON document. `errors` are the messages about what could not be checked at all.
void write_json(std::ostream& out, std::span<const Result> results,
                const std::vector<std::string>& errors, ExitCode exit_code);

}  // namespace heddle
