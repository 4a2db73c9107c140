// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "checker/sync/threads/bitops.h"
#include "checker/sync/threads/context.h"

namespace heddle {

struct work_struct {
    unsigned long state;
};

constexpr unsigned work_idle = 0;  // nothing for the worker to do
constexpr unsigned work_busy = 1;  // queued and not finished

inline void INIT_WORK(struct work_struct* work) { work->state = bit_mask(work_idle); }

inline bool queue_work(struct work_struct* work, Where = Where::here()) {
    const unsigned long old = fully_ordered(shared(work->state).exchange(bit_mask(work_busy)));
    return (old & bit_mask(work_idle)) != 0;
}

inline void wait_until_clear(struct work_struct* work, unsigned nr) {
    spin_until(
        [=] { return (shared(work->state).load(std::memory_order_acquire) & bit_mask(nr)) == 0; });
}

inline void flush_work(struct work_struct* work, Where where = Where::here()) {
    might_sleep(where);
    wait_until_clear(work, work_busy);
}

inline void wait_for_work(struct work_struct* work, Where where = Where::here()) {
    might_sleep(where);
    wait_until_clear(work, work_idle);
}

inline void finish_work(struct work_struct* work, Where = Where::here()) {
    shared(work->state).store(bit_mask(work_idle), std::memory_order_release);
}

}  // namespace heddle
