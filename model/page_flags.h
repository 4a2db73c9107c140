// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/page-flags.h (v4.8) for small pages: leaves out the compound policies and
// the flags that no path here looks at.
#pragma once

#include "checker/sync/sync.h"
#include "model/ghost.h"
#include "model/mm_types.h"

namespace heddle {

inline bool PageLocked(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_locked, &page->flags, where);
}

inline void __SetPageLocked(struct page* page, Where where = Where::here()) {
    __set_bit(PG_locked, &page->flags, where);
}

// Nobody else has a reference, or can get one.
inline void __ClearPageLocked(struct page* page, Where where = Where::here()) {
    __clear_bit_unlock(PG_locked, &page->flags, where);
}

inline bool PageUptodate(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_uptodate, &page->flags, where);
}
inline void SetPageUptodate(struct page* page, Where where = Where::here()) {
    smp_wmb(where);
    set_bit(PG_uptodate, &page->flags, where);
}

inline bool PageReferenced(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_referenced, &page->flags, where);
}
inline void SetPageReferenced(struct page* page, Where where = Where::here()) {
    set_bit(PG_referenced, &page->flags, where);
}
inline void ClearPageReferenced(struct page* page, Where where = Where::here()) {
    clear_bit(PG_referenced, &page->flags, where);
}

inline bool TestClearPageReferenced(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_referenced, &page->flags, where);
}

inline bool PageDirty(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_dirty, &page->flags, where);
}

inline void SetPageDirty(struct page* page, Where where = Where::here()) {
    set_bit(PG_dirty, &page->flags, where);
}
inline void ClearPageDirty(struct page* page, Where where = Where::here()) {
    clear_bit(PG_dirty, &page->flags, where);
}

inline bool TestClearPageDirty(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_dirty, &page->flags, where);
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

inline bool PageSwapBacked(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_swapbacked, &page->flags, where);
}

inline void __SetPageSwapBacked(struct page* page, Where where = Where::here()) {
    __set_bit(PG_swapbacked, &page->flags, where);
}

inline bool PageLRU(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_lru, &page->flags, where);
}
inline void SetPageLRU(struct page* page, Where where = Where::here()) {
    set_bit(PG_lru, &page->flags, where);
    ghost([&] { ghost_require_lru_lock(page, where); });
}
inline void ClearPageLRU(struct page* page, Where where = Where::here()) {
    clear_bit(PG_lru, &page->flags, where);
    ghost([&] { ghost_require_lru_lock(page, where); });
}
inline void __ClearPageLRU(struct page* page, Where where = Where::here()) {
    __clear_bit(PG_lru, &page->flags, where);
    ghost([&] { ghost_require_lru_lock(page, where); });
}

inline bool PageActive(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_active, &page->flags, where);
}
inline void SetPageActive(struct page* page, Where where = Where::here()) {
    set_bit(PG_active, &page->flags, where);
}
inline void ClearPageActive(struct page* page, Where where = Where::here()) {
    clear_bit(PG_active, &page->flags, where);
}
inline bool TestClearPageActive(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_active, &page->flags, where);
}
inline void __ClearPageActive(struct page* page, Where where = Where::here()) {
    __clear_bit(PG_active, &page->flags, where);
}

inline bool PageUnevictable(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_unevictable, &page->flags, where);
}
inline void SetPageUnevictable(struct page* page, Where where = Where::here()) {
    set_bit(PG_unevictable, &page->flags, where);
}
inline void ClearPageUnevictable(struct page* page, Where where = Where::here()) {
    clear_bit(PG_unevictable, &page->flags, where);
}
inline void __ClearPageUnevictable(struct page* page, Where where = Where::here()) {
    __clear_bit(PG_unevictable, &page->flags, where);
}
inline bool TestClearPageUnevictable(struct page* page, Where where = Where::here()) {
    return test_and_clear_bit(PG_unevictable, &page->flags, where);
}

inline bool PageMlocked(const struct page* page, Where where = Where::here()) {
    return test_bit(PG_mlocked, &page->flags, where);
}
inline bool TestSetPageMlocked(struct page* page, Where where = Where::here()) {
    const bool was_set = test_and_set_bit(PG_mlocked, &page->flags, where);
    ghost([&] {
        ghost_require_mlock_lock(page, where);
        if (!was_set) {
            ghost_mlock_flip(page, 1);
            ghost_happened(Happened::tset);
        }
    });
    return was_set;
}

// Whoever clears the flag owes the page a look at its list, until it has tried to isolate it.
inline bool TestClearPageMlocked(struct page* page, Where where = Where::here()) {
    const bool was_set = test_and_clear_bit(PG_mlocked, &page->flags, where);
    ghost([&] {
        if (was_set) {
            ghost_mlock_flip(page, -1);
            ghost_owe(page);
        }
    });
    return was_set;
}

}  // namespace heddle
