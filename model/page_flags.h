// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/page-flags.h (v4.8): leaves out the flags that no path here looks at.
#pragma once

#include "checker/sync/sync.h"
#include "model/compound.h"
#include "model/ghost.h"
#include "model/mm_types.h"

namespace heddle {

// ---- whose word has a flag of a compound page

inline unsigned long* PF_HEAD(struct page* page) { return &compound_head(page)->flags; }
inline const unsigned long* PF_HEAD(const struct page* page) { return &compound_head(page)->flags; }

// Tails do not have the flag and must not be given it.
inline unsigned long* PF_NO_TAIL(struct page* page, Where where) {
    VM_BUG_ON_PAGE(PageTail(page), page, where);
    return &page->flags;
}

inline bool PageHead(const struct page* page, Where where = Where::here()) {
    return has_huge_pages() && test_bit(PG_head, &page->flags, where);
}

inline bool PageTransCompound(const struct page* page, Where where = Where::here()) {
    return has_huge_pages() && (PageTail(page) || PageHead(page, where));
}

// Of a head or a small page.
inline bool PageTransHuge(const struct page* page, Where where = Where::here()) {
    VM_BUG_ON_PAGE(PageTail(page), page, where);
    return PageHead(page, where);
}

inline unsigned hpage_nr_pages(const struct page* page, Where where = Where::here()) {
    return PageTransHuge(page, where) ? hpage_pmd_nr() : 1;
}

// Some of the huge page is mapped by ptes and some by pmds. Of a head.
inline bool PageDoubleMap(const struct page* page, Where where = Where::here()) {
    return PageHead(page, where) && test_bit(PG_double_map, &page[1].flags, where);
}
inline void SetPageDoubleMap(struct page* page, Where where = Where::here()) {
    set_bit(PG_double_map, &page[1].flags, where);
}
inline bool TestSetPageDoubleMap(struct page* page, Where where = Where::here()) {
    return test_and_set_bit(PG_double_map, &page[1].flags, where);
}
inline bool TestClearPageDoubleMap(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_double_map, &page[1].flags, where);
}

// ---- the flags

inline bool PageLocked(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_locked, PF_HEAD(page), where);
}

inline void __SetPageLocked(struct page* page, Where where = Where::here()) {
    __set_bit(PG_locked, PF_HEAD(page), where);
}

// Nobody else has a reference, or can get one.
inline void __ClearPageLocked(struct page* page, Where where = Where::here()) {
    __clear_bit_unlock(PG_locked, PF_HEAD(page), where);
}

inline bool PageUptodate(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_uptodate, &page->flags, where);
}
inline void SetPageUptodate(struct page* page, Where where = Where::here()) {
    smp_wmb(where);
    set_bit(PG_uptodate, &page->flags, where);
}

inline bool PageReferenced(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_referenced, PF_HEAD(page), where);
}
inline void SetPageReferenced(struct page* page, Where where = Where::here()) {
    set_bit(PG_referenced, PF_HEAD(page), where);
}
inline void ClearPageReferenced(struct page* page, Where where = Where::here()) {
    clear_bit(PG_referenced, PF_HEAD(page), where);
}

inline bool TestClearPageReferenced(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_referenced, PF_HEAD(page), where);
}

inline bool PageDirty(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_dirty, PF_HEAD(page), where);
}

inline void SetPageDirty(struct page* page, Where where = Where::here()) {
    set_bit(PG_dirty, PF_HEAD(page), where);
}
inline void ClearPageDirty(struct page* page, Where where = Where::here()) {
    clear_bit(PG_dirty, &page->flags, where);
}

inline bool TestClearPageDirty(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_dirty, PF_HEAD(page), where);
}

inline bool PageWriteback(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_writeback, &page->flags, where);
}

inline bool TestClearPageWriteback(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_writeback, &page->flags, where);
}

inline void SetPageReclaim(struct page* page, Where where = Where::here()) {
    set_bit(PG_reclaim, &page->flags, where);
}

