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

inline bool queue_work(struct work_struct* work, Where where = Where::here()) {
    begin_operation("queue_work", work, where);
    const unsigned long old = fully_ordered(shared(work->state).exchange(bit_mask(work_busy)));
    return end_operation((old & bit_mask(work_idle)) != 0);
}

inline bool is_clear(const struct work_struct* work, unsigned nr) {
    return (shared(work->state).load(std::memory_order_acquire) & bit_mask(nr)) == 0;
}

inline void flush_work(struct work_struct* work, Where where = Where::here()) {
    might_sleep(where);
    begin_operation("flush_work", work, where);
    spin_until([=] { return is_clear(work, work_busy); });
    end_operation(0);
}

// Under stress a daemon ends here when nobody is left who could give it work.
inline void wait_for_work(struct work_struct* work, Where where = Where::here()) {
    might_sleep(where);
    begin_operation("wait_for_work", work, where);
    spin_until([=] {
        const bool no_more = stressed_task != nullptr && stressed_task->round_is_ending();
        const bool has_work = is_clear(work, work_idle);
        if (no_more && !has_work) {
            stressed_task->leave(false);
        }
        return has_work;
    });
    end_operation(0);
}

inline void finish_work(struct work_struct* work, Where where = Where::here()) {
    begin_operation("finish_work", work, where);
    end_operation(0);
    shared(work->state).store(bit_mask(work_idle), std::memory_order_release);
}

}  // namespace heddle
