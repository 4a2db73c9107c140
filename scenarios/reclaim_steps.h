// SPDX-License-Identifier: Apache-2.0
// The steps of reclaim, for the table in steps.cpp.
#pragma once

#include "scenarios/steps.h"

namespace heddle {

void run_isolate_lru_pages(const StepArguments& arguments);
void run_shrink_inactive_list(const StepArguments& arguments);
void run_shrink_active_list(const StepArguments& arguments);
void run_kswapd(const StepArguments& arguments);

}  // namespace heddle
