// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "scenarios/conform/system_call.h"

namespace heddle {

// At most `calls_max` calls, and at least half as many, of two processes over address spaces of
// `pages` pages, about one in eight of them with an argument that makes no sense; and their limits.
SyscallSequence random_sequence(std::mt19937_64& random, unsigned calls_max, unsigned pages);

}  // namespace heddle
