// SPDX-License-Identifier: Apache-2.0
// What a process that checks a scenario tells the one it was forked from.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "checker/budget.h"
#include "checker/verdict.h"

namespace heddle {

using Message = std::variant<Progress, Summary>;

// As bytes that begin with their number. Pointers to constants and into the arena remain what they
// are, since both processes have them at the same addresses.
std::string bytes_of(const Message& message);

// Takes the first message off `bytes`; none if it is not complete yet.
std::optional<Message> take_message(std::string& bytes);

}  // namespace heddle