// A constant without CONFIG_SWAP.
inline bool PageSwapCache(const struct page* page, Where where = Where::here()) {
    return this_machine().swap != nullptr && test_bit(PG_swapcache, &page->flags, where);
}
inline void SetPageSwapCache(struct page* page, Where where = Where::here()) {
    set_bit(PG_swapcache, &page->flags, where);
}
inline void ClearPageSwapCache(struct page* page, Where where = Where::here()) {
    clear_bit(PG_swapcache, &page->flags, where);
}

inline bool TestSetPageHWPoison(struct page* page, Where where = Where::here()) {
    return test_and_set_bit(PG_hwpoison, &page->flags, where);
}

inline bool PageSwapBacked(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_swapbacked, PF_HEAD(page), where);
}

inline void __SetPageSwapBacked(struct page* page, Where where = Where::here()) {
    __set_bit(PG_swapbacked, PF_NO_TAIL(page, where), where);
}

inline bool PageLRU(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_lru, PF_HEAD(page), where);
}
inline void SetPageLRU(struct page* page, Where where = Where::here()) {
    set_bit(PG_lru, PF_HEAD(page), where);
    ghost([&] { ghost_require_lru_lock(page, where); });
}
inline void ClearPageLRU(struct page* page, Where where = Where::here()) {
    clear_bit(PG_lru, PF_HEAD(page), where);
    ghost([&] { ghost_require_lru_lock(page, where); });
}
inline void __ClearPageLRU(struct page* page, Where where = Where::here()) {
    __clear_bit(PG_lru, PF_HEAD(page), where);
    ghost([&] { ghost_require_lru_lock(page, where); });
}

inline bool PageActive(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_active, PF_HEAD(page), where);
}
inline void SetPageActive(struct page* page, Where where = Where::here()) {
    set_bit(PG_active, PF_HEAD(page), where);
}
inline void ClearPageActive(struct page* page, Where where = Where::here()) {
    clear_bit(PG_active, PF_HEAD(page), where);
}
inline bool TestClearPageActive(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_active, &page->flags, where);
}
inline void __ClearPageActive(struct page* page, Where where = Where::here()) {
    __clear_bit(PG_active, PF_HEAD(page), where);
}

inline bool PageUnevictable(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_unevictable, PF_HEAD(page), where);
}
inline void SetPageUnevictable(struct page* page, Where where = Where::here()) {
    set_bit(PG_unevictable, PF_HEAD(page), where);
}
inline void ClearPageUnevictable(struct page* page, Where where = Where::here()) {
    clear_bit(PG_unevictable, PF_HEAD(page), where);
}
inline void __ClearPageUnevictable(struct page* page, Where where = Where::here()) {
    __clear_bit(PG_unevictable, PF_HEAD(page), where);
}
inline bool TestClearPageUnevictable(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_unevictable, PF_HEAD(page), where);
}

inline bool PageMlocked(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_mlocked, PF_HEAD(page), where);
}
// Of a page that nobody else can mlock or munlock.
inline void SetPageMlocked(struct page* page, Where where = Where::here()) {
    if (call_is_dropped("SetPageMlocked", where)) {
        return;
    }
    set_bit(PG_mlocked, PF_NO_TAIL(page, where), where);
    ghost([&] { ghost_mlock_flip(page, 1); });
}

inline bool TestSetPageMlocked(struct page* page, Where where = Where::here()) {
    const bool was_set = test_and_set_bit(PG_mlocked, PF_NO_TAIL(page, where), where);
    ghost([&] {
        ghost_require_mlock_lock(page, where);
        if (!was_set) {
            ghost_mlock_flip(page, 1);
            ghost_happened(Happened::tset, page);
        }
    });
    return was_set;
}

// Whoever clears the flag owes the page a look at its list, until it has tried to isolate it.
inline bool TestClearPageMlocked(struct page* page, Where where = Where::here()) {
    const bool was_set = test_and_clear_bit(PG_mlocked, PF_NO_TAIL(page, where), where);
    ghost([&] {
        if (was_set) {
            ghost_mlock_flip(page, -1);
            ghost_owe(page);
        }
    });
    return was_set;
}

}  // namespace heddle
