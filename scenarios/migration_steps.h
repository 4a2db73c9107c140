// SPDX-License-Identifier: Apache-2.0
// The steps that move pages, for the table in steps.cpp.
#pragma once

#include "scenarios/steps.h"

namespace heddle {

// As soft_offline_page() and mempolicy do, which find their pages by a reference and drop it once
// they have isolated the page.
void run_migrate_pages(const StepArguments& arguments);

// One zone, in the mode that the step names.
void run_memory_failure(const StepArguments& arguments);
void run_compact(const StepArguments& arguments);
void run_ksm(const StepArguments& arguments);

}  // namespace heddle
