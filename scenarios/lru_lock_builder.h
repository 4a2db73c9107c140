// SPDX-License-Identifier: Apache-2.0
// Builds LRU lists and their locks from a scenario file's words.
#pragma once

#include "checker/scenario.h"
#include "model/machine.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// Adds lruvecs and lru_locks to a machine with zones and processes, and tells each process its
// memory cgroup.
void build_lru_locks(Setup& setup, const ScenarioWords& words, struct machine& machine);

// The memory cgroup of the process that maps the page first; 0, the root, of a page that none maps.
unsigned char mem_cgroup_of(const ScenarioWords& words, const PageWords& page,
                            const struct machine& machine);

// Gives the locks their names in reports, and their class.
void name_lru_locks(Setup& setup, const struct machine& machine);

}  // namespace heddle
