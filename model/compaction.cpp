// SPDX-License-Identifier: Apache-2.0
#include "model/compaction.h"

#include "model/mm_inline.h"
#include "model/page_alloc.h"
#include "model/swap.h"
#include "model/vmscan.h"

namespace heddle {

namespace {

bool compact_trylock_irqsave(spinlock_t* lock, unsigned long& flags, migrate_mode mode) {
    if (mode != MIGRATE_ASYNC) {
        spin_lock_irqsave(lock, flags);
        return true;
    }
    local_irq_save(flags);
    if (spin_trylock(lock)) {
        return true;
    }
    local_irq_restore(flags);
    return false;
}

// Looks without lru_lock and without a reference: all of it may be wrong the next moment, and is
// only to save taking the lock in vain.
bool looks_movable(struct page* page) {
    // A huge page is left as it is.
    if (is_in_buddy(page) || PageTransCompound(page) || !PageLRU(page)) {
        return false;
    }
    // An anonymous page with more references than mappings is pinned by somebody.
    return page_mapping(page) != nullptr || page_count(page) <= page_mapcount(page);
}

// Under lru_lock. False if the page is not to be had.
bool isolate_locked(struct page* page, struct zone* zone, unsigned mode) {
    struct lruvec* lruvec = mem_cgroup_page_lruvec(page, zone);
    if (__isolate_lru_page(page, mode) != 0) {
        return false;
    }
    del_page_from_lru_list(page, lruvec, page_lru(page));
    return true;
}

}  // namespace

page_set isolate_migratepages_block(struct zone* zone, migrate_mode mode) {
    const unsigned isolate_mode =
        ISOLATE_UNEVICTABLE | (mode != MIGRATE_SYNC ? ISOLATE_ASYNC_MIGRATE : 0U);
    page_set migratepages = {};
    unsigned nr_migratepages = 0;
    unsigned long flags = 0;
    spinlock_t* locked = nullptr;

    for (unsigned low_pfn = 0;
         low_pfn < this_machine().nr_pages && nr_migratepages < this_machine().swap_cluster_max;
         ++low_pfn) {
        struct page* page = pfn_to_page(low_pfn);
        if (page_zone(page) != zone) {
            continue;
        }
        // Does not keep interrupts off for ever.
        if (low_pfn % this_machine().swap_cluster_max == 0 && locked != nullptr) {
            spin_unlock_irqrestore(locked, flags);
            locked = nullptr;
        }
        if (!looks_movable(page)) {
            continue;
        }
        if (page_lru_lock(page) != locked) {
            if (locked != nullptr) {
                spin_unlock_irqrestore(locked, flags);
            }
            spinlock_t* lock = page_lru_lock(page);
            locked = compact_trylock_irqsave(lock, flags, mode) ? lock : nullptr;
            if (locked == nullptr) {
                break;
            }
            // It may have left its list while we waited, and be another cgroup's now.
            if (!PageLRU(page) || PageTransCompound(page) || page_lru_lock(page) != locked) {
                continue;
            }
        }
        if (isolate_locked(page, zone, isolate_mode)) {
            add_page(migratepages, page);
            ++nr_migratepages;
        }
    }
    if (locked != nullptr) {
        spin_unlock_irqrestore(locked, flags);
    }
    return migratepages;
}

namespace {

void acct_isolated(page_set pages) {
    while (!pages.empty()) {
        mod_zone_isolated(take_first_page(pages), 1);
    }
}

}  // namespace

void compact_zone(struct zone* zone, migrate_mode mode) {
    lru_add_drain();  // migrate_prep_local()
    page_set migratepages = isolate_migratepages_block(zone, mode);
    acct_isolated(migratepages);
    if (!migratepages.empty() && migrate_pages(migratepages, mode) != 0) {
        putback_movable_pages(migratepages);
    }
}

}  // namespace heddle
