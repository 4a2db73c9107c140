// SPDX-License-Identifier: Apache-2.0
// What a scenario expects a system call to return: "shmctl SHM_LOCK S -> -ENOMEM".
#pragma once

#include <optional>
#include <string>

#include "checker/sync/where.h"

namespace heddle {

// The value of a text such as "0" or "-ENOMEM"; nothing if it is neither a number from 0 to 9 nor
// the negative name of an error that some path returns.
std::optional<int> result_of(const std::string& text);

// A violation of "result" unless `result` is what is expected, if anything is.
void check_result(std::optional<int> expected, int result, Where where = Where::here());

}  // namespace heddle
