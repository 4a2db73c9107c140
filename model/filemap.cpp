// SPDX-License-Identifier: Apache-2.0
#include "model/filemap.h"

#include "model/page_alloc.h"
#include "model/swap.h"

namespace heddle {

struct page* find_get_page(struct address_space* mapping, unsigned index) {
    const page_slot& slot = mapping->page_tree[index];
    for (;;) {
        struct page* page = page_slot::of_raw(READ_ONCE(slot.raw()));
        if (page == nullptr) {
            return nullptr;
        }
        if (!get_page_unless_zero(page, Holder::pin)) {
            // Frozen, which is over when tree_lock is free: until then trying again is in vain.
            spin_unlock_wait(&mapping->tree_lock);
            continue;
        }
        // Without a lock: the page may have been freed and have become another's meanwhile.
        if (page_slot::of_raw(READ_ONCE(slot.raw())) == page) {
            return page;
        }
        put_page(page, Holder::pin);
    }
}

namespace {

// add_to_page_cache_lru(): inserts the new, locked page. False if another was faster.
bool add_to_page_cache_lru(struct page* page, struct address_space* mapping, unsigned index) {
    __SetPageLocked(page);
    spin_lock_irq(&mapping->tree_lock);
    page_slot& slot = mapping->page_tree[index];
    const bool inserted = slot == nullptr;
    if (inserted) {
        get_page(page, Holder::cache);
        page->index = static_cast<unsigned char>(index);
        WRITE_ONCE(page->mapping, mapping);
        WRITE_ONCE(slot.raw(), page_slot(page).raw());
    }
    spin_unlock_irq(&mapping->tree_lock);
    if (inserted) {
        lru_cache_add(page);
    } else {
        clear_bit_unlock(PG_locked, &page->flags);
    }
    return inserted;
}

}  // namespace

struct page* filemap_fault(struct address_space* mapping, unsigned index) {
    for (;;) {
        struct page* page = find_get_page(mapping, index);
        if (page != nullptr) {
            lock_page(page);
            if (READ_ONCE(page->mapping) == mapping) {
                return page;
            }
            // Truncated while we waited.
            unlock_page(page);
            put_page(page, Holder::pin);
            continue;
        }
        page = alloc_page();
        if (page == nullptr) {
            return nullptr;
        }
        if (add_to_page_cache_lru(page, mapping, index)) {
            SetPageUptodate(page);
            unlock_page(page);
        }
        put_page(page, Holder::pin);
    }
}

}  // namespace heddle
