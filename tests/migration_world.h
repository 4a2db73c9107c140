// SPDX-License-Identifier: Apache-2.0
// What the tests of migration begin with.
#pragma once

#include <vector>

#include "tests/model_operations.h"

namespace heddle {

// world_of() with one free page, "new0".
inline ScenarioWords migration_of(const std::vector<PageSetting>& pages,
                                  const std::vector<TaskSetting>& tasks = {
                                      {.steps = "migrate_pages P"}}) {
    ScenarioWords words = world_of(pages, tasks);
    words.machine.free_pages = 1;
    return words;
}

}  // namespace heddle
