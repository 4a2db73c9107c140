// SPDX-License-Identifier: Apache-2.0
#include "model/mlock.h"

#include "model/fixes.h"
#include "model/mm_inline.h"
#include "model/mutations.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/vmscan.h"
#include "model/vmstat.h"

namespace heddle {

namespace {

// By how much PG_mlocked of so many pages counts in NR_MLOCK.
long in_nr_mlock(unsigned nr_pages) { return has(Fix::nr_mlock_counts_subpages) ? nr_pages : 1; }

// By how much that of the page counts as an event.
unsigned mlock_events(const struct page* page) {
    return has(Fix::events_count_subpages) ? hpage_nr_pages(page) : 1;
}

}  // namespace

void clear_page_mlock(struct page* page) {
    if (!TestClearPageMlocked(page)) {
        return;
    }
    ghost([&] { ghost_happened(Happened::tclr_c, page); });
    mod_zone_page_state(page_zone(page), NR_MLOCK, -in_nr_mlock(hpage_nr_pages(page)));
    count_vm_events(UNEVICTABLE_PGCLEARED, mlock_events(page));
    // TestClearPageMlocked() above is the full barrier that pairs with the one in
    // putback_lru_page(): if this misses PG_lru, the putter sees the flag cleared.
    const bool isolated = isolate_lru_page(page) == 0;
    ghost([&] { ghost_settle(page); });
    if (isolated) {
        ghost([&] { ghost_happened(Happened::clear_ends, page); });
        putback_lru_page(page);
    } else if (PageUnevictable(page)) {
        // Somebody has it off the lists; its putback will not find PG_mlocked.
        ghost([&] { ghost_happened(Happened::st_c, page); });
        count_vm_events(UNEVICTABLE_PGSTRANDED, mlock_events(page));
    } else {
        ghost([&] { ghost_happened(Happened::clear_ends, page); });
    }
}

void mlock_vma_page(struct page* page) {
    ghost([&] { ghost_require_reference(page); });
    BUG_ON(!PageLocked(page));
    VM_BUG_ON_PAGE(PageTail(page), page);
    VM_BUG_ON_PAGE(PageDoubleMap(page), page);
    const bool was_mlocked = TestSetPageMlocked(page);
    ghost([&] { ghost_require_mlocked(page); });
    if (!was_mlocked) {
        mod_zone_page_state(page_zone(page), NR_MLOCK, in_nr_mlock(hpage_nr_pages(page)));
        count_vm_events(UNEVICTABLE_PGMLOCKED, mlock_events(page));
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
    // The seed goes by the walk, which it need not have made.
    const bool mlocked_again =
        has(Fix::munlock_event_by_flag) ? PageMlocked(page) : ret == SWAP_MLOCK;
    if (!mlocked_again) {
        count_vm_events(UNEVICTABLE_PGMUNLOCKED, mlock_events(page));
    } else {
        ghost([&] { ghost_happened(Happened::rm, page); });
    }
    putback_lru_page(page);
}

void __munlock_isolation_failed(struct page* page) {
    if (PageUnevictable(page)) {
        ghost([&] { ghost_happened(Happened::st_m, page); });
        __count_vm_events(UNEVICTABLE_PGSTRANDED, mlock_events(page));
    } else {
        __count_vm_events(UNEVICTABLE_PGMUNLOCKED, mlock_events(page));
    }
}

namespace {

// As before v3.14: the flag and the size are read apart.
unsigned munlock_vma_page_without_lru_lock(struct page* page) {
    unsigned nr_pages = 1;
    BUG_ON(!PageLocked(page));
    ghost([&] { ghost_require_reference(page); });
    if (TestClearPageMlocked(page)) {
        ghost([&] { ghost_happened(Happened::tclr_m, page); });
        nr_pages = hpage_nr_pages(page);
        mod_zone_page_state(page_zone(page), NR_MLOCK, -in_nr_mlock(nr_pages));
        const bool isolated = isolate_lru_page(page) == 0;
        ghost([&] { ghost_settle(page); });
        if (isolated) {
            __munlock_isolated_page(page);
        } else {
            preempt_disable();
            __munlock_isolation_failed(page);
            preempt_enable();
        }
    }
    return nr_pages - 1;
}

}  // namespace

unsigned munlock_vma_page(struct page* page) {
    if (!has(Fix::munlock_takes_lru_lock)) {
        return munlock_vma_page_without_lru_lock(page);
    }
    if (mutated(Mutation::munlock_clears_flag_late)) {
        return munlock_vma_page_clearing_late(page);
    }
    unsigned nr_pages = 1;
    struct zone* zone = page_zone(page);

    BUG_ON(!PageLocked(page));
    VM_BUG_ON_PAGE(PageTail(page), page);
    lockdep_assert_irqs_enabled();
    ghost([&] { ghost_require_reference(page); });
    // Keeps the flag and the size as they are together: a split copies PG_mlocked to the tails
    // under this lock.
    spin_lock_irq(page_lru_lock(page));
    if (!has(Fix::munlock_skips_only_what_was_mlocked)) {
        nr_pages = hpage_nr_pages(page);
    }
    if (!TestClearPageMlocked(page)) {
        // The seed's caller skips a whole huge page, of which perhaps one pte maps a part.
        nr_pages = has(Fix::munlock_skips_huge_page_not_mlocked) ? nr_pages : 1;
        goto unlock_out;
    }
    ghost([&] { ghost_happened(Happened::tclr_m, page); });
    if (has(Fix::munlock_skips_only_what_was_mlocked)) {
        nr_pages = hpage_nr_pages(page);
    }
    __mod_zone_page_state(zone, NR_MLOCK, -in_nr_mlock(nr_pages));
    if (__munlock_isolate_lru_page(page, true)) {
        ghost([&] { ghost_settle(page); });
        spin_unlock_irq(page_lru_lock(page));
        __munlock_isolated_page(page);
        return nr_pages - 1;
    }
    ghost([&] { ghost_settle(page); });
    __munlock_isolation_failed(page);
unlock_out:
    spin_unlock_irq(page_lru_lock(page));
    return nr_pages - 1;
}

bool __putback_lru_fast_prepare(struct page* page, struct pagevec* pvec, unsigned& pgrescued) {
    VM_BUG_ON_PAGE(PageLRU(page), page);
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    if ((mutated(Mutation::fast_putback_without_mapcount) || page_mapcount(page) <= 1) &&
        page_evictable(page)) {
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

namespace {

// Phase 2 of __munlock_pagevec(): one page at a time, under its lock.
void munlock_isolated_pages(struct pagevec* pvec, unsigned nr, struct pagevec* pvec_putback,
                            unsigned& pgrescued) {
    for (unsigned i = 0; i < nr; ++i) {
        struct page* page = pvec->pages[i];
        if (page == nullptr) {
            continue;
        }
        lock_page(page);
        if (!__putback_lru_fast_prepare(page, pvec_putback, pgrescued)) {
            // putback_lru_page() drops the reference of the isolation; the page must live until it
            // has been unlocked.
            const bool pinned = !mutated(Mutation::munlock_without_extra_pin);
            if (pinned) {
                get_page(page, Holder::pin);
            }
            __munlock_isolated_page(page);
            unlock_page(page);
            if (pinned) {
                put_page(page, Holder::pin);
            }
        }
    }
}

}  // namespace

void __munlock_pagevec(struct pagevec* pvec, struct zone* zone) {
    if (mutated(Mutation::munlock_clears_flag_late)) {
        munlock_pagevec_clearing_late(pvec);
        return;
    }
    const unsigned nr = pagevec_count(pvec);
    long delta_munlocked = -static_cast<long>(nr);
    struct pagevec pvec_putback;
    unsigned pgrescued = 0;

    lockdep_assert_irqs_enabled();
    ghost([&] { ghost_require_references(pvec->pages, nr); });
    pagevec_init(&pvec_putback);

    // Phase 1: take the pages off their lists, without page locks. Those that are not to be
    // processed further go to pvec_putback and leave an empty slot.
    spinlock_t* lru_lock = page_lru_lock(pvec->pages[0]);
    spin_lock_irq(lru_lock);
    for (unsigned i = 0; i < nr; ++i) {
        struct page* page = pvec->pages[i];
        lru_lock = relock_irq(lru_lock, page_lru_lock(page));
        if (TestClearPageMlocked(page)) {
            ghost([&] { ghost_happened(Happened::tclr_m, page); });
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
        if (has(Fix::munlock_drops_pins_unlocked) &&
            !mutated(Mutation::munlock_drops_pins_under_lru_lock)) {
            pagevec_add(&pvec_putback, page);
        } else {
            put_page(page, Holder::pin);
        }
    }
    __mod_zone_page_state(zone, NR_MLOCK, delta_munlocked);
    spin_unlock_irq(lru_lock);
    // Not under lru_lock: the last reference of a page takes lru_lock to unlink it.
    pagevec_release(&pvec_putback, Holder::pin);

    munlock_isolated_pages(pvec, nr, &pvec_putback, pgrescued);
    // Phase 3: the pages that went the fast way, all at once.
    if (pagevec_count(&pvec_putback) != 0) {
        __putback_lru_fast(&pvec_putback, pgrescued);
    }
}

}  // namespace heddle
