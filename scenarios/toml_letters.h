// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace heddle {

// Where in a TOML text, counted in bytes from 0, the first letter stands that is not ASCII although
// it is neither in a string nor in a comment. Of a text that is malformed before that, anywhere or
// none.
std::optional<std::size_t> foreign_letter(const std::string& text);

}  // namespace heddle
