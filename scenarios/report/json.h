// SPDX-License-Identifier: Apache-2.0
// Verdicts for programs. results.schema.json describes the document.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "scenarios/report/report.h"

namespace heddle {

// Changes when a reader of the document must change; members may be added without.
constexpr const char* results_schema = "heddle-results-1";

// A member of `results`. Strings may hold any bytes.
nlohmann::ordered_json result_json(const Result& result);

// What the document says, for other forms of it.
nlohmann::ordered_json results_json(const Run& run);

// One JSON document.
void write_json(std::ostream& out, const Run& run);

}  // namespace heddle
