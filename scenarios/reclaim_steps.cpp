// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reclaim_steps.h"

#include "model/mm.h"
#include "model/vmscan.h"

namespace heddle {

namespace {

// Reclaim goes from one memory cgroup of the zone to the next. Source: shrink_zone() (v4.8).
template <class Visit>
void for_all_lruvecs(const StepArguments& arguments, Visit visit) {
    const unsigned nr = this_machine().nr_mem_cgroups;
    for (unsigned i = arguments.zone * nr; i < (arguments.zone + 1) * nr; ++i) {
        visit(lruvec_number(i));
    }
}

}  // namespace

void run_isolate_lru_pages(const StepArguments& arguments) {
    for_all_lruvecs(arguments, [&](struct lruvec* lruvec) {
        page_set taken = 0;
        spin_lock_irq(lruvec_lru_lock(lruvec));
        isolate_lru_pages(arguments.count, lruvec, taken, 0, static_cast<lru_list>(arguments.list));
        spin_unlock_irq(lruvec_lru_lock(lruvec));
    });
}

void run_shrink_inactive_list(const StepArguments& arguments) {
    for_all_lruvecs(arguments, [&](struct lruvec* lruvec) {
        shrink_inactive_list(arguments.count, lruvec, static_cast<lru_list>(arguments.list));
    });
}

void run_shrink_active_list(const StepArguments& arguments) {
    for_all_lruvecs(arguments, [&](struct lruvec* lruvec) {
        shrink_active_list(arguments.count, lruvec, static_cast<lru_list>(arguments.list));
    });
}

void run_kswapd(const StepArguments& arguments) {
    const struct zone* zone = this_machine().zones + arguments.zone;
    balance_pgdat(zone->zone_pgdat, zone);
}

}  // namespace heddle
