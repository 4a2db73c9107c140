// SPDX-License-Identifier: Apache-2.0
// Work that a task hands to a worker on another CPU. Source: kernel/workqueue.c (v4.8), of which
// this keeps: queueing twice is once, and flushing waits for the end of what was queued before.
#pragma once

#include "checker/sync/checked/bitops.h"
#include "checker/sync/checked/context.h"

namespace heddle {

// Each work has one worker: a task that calls wait_for_work() and finish_work() in turn.
struct work_struct {
    unsigned long state;
};

constexpr unsigned work_idle = 0;  // nothing for the worker to do
constexpr unsigned work_busy = 1;  // queued and not finished

inline void INIT_WORK(struct work_struct* work) { work->state = bit_mask(work_idle); }

// False if it was queued already.
inline bool queue_work(struct work_struct* work, Where where = Where::here()) {
    announce(operation_on(work->state, OperationKind::rmw, Ordering::full, "queue_work", where));
    const bool idle = (work->state & bit_mask(work_idle)) != 0;
    work->state = bit_mask(work_busy);
    observe(idle);
    return idle;
}

inline void wait_until_clear(struct work_struct* work, unsigned nr, const char* name, Where where) {
    might_sleep(where);
    Operation operation =
        on_bit(nr, operation_on(work->state, OperationKind::wait, Ordering::acquire, name, where));
    operation.blocked_by = bit_mask(nr);
    operation.may_sleep = true;
    if (mutation_of(operation, only(Rule::skip)) == Rule::none) {
        announce(operation);
    }
}

// Sleeps until the work has been done.
inline void flush_work(struct work_struct* work, Where where = Where::here()) {
    wait_until_clear(work, work_busy, "flush_work", where);
}

// The worker's side: sleeps until there is something to do.
inline void wait_for_work(struct work_struct* work, Where where = Where::here()) {
    wait_until_clear(work, work_idle, "wait_for_work", where);
}

inline void finish_work(struct work_struct* work, Where where = Where::here()) {
    announce(
        operation_on(work->state, OperationKind::release, Ordering::release, "finish_work", where));
    work->state = bit_mask(work_idle);
}

}  // namespace heddle
