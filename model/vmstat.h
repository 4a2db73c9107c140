// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/vmstat.h (v4.8). The zone counter is one exact number: leaves out the
// per-CPU differences, whose sum is what matters once no task is inside.
#pragma once

#include "model/ghost.h"
#include "model/machine.h"

namespace heddle {

// Atomic towards preemption and interrupts of this CPU.
inline void count_vm_events(vm_event_item item, unsigned delta, Where where = Where::here()) {
    if (call_is_dropped("count_vm_events", where)) {
        return;
    }
    preempt_disable(where);
    vm_event_count& event = this_cpu_ptr(&this_machine().vm_event_states, where)->event[item];
    this_cpu_add(event, static_cast<vm_event_count>(delta), where);
    ghost([&] { ghost_count_event(item, delta); });
    preempt_enable(where);
}
inline void count_vm_event(vm_event_item item, Where where = Where::here()) {
    count_vm_events(item, 1, where);
}

// The caller has preemption off.
inline void __count_vm_events(vm_event_item item, unsigned delta, Where where = Where::here()) {
    if (call_is_dropped("__count_vm_events", where)) {
        return;
    }
    vm_event_count& event = this_cpu_ptr(&this_machine().vm_event_states, where)->event[item];
    this_cpu_add(event, static_cast<vm_event_count>(delta), where);
    ghost([&] { ghost_count_event(item, delta); });
}
inline void __count_vm_event(vm_event_item item, Where where = Where::here()) {
    __count_vm_events(item, 1, where);
}

// `delta` in pages.
inline void mod_zone_page_state(struct zone* zone, zone_stat_item item, long delta,
                                Where where = Where::here()) {
    if (call_is_dropped("mod_zone_page_state", where)) {
        return;
    }
    atomic_add(delta, &zone->vm_stat[item], where);
    ghost([&] {
        if (item == NR_MLOCK) {
            ghost_mlock_count(zone, delta);
        }
    });
}

// As above; the caller has preemption off, which is what makes it safe in the kernel.
inline void __mod_zone_page_state(struct zone* zone, zone_stat_item item, long delta,
                                  Where where = Where::here()) {
    mod_zone_page_state(zone, item, delta, where);
}

}  // namespace heddle
