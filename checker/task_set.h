// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "checker/sync/task_state.h"

namespace heddle {

// A bit per task.
using TaskSet = std::uint64_t;
constexpr TaskSet all_tasks = ~TaskSet{0};
static_assert(tasks_max <= 64);
constexpr TaskSet set_of(unsigned task) { return TaskSet{1} << task; }

}  // namespace heddle
