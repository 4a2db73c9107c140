// SPDX-License-Identifier: Apache-2.0
// The second part of mm/swap.c: the last reference of a page.
#include "model/huge_memory.h"
#include "model/mm_inline.h"
#include "model/page_alloc.h"
#include "model/swap.h"

namespace heddle {

namespace {

// Unlinks a page whose last reference is gone. The caller holds lru_lock.
void unlink_for_free(struct page* page) {
    VM_BUG_ON_PAGE(!PageLRU(page), page);
    __ClearPageLRU(page);
    ghost([&] { ghost_isolate(page); });
    struct lruvec* lruvec = mem_cgroup_page_lruvec(page, page_zone(page));
    del_page_from_lru_list(page, lruvec, page_off_lru(page));
}

void __page_cache_release(struct page* page) {
    if (PageLRU(page)) {
        unsigned long flags = 0;
        spin_lock_irqsave(zone_lru_lock(page_zone(page)), flags);
        unlink_for_free(page);
        spin_unlock_irqrestore(zone_lru_lock(page_zone(page)), flags);
    }
}

void __put_compound_page(struct page* page) {
    __page_cache_release(page);
    free_transhuge_page(page);
}

void check_lru_lock_is_free(struct page* page) {
    if (!this_machine().d6_is_off && spin_is_held(zone_lru_lock(page_zone(page)))) {
        fail({.claim = "D6",
              .formula = "the last reference of a page with PG_lru is not dropped under lru_lock",
              .object = page});
    }
}

// Takes the lru_lock of the page's node, in the place of `locked_pgdat`'s if there is one.
void relock_for_free(struct page* page, struct pglist_data* locked_pgdat, unsigned long& flags) {
    if (locked_pgdat != nullptr) {
        spin_unlock_irqrestore(&locked_pgdat->lru_lock, flags);
    }
    ghost([&] { check_lru_lock_is_free(page); });
    spin_lock_irqsave(&page_pgdat(page)->lru_lock, flags);
}

}  // namespace

void __put_page(struct page* page) {
    ghost([&] {
        if ((page->flags & bit_mask(PG_lru)) != 0) {
            check_lru_lock_is_free(page);
        }
    });
    if (PageTransCompound(page)) {
        __put_compound_page(page);
        return;
    }
    __page_cache_release(page);
    free_hot_cold_page(page);
}

void release_pages(const page_slot* pages, unsigned nr, Holder holder) {
    page_slot pages_to_free[pages_max] = {};
    unsigned nr_to_free = 0;
    struct pglist_data* locked_pgdat = nullptr;
    unsigned long flags = 0;
    unsigned lock_batch = 0;

    for (unsigned i = 0; i < nr; ++i) {
        struct page* page = compound_head(pages[i]);
        // Does not keep interrupts off for ever.
        if (locked_pgdat != nullptr && ++lock_batch == SWAP_CLUSTER_MAX) {
            spin_unlock_irqrestore(&locked_pgdat->lru_lock, flags);
            locked_pgdat = nullptr;
        }
        if (!put_page_testzero(page, holder)) {
            continue;
        }
        if (PageTransCompound(page)) {
            if (locked_pgdat != nullptr) {
                spin_unlock_irqrestore(&locked_pgdat->lru_lock, flags);
                locked_pgdat = nullptr;
            }
            __put_compound_page(page);
            continue;
        }
        if (PageLRU(page)) {
            struct pglist_data* pgdat = page_pgdat(page);
            if (pgdat != locked_pgdat) {
                lock_batch = 0;
                relock_for_free(page, locked_pgdat, flags);
                locked_pgdat = pgdat;
            }
            unlink_for_free(page);
        }
        __ClearPageActive(page);
        pages_to_free[nr_to_free++] = page;
    }
    if (locked_pgdat != nullptr) {
        spin_unlock_irqrestore(&locked_pgdat->lru_lock, flags);
    }
    for (unsigned i = 0; i < nr_to_free; ++i) {
        free_hot_cold_page(pages_to_free[i]);
    }
}

void pagevec_release(struct pagevec* pvec, Holder holder) {
    if (pagevec_count(pvec) != 0) {
        lru_add_drain();
        release_pages(pvec->pages, pagevec_count(pvec), holder);
        pagevec_reinit(pvec);
    }
}

}  // namespace heddle
