// SPDX-License-Identifier: Apache-2.0
// Documents checked against a JSON Schema.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace heddle {

// What is wrong with the document, a line each: "<root>[results][0]: what". Empty if nothing is.
std::string schema_errors(const nlohmann::json& schema, const nlohmann::json& document);

}  // namespace heddle
