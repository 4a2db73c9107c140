// SPDX-License-Identifier: Apache-2.0
#include "model/vmscan.h"

#include "model/fixes.h"
#include "model/mm_inline.h"
#include "model/mutations.h"
#include "model/swap.h"
#include "model/vmstat.h"

namespace heddle {

bool page_evictable(struct page* page) {
    return !mapping_unevictable(page_mapping(page)) && !PageMlocked(page);
}

namespace {

// Under lru_lock.
void take_off_list(struct page* page, struct lruvec* lruvec) {
    const lru_list lru = page_lru(page);
    const bool gets_page_last = mutated(Mutation::isolation_gets_page_last);
    if (!gets_page_last) {
        get_page(page, Holder::isolation);
    }
    ClearPageLRU(page);
    ghost([&] { ghost_isolate(page); });
    if (gets_page_last) {
        get_page(page, Holder::isolation);
    }
    del_page_from_lru_list(page, lruvec, lru);
}

}  // namespace

int isolate_lru_page(struct page* page) {
    int ret = -EBUSY;

    lockdep_assert_irqs_enabled();
    ghost([&] { ghost_require_reference(page); });
    VM_BUG_ON_PAGE(atomic_read(&page->_refcount) == 0, page);
    VM_BUG_ON_PAGE(PageTail(page), page);
    if (PageLRU(page)) {
        struct zone* zone = page_zone(page);
        spin_lock_irq(page_lru_lock(page));
        struct lruvec* lruvec = mem_cgroup_page_lruvec(page, zone);
        // Somebody else may have taken it since we looked.
        if (mutated(Mutation::isolate_tests_lru_outside_only) || PageLRU(page)) {
            take_off_list(page, lruvec);
            ret = 0;
        }
        spin_unlock_irq(page_lru_lock(page));
    }
    return ret;
}

namespace {

// As since v4.16: the pagevec's drain sees to the rest.
void putback_lru_page_v4_16(struct page* page) {
    lru_cache_add(page);
    ghost([&] { ghost_transfer(page, Holder::isolation, Holder::pin); });
    put_page(page, Holder::pin);
}

}  // namespace

void putback_lru_page(struct page* page) {
    if (has(Fix::pagevec_drain_looks_again)) {
        putback_lru_page_v4_16(page);
        return;
    }
    bool is_unevictable = false;
    const bool was_unevictable = PageUnevictable(page);

    const bool looks_again =
        has(Fix::putback_rechecks_evictable) && !mutated(Mutation::putback_without_recheck);

    lockdep_assert_irqs_enabled();
    VM_BUG_ON_PAGE(PageLRU(page), page);
redo:
    ClearPageUnevictable(page);
    if (page_evictable(page)) {
        is_unevictable = false;
        lru_cache_add(page);
    } else {
        is_unevictable = true;
        add_page_to_unevictable_list(page, looks_again);
        // Pairs with the full barriers of those who make the page evictable and then look at
        // PG_lru: TestClearPageMlocked(), and the unlock after clear_bit(AS_UNEVICTABLE).
        if (!mutated(Mutation::putback_without_barrier)) {
            smp_mb();
        }
    }
    // The page is back; the reference of its isolation is now just ours.
    ghost([&] { ghost_transfer(page, Holder::isolation, Holder::pin); });
    // While the page was off the lists it may have been munlocked or its mapping may have become
    // evictable; whoever did that could not isolate it.
    if (is_unevictable && looks_again) {
        const bool evictable = page_evictable(page);
        if (evictable && isolate_lru_page(page) == 0) {
            ghost([&] {
                ghost_settle(page);
                ghost_isolated_again(page);
            });
            put_page(page, Holder::pin);
            goto redo;
        }
        ghost([&] { ghost_settle(page); });
    }
    if (was_unevictable && !is_unevictable) {
        count_vm_event(UNEVICTABLE_PGRESCUED);
    } else if (!was_unevictable && is_unevictable) {
        count_vm_event(UNEVICTABLE_PGCULLED);
    }
    put_page(page, Holder::pin);
}

int __isolate_lru_page(struct page* page, unsigned mode) {
    if (!PageLRU(page)) {
        return -EINVAL;
    }
    if (PageUnevictable(page) && (mode & ISOLATE_UNEVICTABLE) == 0) {
        return -EINVAL;
    }
    if ((mode & (ISOLATE_CLEAN | ISOLATE_ASYNC_MIGRATE)) != 0) {
        if (PageWriteback(page)) {
            return -EBUSY;
        }
        if ((mode & ISOLATE_CLEAN) != 0 && PageDirty(page)) {
            return -EBUSY;
        }
    }
    if ((mode & ISOLATE_UNMAPPED) != 0 && page_mapped(page)) {
        return -EBUSY;
    }
    // PG_lru stays set for a page that is being freed: release_pages() relies on it.
    if (mutated(Mutation::isolation_clears_lru_first)) {
        ClearPageLRU(page);
    }
    if (!get_page_unless_zero(page, Holder::isolation)) {
        return -EBUSY;
    }
    ClearPageLRU(page);
    ghost([&] { ghost_isolate(page); });
    return 0;
}

unsigned isolate_lru_pages(unsigned nr_to_scan, struct lruvec* lruvec, page_set& dst, unsigned mode,
                           lru_list lru) {
    unsigned nr_taken = 0;
    page_set rotated = {};

    dst = {};
    for (unsigned scan = 0; scan < nr_to_scan && nr_taken < nr_to_scan; ++scan) {
        struct lru_lists& lists = lruvec->lists.locked_to_write();
        const page_set src = lists.members[lru].without(rotated);
        if (src.empty()) {
            break;
        }
        struct page* page = any_member(src);
        observe(page_to_pfn(page));  // where it stands among the others is all that is chosen
        VM_BUG_ON_PAGE(!PageLRU(page), page);
        switch (__isolate_lru_page(page, mode)) {
            case 0:
                check_lru_lock_context(lruvec);
                list_del(page, lists.members[lru], Where::here());
                add_page(dst, page);
                nr_taken += hpage_nr_pages(page);
                break;
            case -EBUSY:
                add_page(rotated, page);
                break;
            default:
                BUG_ON(true);
        }
    }
    struct lru_lists& lists = lruvec->lists.locked_to_write();
    update_lru_size(lists, lru, -static_cast<int>(nr_taken));
    return nr_taken;
}

namespace {

// The seed counts a huge page as one, and its tails too.
unsigned scanned_pages(const struct page* page) {
    return has(Fix::unevictable_scan_skips_tails) ? hpage_nr_pages(page) : 1;
}

}  // namespace

void check_move_unevictable_pages(const page_slot* pages, unsigned nr_pages) {
    spinlock_t* locked = nullptr;
    unsigned pgscanned = 0;
    unsigned pgrescued = 0;

    lockdep_assert_irqs_enabled();
    for (unsigned i = 0; i < nr_pages; ++i) {
        struct page* page = pages[i];
        ghost([&] { ghost_require_reference(page); });
        if (PageTail(page) && has(Fix::unevictable_scan_skips_tails)) {
            continue;
        }
        ghost([&] { ghost_happened(Happened::scanned, page); });
        pgscanned += scanned_pages(page);
        spinlock_t* lock = page_lru_lock(page);
        if (lock != locked) {
            if (locked != nullptr) {
                spin_unlock_irq(locked);
            }
            locked = lock;
            spin_lock_irq(locked);
        }
        struct lruvec* lruvec = mem_cgroup_page_lruvec(page, page_zone(page));
        // A page that somebody has isolated is looked at again in his putback_lru_page().
        if (PageLRU(page) && PageUnevictable(page) && page_evictable(page)) {
            const lru_list lru = page_lru_base_type(page);
            VM_BUG_ON_PAGE(PageActive(page), page);
            ClearPageUnevictable(page);
            del_page_from_lru_list(page, lruvec, LRU_UNEVICTABLE);
            add_page_to_lru_list(page, lruvec, lru);
            pgrescued += scanned_pages(page);
        }
        ghost([&] { page->ghost.scan_owed = false; });
    }
    ghost([&] { ghost_require_scanned(pgrescued, pgscanned); });
    if (locked != nullptr) {
        __count_vm_events(UNEVICTABLE_PGRESCUED, pgrescued);
        __count_vm_events(UNEVICTABLE_PGSCANNED, pgscanned);
        spin_unlock_irq(locked);
    }
}

}  // namespace heddle
