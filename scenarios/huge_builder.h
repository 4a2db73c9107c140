// SPDX-License-Identifier: Apache-2.0
// Builds what only a machine with huge pages has.
#pragma once

#include "checker/scenario.h"
#include "model/machine.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// Everything but the entries of pmds, which come with the processes, if the scenario has huge
// pages.
void build_huge(Setup& setup, const ScenarioWords& words, struct machine& machine);

// Makes the page the head of a huge one: which is the head of which, and how it is mapped.
void build_compound(const ScenarioWords& words, unsigned pfn, struct machine& machine);

}  // namespace heddle
