// SPDX-License-Identifier: Apache-2.0
// The facade under the checker: every operation on shared memory is announced, then done on plain
// data. Only one task runs at a time, so plain data is enough.
#pragma once

#include "checker/sync/checked/atomic.h"
#include "checker/sync/checked/bitops.h"
#include "checker/sync/checked/bug.h"
#include "checker/sync/checked/build.h"
#include "checker/sync/checked/context.h"
#include "checker/sync/checked/guarded.h"
#include "checker/sync/checked/locks.h"
#include "checker/sync/checked/percpu.h"
#include "checker/sync/checked/plain.h"
#include "checker/sync/checked/sleeping_locks.h"
#include "checker/sync/checked/workqueue.h"
