// SPDX-License-Identifier: Apache-2.0
// The tables of scenario files about SysV shared memory: [[user]] and [[segment]].
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario_file.h"
#include "scenarios/toml_table.h"

namespace heddle {

// Reads users and segments.
void read_shm(const TomlTable& top, ScenarioWords& scenario);

// What can change schedules, as text.
std::string canonical_text_of_shm(const ScenarioWords& scenario);

// What a segment says of itself, its mapping and its pages. Its users and mapping exist.
void check_segment(const ScenarioWords& scenario, const SegmentWords& segment, FileErrors& errors);

// What stands at each offset of a segment: "swap", "none" or a page's name.
std::vector<std::string> entries_of(const ScenarioWords& scenario, const SegmentWords& segment);

}  // namespace heddle
