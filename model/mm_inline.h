// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/mm_inline.h (v4.8). Leaves out: the order within a list,
// memcg.
#pragma once

#include "model/page_flags.h"

namespace heddle {

// Sets do not notice an element that comes twice or goes twice; lists break. Source:
// lib/list_debug.c.
inline void list_add(struct page* page, page_set& list, Where where) {
    VM_BUG_ON_PAGE(has_page(list, page), page, where);
    add_page(list, page);
}
inline void list_del(struct page* page, page_set& list, Where where) {
    VM_BUG_ON_PAGE(!has_page(list, page), page, where);
    remove_page(list, page);
}

// Any member of a set: lists have an order that the model does not keep.
inline struct page* any_member(const page_set& members, Where where = Where::here()) {
    return pfn_to_page(members.nth(choose(members.count(), where)));
}

inline bool is_active_lru(lru_list lru) { return lru == LRU_ACTIVE_ANON || lru == LRU_ACTIVE_FILE; }
inline bool is_file_lru(lru_list lru) { return lru == LRU_INACTIVE_FILE || lru == LRU_ACTIVE_FILE; }

inline bool page_is_file_cache(struct page* page, Where where = Where::here()) {
    return !PageSwapBacked(page, where);
}

inline lru_list page_lru_base_type(struct page* page, Where where = Where::here()) {
    return page_is_file_cache(page, where) ? LRU_INACTIVE_FILE : LRU_INACTIVE_ANON;
}

// The list that the flags say the page is on, or would go to.
inline lru_list page_lru(struct page* page, Where where = Where::here()) {
    if (PageUnevictable(page, where)) {
        return LRU_UNEVICTABLE;
    }
    const lru_list lru = page_lru_base_type(page, where);
    return PageActive(page, where) ? static_cast<lru_list>(lru + LRU_ACTIVE) : lru;
}

// Rotation from an interrupt takes the lock too, so whoever holds it has interrupts off.
inline void check_lru_lock_context(struct lruvec* lruvec) {
    ghost([&] {
        if (!irqs_disabled() && current_task() != no_task) {
            fail({.claim = "L1",
                  .formula = "lru_lock is held with interrupts off",
                  .object = lruvec_lru_lock(lruvec)});
        }
    });
}

inline void update_lru_size(struct lru_lists& lists, lru_list lru, int nr_pages) {
    auto& nr = lists.nr[lru];
    nr = static_cast<std::remove_reference_t<decltype(nr)>>(nr + nr_pages);
}

// The caller holds lru_lock.
inline void add_page_to_lru_list(struct page* page, struct lruvec* lruvec, lru_list lru,
                                 Where where = Where::here()) {
    struct lru_lists& lists = lruvec->lists.locked_to_write(where);
    check_lru_lock_context(lruvec);
    update_lru_size(lists, lru, static_cast<int>(hpage_nr_pages(page, where)));
    list_add(page, lists.members[lru], where);
}

// The caller holds lru_lock.
inline void del_page_from_lru_list(struct page* page, struct lruvec* lruvec, lru_list lru,
                                   Where where = Where::here()) {
    struct lru_lists& lists = lruvec->lists.locked_to_write(where);
    check_lru_lock_context(lruvec);
    list_del(page, lists.members[lru], where);
    update_lru_size(lists, lru, -static_cast<int>(hpage_nr_pages(page, where)));
}

// The list a page that is being freed comes off; clears the flag that says so. Its reference
// count is 0, so non-atomic clears lose no update.
inline lru_list page_off_lru(struct page* page, Where where = Where::here()) {
    if (PageUnevictable(page, where)) {
        __ClearPageUnevictable(page, where);
        ghost([&] { ghost_happened(Happened::dropped_unevictable, page); });
        return LRU_UNEVICTABLE;
    }
    const lru_list lru = page_lru_base_type(page, where);
    if (PageActive(page, where)) {
        __ClearPageActive(page, where);
        return static_cast<lru_list>(lru + LRU_ACTIVE);
    }
    return lru;
}

}  // namespace heddle
