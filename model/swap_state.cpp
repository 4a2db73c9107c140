// SPDX-License-Identifier: Apache-2.0
#include "model/swap_state.h"

#include "model/filemap.h"
#include "model/huge_memory.h"
#include "model/page_alloc.h"
#include "model/swap.h"
#include "model/swapfile.h"

namespace heddle {

namespace {

struct address_space* swapper_space() {
    return &this_machine().swap->swapper_space;
}

// The caller holds tree_lock, and the slot for the cache.
void __add_to_swap_cache(struct page* page, swp_entry_t entry) {
    ghost([&] { ghost_require_tree_lock(swapper_space()); });
    get_page(page, Holder::cache);
    SetPageSwapCache(page);
    page->swap = entry;
    WRITE_ONCE(swapper_space()->page_tree[entry], entry_of(page));
}

}  // namespace

namespace {

// A slot is for one page: with one in hand, splits the huge page first.
bool add_split_page_to_swap(struct page* page, page_set& list) {
    spin_lock_irq(&swapper_space()->tree_lock);
    const swp_entry_t entry = get_swap_page();
    observe(entry);  // it is gone by without the lock
    spin_unlock_irq(&swapper_space()->tree_lock);
    const bool split = entry != 0 && split_huge_page_to_list(page, &list) == 0;
    spin_lock_irq(&swapper_space()->tree_lock);
    if (split) {
        __add_to_swap_cache(page, entry);
    } else if (entry != 0) {
        swapcache_free(entry);
    }
    spin_unlock_irq(&swapper_space()->tree_lock);
    return split;
}

}  // namespace

bool add_to_swap(struct page* page, page_set& list) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    if (this_machine().swap == nullptr) {
        return false;
    }
    if (PageTransHuge(page)) {
        return add_split_page_to_swap(page, list);
    }
    spin_lock_irq(&swapper_space()->tree_lock);
    const swp_entry_t entry = get_swap_page();
    if (entry != 0) {
        __add_to_swap_cache(page, entry);
    }
    spin_unlock_irq(&swapper_space()->tree_lock);
    return entry != 0;
}

void __delete_from_swap_cache(struct page* page) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    ghost([&] { ghost_require_tree_lock(swapper_space()); });
    WRITE_ONCE(swapper_space()->page_tree[page->swap], 0);
    page->swap = 0;
    ClearPageSwapCache(page);
}

void delete_from_swap_cache(struct page* page) {
    const swp_entry_t entry = page->swap;
    spin_lock_irq(&swapper_space()->tree_lock);
    __delete_from_swap_cache(page);
    swapcache_free(entry);
    spin_unlock_irq(&swapper_space()->tree_lock);
    put_page(page, Holder::cache);
}

void free_swap_cache(struct page* page) {
    if (PageSwapCache(page) && !page_mapped(page) && trylock_page(page)) {
        try_to_free_swap(page);
        unlock_page(page);
    }
}

struct page* read_swap_cache_async(swp_entry_t entry) {
    struct page* new_page = nullptr;
    for (;;) {
        struct page* found = find_get_page(swapper_space(), entry);
        if (found == nullptr && new_page == nullptr) {
            new_page = alloc_page();
        }
        if (found != nullptr || new_page == nullptr) {
            if (new_page != nullptr) {
                put_page(new_page, Holder::pin);
            }
            return found;
        }
        spin_lock_irq(&swapper_space()->tree_lock);
        const bool in_use = this_machine().swap->swap_map[entry] != 0;
        const bool prepared = swapcache_prepare(entry);
        observe(2U * in_use + prepared);  // what follows goes by them without the lock
        if (prepared) {
            __SetPageLocked(new_page);
            __SetPageSwapBacked(new_page);
            __add_to_swap_cache(new_page, entry);
        }
        spin_unlock_irq(&swapper_space()->tree_lock);
        if (prepared) {
            lru_cache_add(new_page);
            ghost([&] { ghost_read_from_slot(new_page, entry); });
            SetPageUptodate(new_page);
            unlock_page(new_page);
            return new_page;
        }
        if (!in_use) {
            put_page(new_page, Holder::pin);
            return nullptr;
        }
    }
}

}  // namespace heddle
