// SPDX-License-Identifier: Apache-2.0
// Worlds with SysV segments for tests of the model.
#pragma once

#include <vector>

#include "tests/model_operations.h"

namespace heddle {

// world_of() with users "alice" and "bob" and the segment "S" over the mapping "shm", of two pages,
// owned by alice, created by bob, locked by alice; and a huge segment "H" of three pages that does
// not exist yet. Tasks are alice's.
inline ScenarioWords world_with_segment(const std::vector<PageSetting>& pages,
                                        const std::vector<TaskSetting>& tasks) {
    ScenarioWords words = world_of(pages, tasks);
    words.mappings[1].unevictable = false;  // follows from the lock
    words.users = {{{"alice", {}}}, {{"bob", {}}}};
    SegmentWords segment;
    segment.name.text = "S";
    segment.mapping.text = "shm";
    segment.pages = 2;
    segment.owner.text = "alice";
    segment.creator.text = "bob";
    segment.locked_by.text = "alice";
    SegmentWords huge;
    huge.name.text = "H";
    huge.pages = 3;
    huge.owner.text = "alice";
    huge.huge = true;
    huge.not_yet = true;
    words.segments = {segment, huge};
    for (TaskWords& task : words.tasks) {
        task.user.text = "alice";
    }
    return words;
}

// The same with S not locked.
inline ScenarioWords world_with_unlocked_segment(const std::vector<PageSetting>& pages,
                                                 const std::vector<TaskSetting>& tasks) {
    ScenarioWords words = world_with_segment(pages, tasks);
    words.segments[0].locked_by.text.clear();
    return words;
}

}  // namespace heddle
