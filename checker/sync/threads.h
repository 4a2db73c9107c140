// SPDX-License-Identifier: Apache-2.0
// The facade on real threads: the same names on atomics and real locks. The `Where` of each name is
// not used. A simulated CPU is a pair of locks, see threads/cpu.h.
#pragma once

#include "checker/sync/threads/atomic.h"
#include "checker/sync/threads/bitops.h"
#include "checker/sync/threads/bug.h"
#include "checker/sync/threads/build.h"
#include "checker/sync/threads/context.h"
#include "checker/sync/threads/guarded.h"
#include "checker/sync/threads/locks.h"
#include "checker/sync/threads/percpu.h"
#include "checker/sync/threads/plain.h"
#include "checker/sync/threads/sleeping_locks.h"
#include "checker/sync/threads/workqueue.h"
