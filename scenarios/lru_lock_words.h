// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "scenarios/toml_table.h"

namespace heddle {

// The name of a layout of lru_lock, from `lru_lock` of [machine]; the default if it names none.
std::string read_lru_lock(const TomlTable& machine);

}  // namespace heddle
