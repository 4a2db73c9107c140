// SPDX-License-Identifier: Apache-2.0
// The steps of huge pages, for the table in steps.cpp.
#pragma once

#include "scenarios/steps.h"

namespace heddle {

void run_split_huge_page(const StepArguments& arguments);
void run_split_huge_page_refcount(const StepArguments& arguments);
void run_deferred_split_scan(const StepArguments& arguments);
void run_khugepaged(const StepArguments& arguments);
void run_numa_fault(const StepArguments& arguments);
void run_retract_page_tables(const StepArguments& arguments);

}  // namespace heddle
