// SPDX-License-Identifier: Apache-2.0
// What heddle-conform tells of its results.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "scenarios/conform/conform.h"

namespace heddle {

// "Linux 6.18": which version of the kernel this is, and no more.
std::string kernel_version();

// What the host lets be compared, a line for each thing that it does not.
std::string facts_text(const HostFacts& facts);

// `in_full`: with the first difference that each known change explains.
void write_conform_text(std::ostream& out, const ConformResult& result, bool in_full);

// "heddle-conform-1".
nlohmann::ordered_json conform_json(const HostFacts& facts, const ConformOptions& options,
                                    const ConformResult& result);

}  // namespace heddle
