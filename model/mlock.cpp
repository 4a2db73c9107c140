// SPDX-License-Identifier: Apache-2.0
#include "model/mlock.h"

#include "model/fixes.h"
#include "model/mm_inline.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/vmscan.h"
#include "model/vmstat.h"

namespace heddle {

void clear_page_mlock(struct page* page) {
    if (!TestClearPageMlocked(page)) {
        return;
    }
    ghost([&] { ghost_happened(Happened::tclr_c); });
    mod_zone_page_state(page_zone(page), NR_MLOCK, -1);
    count_vm_event(UNEVICTABLE_PGCLEARED);
    // TestClearPageMlocked() above is the full barrier that pairs with the one in
    // putback_lru_page(): if this misses PG_lru, the putter sees the flag cleared.
    const bool isolated = isolate_lru_page(page) == 0;
    ghost([&] { ghost_settle(page); });
    if (isolated) {
        ghost([&] { ghost_happened(Happened::clear_ends); });
        putback_lru_page(page);
    } else if (PageUnevictable(page)) {
        // Somebody has it off the lists; its putback will not find PG_mlocked.
        ghost([&] { ghost_happened(Happened::st_c); });
        count_vm_event(UNEVICTABLE_PGSTRANDED);
    } else {
        ghost([&] { ghost_happened(Happened::clear_ends); });
    }
}

void mlock_vma_page(struct page* page) {
    BUG_ON(!PageLocked(page));
    const bool was_mlocked = TestSetPageMlocked(page);
    ghost([&] { ghost_require_mlocked(page); });
    if (!was_mlocked) {
        mod_zone_page_state(page_zone(page), NR_MLOCK, 1);
        count_vm_event(UNEVICTABLE_PGMLOCKED);
        if (isolate_lru_page(page) == 0) {
            putback_lru_page(page);
        }
    }
}

bool __munlock_isolate_lru_page(struct page* page, bool getpage) {
    if (!PageLRU(page)) {
        return false;
    }
    struct lruvec* lruvec = mem_cgroup_page_lruvec(page, page_zone(page));
    if (getpage) {
        get_page(page, Holder::isolation);
    }
    ClearPageLRU(page);
    ghost([&] {
        if (!getpage) {
            ghost_transfer(page, Holder::pin, Holder::isolation);
        }
        ghost_isolate(page);
    });
    del_page_from_lru_list(page, lruvec, page_lru(page));
    return true;
}

void __munlock_isolated_page(struct page* page) {
    int ret = SWAP_AGAIN;

    // With one mapping it is the one being munlocked, and there is nobody else to ask.
    if (page_mapcount(page) > 1) {
        ret = try_to_munlock(page);
    }
    if (ret != SWAP_MLOCK) {
        count_vm_event(UNEVICTABLE_PGMUNLOCKED);
    } else {
        ghost([&] { ghost_happened(Happened::rm); });
    }
    putback_lru_page(page);
}

void __munlock_isolation_failed(struct page* page) {
    if (PageUnevictable(page)) {
        ghost([&] { ghost_happened(Happened::st_m); });
        __count_vm_event(UNEVICTABLE_PGSTRANDED);
    } else {
        __count_vm_event(UNEVICTABLE_PGMUNLOCKED);
    }
}

unsigned munlock_vma_page(struct page* page) {
    constexpr unsigned nr_pages = 1;
    struct zone* zone = page_zone(page);

    BUG_ON(!PageLocked(page));
    lockdep_assert_irqs_enabled();
    ghost([&] { ghost_require_reference(page); });
    spin_lock_irq(zone_lru_lock(zone));
    if (!TestClearPageMlocked(page)) {
        goto unlock_out;
    }
    ghost([&] { ghost_happened(Happened::tclr_m); });
    __mod_zone_page_state(zone, NR_MLOCK, -static_cast<long>(nr_pages));
    if (__munlock_isolate_lru_page(page, true)) {
        ghost([&] { ghost_settle(page); });
        spin_unlock_irq(zone_lru_lock(zone));
        __munlock_isolated_page(page);
        return nr_pages - 1;
    }
    ghost([&] { ghost_settle(page); });
    __munlock_isolation_failed(page);
unlock_out:
    spin_unlock_irq(zone_lru_lock(zone));
    return nr_pages - 1;
}

bool __putback_lru_fast_prepare(struct page* page, struct pagevec* pvec, unsigned& pgrescued) {
    VM_BUG_ON_PAGE(PageLRU(page), page);
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    if (page_mapcount(page) <= 1 && page_evictable(page)) {
        // An mlock from here on is not noticed: the page goes to an evictable list with
        // PG_mlocked set, and reclaim culls it.
        pagevec_add(pvec, page);
        if (TestClearPageUnevictable(page)) {
            ++pgrescued;
        }
        unlock_page(page);
        return true;
    }
    return false;
}

void __putback_lru_fast(struct pagevec* pvec, unsigned pgrescued) {
    count_vm_events(UNEVICTABLE_PGMUNLOCKED, pagevec_count(pvec));
    __pagevec_lru_add(pvec, Holder::isolation);
    count_vm_events(UNEVICTABLE_PGRESCUED, pgrescued);
}

void __munlock_pagevec(struct pagevec* pvec, struct zone* zone) {
    const unsigned nr = pagevec_count(pvec);
    long delta_munlocked = -static_cast<long>(nr);
    struct pagevec pvec_putback;
    unsigned pgrescued = 0;

    lockdep_assert_irqs_enabled();
    ghost([&] { ghost_require_references(pvec->pages, nr); });
    pagevec_init(&pvec_putback);

    // Phase 1: take the pages off their lists, without page locks. Those that are not to be
    // processed further go to pvec_putback and leave an empty slot.
    spin_lock_irq(zone_lru_lock(zone));
    for (unsigned i = 0; i < nr; ++i) {
        struct page* page = pvec->pages[i];
        if (TestClearPageMlocked(page)) {
            ghost([&] { ghost_happened(Happened::tclr_m); });
            const bool isolated = __munlock_isolate_lru_page(page, false);
            ghost([&] { ghost_settle(page); });
            if (isolated) {
                continue;
            }
            __munlock_isolation_failed(page);
            // The seed goes on as if the flag had not been set.
            const int uncounted = has(Fix::munlock_counts_cleared_flags) ? 0 : 1;
            delta_munlocked += uncounted;
            ghost([&] { zone->ghost.leaked += uncounted; });
        } else {
            ++delta_munlocked;
        }
        pvec->pages[i] = nullptr;
        if (has(Fix::munlock_drops_pins_unlocked)) {
            pagevec_add(&pvec_putback, page);
        } else {
            put_page(page, Holder::pin);
        }
    }
    __mod_zone_page_state(zone, NR_MLOCK, delta_munlocked);
    spin_unlock_irq(zone_lru_lock(zone));
    // Not under lru_lock: the last reference of a page takes lru_lock to unlink it.
    pagevec_release(&pvec_putback, Holder::pin);

    // Phase 2: one page at a time, under its lock.
    for (unsigned i = 0; i < nr; ++i) {
        struct page* page = pvec->pages[i];
        if (page != nullptr) {
            lock_page(page);
            if (!__putback_lru_fast_prepare(page, &pvec_putback, pgrescued)) {
                // putback_lru_page() drops the reference of the isolation; the page must live
                // until it has been unlocked.
                get_page(page, Holder::pin);
                __munlock_isolated_page(page);
                unlock_page(page);
                put_page(page, Holder::pin);
            }
        }
    }
    // Phase 3: the pages that went the fast way, all at once.
    if (pagevec_count(&pvec_putback) != 0) {
        __putback_lru_fast(&pvec_putback, pgrescued);
    }
}

}  // namespace heddle
