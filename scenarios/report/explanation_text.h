// SPDX-License-Identifier: Apache-2.0
// Explanations rendered.
#pragma once

#include <ostream>
#include <span>

#include "scenarios/explanation.h"
#include "scenarios/report/text_style.h"

namespace heddle {

void write_explanation(std::ostream& out, const Explanation& told, const TextStyle& style);

// Changes when a reader of the document must change; members may be added without.
constexpr const char* explanation_schema = "heddle-explanations-1";

// One JSON document.
void write_explanations_json(std::ostream& out, std::span<const Explanation> all);

}  // namespace heddle
