// SPDX-License-Identifier: Apache-2.0
// Mutations of more than a few lines: functions whole, as they would be.
#include "model/mutations.h"

#include "model/mlock.h"
#include "model/mm.h"
#include "model/pagevec.h"
#include "model/vmscan.h"
#include "model/vmstat.h"

namespace heddle {

unsigned munlock_vma_page_clearing_late(struct page* page) {
    struct zone* zone = page_zone(page);
    const unsigned nr_pages = hpage_nr_pages(page);

    spin_lock_irq(page_lru_lock(page));
    const bool isolated = PageMlocked(page) && __munlock_isolate_lru_page(page, true);
    spin_unlock_irq(page_lru_lock(page));
    const bool cleared = TestClearPageMlocked(page);
    if (cleared) {
        ghost([&] {
            ghost_happened(Happened::tclr_m, page);
            ghost_settle(page);  // nobody looks again
        });
        mod_zone_page_state(zone, NR_MLOCK, -static_cast<long>(nr_pages));
    }
    if (isolated && cleared) {
        __munlock_isolated_page(page);
    } else if (isolated) {
        putback_lru_page(page);
    } else if (cleared) {
        preempt_disable();
        __munlock_isolation_failed(page);
        preempt_enable();
    }
    return nr_pages - 1;
}

void munlock_pagevec_clearing_late(struct pagevec* pvec) {
    for (unsigned i = 0; i < pagevec_count(pvec); ++i) {
        struct page* page = pvec->pages[i];
        lock_page(page);
        munlock_vma_page_clearing_late(page);
        unlock_page(page);
        put_page(page, Holder::pin);
    }
}

}  // namespace heddle
