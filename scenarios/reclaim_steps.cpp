// SPDX-License-Identifier: Apache-2.0
#include "scenarios/reclaim_steps.h"

#include "model/mm.h"
#include "model/vmscan.h"
#include "scenarios/page_steps.h"

namespace heddle {

namespace {

struct lruvec* lruvec_of(const StepArguments& arguments) {
    return &this_machine().zones[arguments.zone].lruvec;
}

}  // namespace

void run_isolate_lru_pages(const StepArguments& arguments) {
    struct zone* zone = this_machine().zones + arguments.zone;
    page_set taken = 0;
    spin_lock_irq(zone_lru_lock(zone));
    isolate_lru_pages(arguments.count, &zone->lruvec, taken, 0,
                      static_cast<lru_list>(arguments.list));
    spin_unlock_irq(zone_lru_lock(zone));
    for (unsigned pfn = 0; pfn < this_machine().nr_pages; ++pfn) {
        if ((taken & page_bit(pfn_to_page(pfn))) != 0) {
            note_isolated(pfn_to_page(pfn));
        }
    }
}

void run_shrink_inactive_list(const StepArguments& arguments) {
    shrink_inactive_list(arguments.count, lruvec_of(arguments),
                         static_cast<lru_list>(arguments.list));
}

void run_shrink_active_list(const StepArguments& arguments) {
    shrink_active_list(arguments.count, lruvec_of(arguments),
                       static_cast<lru_list>(arguments.list));
}

void run_kswapd(const StepArguments& arguments) {
    const struct zone* zone = this_machine().zones + arguments.zone;
    balance_pgdat(zone->zone_pgdat, zone);
}

}  // namespace heddle
