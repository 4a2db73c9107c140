// SPDX-License-Identifier: Apache-2.0
// The facade the model is written against. One text, two builds: the names below mean simulated
// memory under the checker and real memory on real threads. Both define the same; the contract
// test is compiled for both.
#pragma once

#include "checker/sync/mutation.h"

#ifdef HEDDLE_THREADS
#include "checker/sync/threads.h"
#else
#include "checker/sync/checked.h"
#endif
