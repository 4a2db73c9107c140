// SPDX-License-Identifier: Apache-2.0
// What whoever builds a world tells the facade, in both builds: set_world_root() and set_nr_cpus();
// and the limits that it keeps to.
#pragma once

#ifdef HEDDLE_THREADS
#include "checker/sync/threads/cpu.h"
#else
#include "checker/sync/task_state.h"
#endif
