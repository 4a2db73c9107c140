// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/scenario.h"
#include "model/machine.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// Tells the engine which tasks of a scenario do the same: the same steps for the same process and
// user, each alone on its CPU. What is a task's own are its pins and credentials and the data of
// its CPU. None where a path goes over all CPUs in their order (work queues).
void declare_alike_tasks(Setup& setup, const ScenarioWords& words, const struct machine& machine);

}  // namespace heddle
