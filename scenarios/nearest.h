// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace heddle {

// The candidate that differs least from `word`, if it is near enough to be a slip; else empty.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace heddle
