// SPDX-License-Identifier: Apache-2.0
// A part of mm/swap.c: emptying the pagevecs of all CPUs, and the workers that do it.
#include "model/swap.h"

namespace heddle {

namespace {

bool has_pages(per_cpu<struct pagevec>* pvecs, unsigned cpu) {
    return READ_ONCE(per_cpu_ptr(pvecs, cpu)->nr) != 0;
}

}  // namespace

void lru_add_drain_all() {
    struct machine& machine = this_machine();
    unsigned has_work = 0;  // a bit per CPU

    mutex_lock(&machine.state->lru_add_drain_lock);
    for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
        if (has_pages(&machine.lru_add_pvec, cpu) || has_pages(&machine.lru_rotate_pvecs, cpu) ||
            has_pages(&machine.lru_deactivate_file_pvecs, cpu) ||
            has_pages(&machine.lru_deactivate_pvecs, cpu) ||
            has_pages(&machine.activate_page_pvecs, cpu)) {
            queue_work(per_cpu_ptr(&machine.lru_add_drain_work, cpu));
            has_work |= 1U << cpu;
        }
    }
    for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
        if ((has_work & (1U << cpu)) != 0) {
            flush_work(per_cpu_ptr(&machine.lru_add_drain_work, cpu));
        }
    }
    mutex_unlock(&machine.state->lru_add_drain_lock);
}

void lru_add_drain_worker(unsigned cpu) {
    struct work_struct* work = per_cpu_ptr(&this_machine().lru_add_drain_work, cpu);
    for (;;) {
        forget(0);
        wait_for_work(work);
        start_work_item(cpu);
        lru_add_drain();
        finish_work_item(cpu);
        finish_work(work);
    }
}

void start_work_item(unsigned cpu) {
    if (this_machine().workers.of != nullptr) {
        mutex_lock(per_cpu_ptr(&this_machine().workers, cpu));
    }
}

void finish_work_item(unsigned cpu) {
    if (this_machine().workers.of != nullptr) {
        mutex_unlock(per_cpu_ptr(&this_machine().workers, cpu));
    }
}

}  // namespace heddle
