// SPDX-License-Identifier: Apache-2.0
// A scenario's document as text.
#pragma once

#include <string>

#include "scenarios/toml_table.h"

namespace heddle {

// The text of a scenario file, with its keys in the order of the format's reference. Keys that the
// format does not have, comments and variants are left out.
std::string toml_text(const toml::table& document);

// The document that the scenario `variant` of a file has: the variant's keys over those at the top,
// [machine] merged key by key. With an empty name what stands at the top.
toml::table merged_document(const toml::table& file, const std::string& variant);

}  // namespace heddle
