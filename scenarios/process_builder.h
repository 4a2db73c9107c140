// SPDX-License-Identifier: Apache-2.0
// Builds processes from a scenario file's words: address spaces, vmas, page tables, and the trees
// by which a page finds the vmas that may map it.
#pragma once

#include "checker/scenario.h"
#include "model/machine.h"
#include "scenarios/scenario_file.h"

namespace heddle {

// Allocates mms, vmas and page tables, and sets up everything but the pages' entries.
void build_processes(Setup& setup, const ScenarioWords& words, struct machine& machine);

// Enters the page into its vmas' page tables; sets its index and, for an anonymous page, its
// mapping. To be called after build_processes().
void map_page(const ScenarioWords& words, unsigned pfn, struct machine& machine);

// Gives the words of processes their names in reports.
void name_processes(Setup& setup, const ScenarioWords& words, const struct machine& machine);

// The first address of the vma's page `at`; of a vma without a process, that of page number `pfn`.
unsigned long address_in(const ScenarioWords& words, unsigned vma, unsigned at, unsigned pfn);

}  // namespace heddle
