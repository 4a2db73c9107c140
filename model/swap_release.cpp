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
        spin_lock_irqsave(page_lru_lock(page), flags);
        unlink_for_free(page);
        spin_unlock_irqrestore(page_lru_lock(page), flags);
    }
}

void __put_compound_page(struct page* page) {
    __page_cache_release(page);
    free_transhuge_page(page);
}

void check_lru_lock_is_free(struct page* page) {
    if (!this_machine().d6_is_off && spin_is_held(page_lru_lock(page))) {
        fail({.claim = "D6",
              .formula = "the last reference of a page with PG_lru is not dropped under lru_lock",
              .object = page});
    }
}

// Takes the lru_lock of the page, in the place of `locked` if there is one.
void relock_for_free(struct page* page, spinlock_t* locked, unsigned long& flags) {
    if (locked != nullptr) {
        spin_unlock_irqrestore(locked, flags);
    }
    ghost([&] { check_lru_lock_is_free(page); });
    spin_lock_irqsave(page_lru_lock(page), flags);
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
    spinlock_t* locked = nullptr;
    unsigned long flags = 0;
    unsigned lock_batch = 0;

    for (unsigned i = 0; i < nr; ++i) {
        struct page* page = compound_head(pages[i]);
        // Does not keep interrupts off for ever.
        if (locked != nullptr && ++lock_batch == this_machine().swap_cluster_max) {
            spin_unlock_irqrestore(locked, flags);
            locked = nullptr;
        }
        if (!put_page_testzero(page, holder)) {
            continue;
        }
        if (PageTransCompound(page)) {
            if (locked != nullptr) {
                spin_unlock_irqrestore(locked, flags);
                locked = nullptr;
            }
            __put_compound_page(page);
            continue;
        }
        if (PageLRU(page)) {
            spinlock_t* lock = page_lru_lock(page);
            if (lock != locked) {
                lock_batch = 0;
                relock_for_free(page, locked, flags);
                locked = lock;
            }
            unlink_for_free(page);
        }
        __ClearPageActive(page);
        pages_to_free[nr_to_free++] = page;
    }
    if (locked != nullptr) {
        spin_unlock_irqrestore(locked, flags);
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
