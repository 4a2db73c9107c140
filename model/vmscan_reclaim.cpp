// SPDX-License-Identifier: Apache-2.0
// The second part of mm/vmscan.c: reclaim.
#include <initializer_list>

#include "model/filemap.h"
#include "model/huge_memory.h"
#include "model/mm_inline.h"
#include "model/page_alloc.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/swap_state.h"
#include "model/swapfile.h"
#include "model/vmscan.h"
#include "model/vmstat.h"

namespace heddle {

namespace {

// Off a private list, of which others know nothing.
struct page* take_any(page_set& list) {
    struct page* page = any_member(list);
    remove_page(list, page);
    return page;
}

void free_hot_cold_page_list(page_set list) {
    while (!list.empty()) {
        free_hot_cold_page(take_any(list));
    }
}

void count_isolated(struct zone* zone, lru_list lru, long delta) {
    __mod_zone_page_state(zone, is_file_lru(lru) ? NR_ISOLATED_FILE : NR_ISOLATED_ANON, delta);
}

// ---- one page

// Takes the page out of its cache and leaves it without references, if only the cache and its
// isolation have any, and nobody has written to it.
bool __remove_mapping(struct address_space* mapping, struct page* page) {
    BUG_ON(!PageLocked(page));
    BUG_ON(mapping != page_mapping(page));
    spin_lock_irq(&mapping->tree_lock);
    // Whoever looks the page up from now on does not get a reference.
    if (!page_ref_freeze(page, 2)) {
        spin_unlock_irq(&mapping->tree_lock);
        return false;
    }
    // In this order: a writer dirties the page before he drops his reference.
    if (PageDirty(page)) {
        page_ref_unfreeze(page, 2);
        spin_unlock_irq(&mapping->tree_lock);
        return false;
    }
    if (PageSwapCache(page)) {
        const swp_entry_t entry = page->swap;
        __delete_from_swap_cache(page);
        swapcache_free(entry);
    } else {
        __delete_from_page_cache(page, page->index);
    }
    spin_unlock_irq(&mapping->tree_lock);
    return true;
}

enum page_references { PAGEREF_RECLAIM, PAGEREF_KEEP, PAGEREF_ACTIVATE };

page_references page_check_references(struct page* page) {
    vm_flags_t vm_flags = 0;
    const int referenced_ptes = page_referenced(page, true, vm_flags);
    const bool referenced_page = TestClearPageReferenced(page);

    // The page has lost its way to the unevictable list: try_to_unmap() mlocks it.
    if ((vm_flags & VM_LOCKED) != 0) {
        return PAGEREF_RECLAIM;
    }
    if (referenced_ptes == 0) {
        return PAGEREF_RECLAIM;
    }
    if (PageSwapBacked(page)) {
        return PAGEREF_ACTIVATE;
    }
    SetPageReferenced(page);
    return referenced_page || referenced_ptes > 1 ? PAGEREF_ACTIVATE : PAGEREF_KEEP;
}

// pageout() to the swap area, which is done at once. False if somebody else has the page in hand.
bool write_to_swap(struct page* page) {
    // The swap cache and the isolation: is_page_cache_freeable().
    if (atomic_read(&page->_refcount) != 2) {
        return false;
    }
    TestClearPageDirty(page);
    ghost([&] { ghost_write_to_slot(page->swap, page); });
    return true;
}

// How shrink_page_list() leaves a page: the kernel's labels.
enum class Exit { cull_mlocked, activate_locked, keep_locked, keep, free_it };

Exit shrink_locked_page(struct page* page, page_set& page_list) {
    VM_BUG_ON_PAGE(PageActive(page), page);
    if (!page_evictable(page)) {
        return Exit::cull_mlocked;
    }
    if (PageWriteback(page)) {
        return Exit::keep_locked;
    }
    const page_references references = page_check_references(page);
    if (references != PAGEREF_RECLAIM) {
        return references == PAGEREF_KEEP ? Exit::keep_locked : Exit::activate_locked;
    }
    // A page of a VM_LOCKED vma gets its slot here and loses it again as it is culled.
    // The parts of a huge page join the list.
    if (PageAnon(page) && !PageSwapCache(page)) {
        if (!add_to_swap(page, page_list)) {
            return Exit::activate_locked;
        }
    } else if (PageTransHuge(page) && split_huge_page_to_list(page, &page_list) != 0) {
        return Exit::keep_locked;
    }
    VM_BUG_ON_PAGE(PageTransHuge(page), page);
    struct address_space* mapping = page_mapping(page);
    if (page_mapped(page) && mapping != nullptr) {
        switch (try_to_unmap(page, TTU_UNMAP)) {
            case SWAP_FAIL:
                return Exit::activate_locked;
            case SWAP_AGAIN:
                return Exit::keep_locked;
            case SWAP_MLOCK:
                return Exit::cull_mlocked;
            default:
                break;
        }
    }
    if (PageDirty(page) && (!PageSwapCache(page) || !write_to_swap(page))) {
        return Exit::keep_locked;
    }
    if (mapping == nullptr || !__remove_mapping(mapping, page)) {
        return Exit::keep_locked;
    }
    // Nobody can come to the page any more.
    __ClearPageLocked(page);
    return Exit::free_it;
}

// ---- a list of isolated pages

// The exits of a page that is not freed.
void leave_page(struct page* page, Exit exit, unsigned& pgactivate) {
    if (exit == Exit::cull_mlocked) {
        if (PageSwapCache(page)) {
            try_to_free_swap(page);
        }
        unlock_page(page);
        return;
    }
    if (exit == Exit::activate_locked) {
        VM_BUG_ON_PAGE(PageActive(page), page);
        SetPageActive(page);
        ++pgactivate;
    }
    if (exit != Exit::keep) {
        unlock_page(page);
    }
    VM_BUG_ON_PAGE(PageLRU(page) || PageUnevictable(page), page);
}

// Frees those that can be. `page_list` becomes the others, still isolated.
unsigned shrink_page_list(page_set& page_list) {
    page_set ret_pages = {};
    page_set free_pages = {};
    unsigned pgactivate = 0;

    while (!page_list.empty()) {
        struct page* page = take_any(page_list);
        const Exit exit = trylock_page(page) ? shrink_locked_page(page, page_list) : Exit::keep;
        if (exit == Exit::free_it) {
            add_page(free_pages, page);
            continue;
        }
        leave_page(page, exit, pgactivate);
        add_page(ret_pages, page);
    }
    const unsigned nr_reclaimed = free_pages.count();
    free_hot_cold_page_list(free_pages);
    page_list = ret_pages;
    count_vm_events(PGACTIVATE, pgactivate);
    return nr_reclaimed;
}

// Drops the reference of an isolation under lru_lock, of a page that is on a list again. A last one
// is not left to put_page(), which takes lru_lock.
void put_isolated_page(struct page* page, struct lruvec* lruvec, lru_list lru,
                       page_set& pages_to_free) {
    if (put_page_testzero(page, Holder::isolation)) {
        __ClearPageLRU(page);
        __ClearPageActive(page);
        del_page_from_lru_list(page, lruvec, lru);
        if (PageTransCompound(page)) {
            spin_unlock_irq(lruvec_lru_lock(lruvec));
            free_transhuge_page(page);
            spin_lock_irq(lruvec_lru_lock(lruvec));
            return;
        }
        add_page(pages_to_free, page);
    }
}

// Under lru_lock, which it lets go of for each page that is not evictable. `page_list` becomes the
// pages to be freed.
void putback_inactive_pages(struct lruvec* lruvec, page_set& page_list) {
    spinlock_t* lru_lock = lruvec_lru_lock(lruvec);
    page_set pages_to_free = {};

    while (!page_list.empty()) {
        struct page* page = take_any(page_list);
        VM_BUG_ON_PAGE(PageLRU(page), page);
        if (!page_evictable(page)) {
            spin_unlock_irq(lru_lock);
            putback_lru_page(page);
            spin_lock_irq(lru_lock);
            continue;
        }
        // An mlock from here on does not find PG_lru: the page stays on an evictable list with
        // PG_mlocked, until the next round culls it.
        SetPageLRU(page);
        const lru_list lru = page_lru(page);
        ghost([&] { ghost_end_isolation(page); });
        add_page_to_lru_list(page, lruvec, lru);
        put_isolated_page(page, lruvec, lru, pages_to_free);
    }
    page_list = pages_to_free;
}

// Under lru_lock. `list` becomes the pages to be freed. Does not look whether they are evictable.
void move_active_pages_to_lru(struct lruvec* lruvec, page_set& list, lru_list lru) {
    page_set pages_to_free = {};
    unsigned pgmoved = 0;

    while (!list.empty()) {
        struct page* page = take_any(list);
        VM_BUG_ON_PAGE(PageLRU(page), page);
        SetPageLRU(page);
        ghost([&] { ghost_end_isolation(page); });
        add_page_to_lru_list(page, lruvec, lru);
        pgmoved += hpage_nr_pages(page);
        put_isolated_page(page, lruvec, lru, pages_to_free);
    }
    __count_vm_events(PGDEACTIVATE, pgmoved);
    list = pages_to_free;
}

}  // namespace

// ---- a list of a zone

unsigned shrink_inactive_list(unsigned nr_to_scan, struct lruvec* lruvec, lru_list lru) {
    struct zone* zone = lruvec->zone;
    page_set page_list = {};

    lru_add_drain();
    spin_lock_irq(lruvec_lru_lock(lruvec));
    const long nr_taken = isolate_lru_pages(nr_to_scan, lruvec, page_list, 0, lru);
    count_isolated(zone, lru, nr_taken);
    spin_unlock_irq(lruvec_lru_lock(lruvec));
    if (nr_taken == 0) {
        return 0;
    }
    const unsigned nr_reclaimed = shrink_page_list(page_list);
    spin_lock_irq(lruvec_lru_lock(lruvec));
    putback_inactive_pages(lruvec, page_list);
    count_isolated(zone, lru, -nr_taken);
    spin_unlock_irq(lruvec_lru_lock(lruvec));
    free_hot_cold_page_list(page_list);
    return nr_reclaimed;
}

void shrink_active_list(unsigned nr_to_scan, struct lruvec* lruvec, lru_list lru) {
    struct zone* zone = lruvec->zone;
    page_set l_hold = {};  // the pages that were isolated
    page_set l_inactive = {};

    lru_add_drain();
    spin_lock_irq(lruvec_lru_lock(lruvec));
    const long nr_taken = isolate_lru_pages(nr_to_scan, lruvec, l_hold, 0, lru);
    count_isolated(zone, lru, nr_taken);
    spin_unlock_irq(lruvec_lru_lock(lruvec));
    while (!l_hold.empty()) {
        struct page* page = take_any(l_hold);
        if (!page_evictable(page)) {
            putback_lru_page(page);
            continue;
        }
        // Clears the accessed bits; used or not, the page gets its second chance on the other list.
        vm_flags_t vm_flags = 0;
        page_referenced(page, false, vm_flags);
        ClearPageActive(page);
        add_page(l_inactive, page);
    }
    spin_lock_irq(lruvec_lru_lock(lruvec));
    move_active_pages_to_lru(lruvec, l_inactive, static_cast<lru_list>(lru - LRU_ACTIVE));
    count_isolated(zone, lru, -nr_taken);
    spin_unlock_irq(lruvec_lru_lock(lruvec));
    free_hot_cold_page_list(l_inactive);
}

void balance_pgdat(struct pglist_data* pgdat, const struct zone* classzone) {
    for (unsigned i = 0; i < nr_lruvecs(); ++i) {
        struct lruvec* lruvec = lruvec_number(i);
        if (lruvec->zone > classzone || lruvec->zone->zone_pgdat != pgdat) {
            continue;
        }
        for (const lru_list lru :
             {LRU_INACTIVE_ANON, LRU_ACTIVE_ANON, LRU_INACTIVE_FILE, LRU_ACTIVE_FILE}) {
            if (is_active_lru(lru)) {
                shrink_active_list(this_machine().swap_cluster_max, lruvec, lru);
            } else {
                shrink_inactive_list(this_machine().swap_cluster_max, lruvec, lru);
            }
        }
    }
}

}  // namespace heddle
