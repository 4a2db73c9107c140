// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/mm.h and pagemap.h (v4.8): references, the page lock, mappings.
// Leaves out: PG_waiters and the queues of waiters, pages of devices, movable pages off the LRU.
#pragma once

#include "model/page_flags.h"

namespace heddle {

// mm/swap.c
void __put_page(struct page* page);

// Source: include/linux/lockdep.h.
constexpr unsigned SINGLE_DEPTH_NESTING = 1;

// ---- references. `holder` is ghost: for whom the reference is taken or dropped.

inline void get_page(struct page* page, Holder holder, Where where = Where::here()) {
    if (call_is_dropped("get_page", where)) {
        return;
    }
    page = compound_head(page);
    atomic_inc(&page->_refcount, where);
    ghost([&] { ghost_get(page, holder); });
}

inline bool get_page_unless_zero(struct page* page, Holder holder, Where where = Where::here()) {
    const bool taken = atomic_inc_not_zero(&page->_refcount, where);
    if (taken) {
        ghost([&] { ghost_get(page, holder); });
    }
    return taken;
}

inline bool put_page_testzero(struct page* page, Holder holder, Where where = Where::here()) {
    const bool last = atomic_dec_and_test(&page->_refcount, where);
    ghost([&] { ghost_put(page, holder); });
    return last;
}

// Frees the page when it was the last reference, which takes lru_lock: a caller that holds it
// would wait for itself (D6).
inline void put_page(struct page* page, Holder holder, Where where = Where::here()) {
    if (call_is_dropped("put_page", where)) {
        return;
    }
    page = compound_head(page);
    if (put_page_testzero(page, holder, where)) {
        __put_page(page);
    }
}

inline int page_count(const struct page* page, Where where = Where::here()) {
    return atomic_read(&compound_head(page)->_refcount, where);
}

// Source: include/linux/page_ref.h. Makes the counter 0 if it is `count`, which keeps everybody
// from getting a reference: true, and the page is the caller's own until page_ref_unfreeze() or
// until it frees it.
inline bool page_ref_freeze(struct page* page, int count, Where where = Where::here()) {
    const bool frozen = atomic_cmpxchg(&page->_refcount, count, 0, where) == count;
    ghost([&] { ghost_freeze(page, frozen); });
    return frozen;
}

inline void page_ref_unfreeze(struct page* page, int count, Where where = Where::here()) {
    VM_BUG_ON_PAGE(page_count(page, where) != 0, page, where);
    VM_BUG_ON_PAGE(count == 0, page, where);
    atomic_set(&page->_refcount, count, where);
    ghost([&] { ghost_freeze(page, false); });
}

// Of a head or a small page: takes or drops `nr` references of `holder` at once.
inline void page_ref_add(struct page* page, int nr, Holder holder, Where where = Where::here()) {
    if (call_is_dropped("page_ref_add", where)) {
        return;
    }
    atomic_add(nr, &page->_refcount, where);
    ghost([&] { ghost_add(page, holder, nr); });
}

// ---- the page lock

// The caller holds a reference.
inline void lock_page(struct page* page, Where where = Where::here()) {
    ghost([&] { ghost_require_reference(page); });
    wait_on_bit_lock(PF_HEAD(page), PG_locked, where);
    ghost([&] { ghost_require_one_page_lock(page, where); });
}

// For who holds the locks of several pages, each of which was only tried.
inline bool trylock_page_nested(struct page* page, Where where = Where::here()) {
    return !test_and_set_bit_lock(PG_locked, PF_HEAD(page), where);
}

inline bool trylock_page(struct page* page, Where where = Where::here()) {
    const bool taken = trylock_page_nested(page, where);
    ghost([&] {
        if (taken) {
            ghost_require_one_page_lock(page, where);
        }
    });
    return taken;
}

inline void unlock_page(struct page* page, Where where = Where::here()) {
    page = compound_head(page);
    VM_BUG_ON_PAGE(!PageLocked(page, where), page, where);
    clear_bit_unlock(PG_locked, &page->flags, where);
    smp_mb__after_atomic(where);
}

// The caller holds a reference. Somebody else may have locked the page by the time this returns.
inline void wait_on_page_locked(struct page* page, Where where = Where::here()) {
    wait_on_bit(PF_HEAD(page), PG_locked, where);
}

inline void wait_on_page_writeback(struct page* page, Where where = Where::here()) {
    wait_on_bit(&page->flags, PG_writeback, where);
}

// ---- mappings

inline bool is_anon(const struct address_space* mapping) {
    return (reinterpret_cast<unsigned long>(mapping) & PAGE_MAPPING_ANON) != 0;
}

// Of a KSM page, which is anonymous too.
inline bool is_ksm(const struct address_space* mapping) {
    constexpr unsigned long both = PAGE_MAPPING_ANON | PAGE_MAPPING_KSM;
    return (reinterpret_cast<unsigned long>(mapping) & both) == both;
}

inline struct address_space* ksm_mapping(const struct stable_node* stable_node) {
    return reinterpret_cast<struct address_space*>(reinterpret_cast<unsigned long>(stable_node) |
                                                   PAGE_MAPPING_ANON | PAGE_MAPPING_KSM);
}

// Of an anonymous page that is not a KSM page.
inline struct anon_vma* anon_vma_of(const struct address_space* mapping) {
    return reinterpret_cast<struct anon_vma*>(reinterpret_cast<unsigned long>(mapping) &
                                              ~PAGE_MAPPING_ANON);
}
inline struct address_space* anon_mapping(const struct anon_vma* anon_vma) {
    return reinterpret_cast<struct address_space*>(reinterpret_cast<unsigned long>(anon_vma) |
                                                   PAGE_MAPPING_ANON);
}

// The address space of a file page, the swapper's of a page in the swap cache; null for other
// anonymous pages.
inline struct address_space* page_mapping(const struct page* page, Where where = Where::here()) {
    if (PageSwapCache(page, where)) {
        return &this_machine().swap->swapper_space;
    }
    struct address_space* mapping = READ_ONCE(compound_head(page)->mapping, where);
    return is_anon(mapping) ? nullptr : mapping;
}

// The page's place in page_mapping().
inline unsigned page_index(const struct page* page, Where where = Where::here()) {
    return PageSwapCache(page, where) ? page->swap : page->index;
}

inline bool PageAnon(const struct page* page, Where where = Where::here()) {
    return is_anon(READ_ONCE(compound_head(page)->mapping, where));
}

inline bool PageKsm(const struct page* page, Where where = Where::here()) {
    return has_ksm() && is_ksm(READ_ONCE(compound_head(page)->mapping, where));
}

// mm/util.c. Of a page that is or was part of a huge one: several reads, not a snapshot.
int __page_mapcount(const struct page* page, Where where);
bool __page_mapped(const struct page* page, Where where);

// Of a head or a small page: all entries that map it or a part of it.
int total_mapcount(const struct page* page, Where where = Where::here());

inline int compound_mapcount(const struct page* page, Where where = Where::here()) {
    return atomic_read(&compound_of(page)->compound_mapcount, where) + 1;
}

// The index of the page in its file, or in the addresses of its anonymous vmas. A tail has none of
// its own.
inline unsigned page_to_pgoff(const struct page* page) {
    const struct page* head = compound_head(page);
    return head->index + static_cast<unsigned>(page - head);
}

// How many entries map the page: ptes that map it, and pmds that map the huge page it is part of.
inline int page_mapcount(const struct page* page, Where where = Where::here()) {
    if (PageTransCompound(page, where)) {
        return __page_mapcount(page, where);
    }
    return atomic_read(&page->_mapcount, where) + 1;
}

// mm/huge_memory.c: how many processes map the page or, of a huge page, its most mapped part; the
// second counts all entries. Several reads, not a snapshot.
int page_trans_huge_mapcount(const struct page* page, int* total_mapcount);

// Whether any entry maps the page or another part of the huge page it is part of.
inline bool page_mapped(const struct page* page, Where where = Where::here()) {
    if (PageTransCompound(page, where)) {
        return __page_mapped(page, where);
    }
    return atomic_read(&page->_mapcount, where) >= 0;
}

inline bool mapping_unevictable(const struct address_space* mapping, Where where = Where::here()) {
    return mapping != nullptr && test_bit(AS_UNEVICTABLE, &mapping->flags, where);
}

inline void mapping_set_unevictable(struct address_space* mapping, Where where = Where::here()) {
    set_bit(AS_UNEVICTABLE, &mapping->flags, where);
}

// The caller goes on to shmem_unlock_mapping(), or to let the pages go.
inline void mapping_clear_unevictable(struct address_space* mapping, Where where = Where::here()) {
    clear_bit(AS_UNEVICTABLE, &mapping->flags, where);
    ghost([&] {
        for (unsigned pfn = 0; pfn < this_machine().nr_pages; ++pfn) {
            if (pfn_to_page(pfn)->mapping == mapping) {
                pfn_to_page(pfn)->ghost.scan_owed = true;
            }
        }
    });
}

}  // namespace heddle
