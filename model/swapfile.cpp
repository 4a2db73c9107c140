// SPDX-License-Identifier: Apache-2.0
#include "model/swapfile.h"

#include "model/filemap.h"
#include "model/swap_state.h"

namespace heddle {

namespace {

unsigned char& swap_map(swp_entry_t entry) {
    ghost([&] { ghost_require_tree_lock(&this_machine().swap->swapper_space); });
    return this_machine().swap->swap_map[entry];
}

void lock_swap() { spin_lock_irq(&this_machine().swap->swapper_space.tree_lock); }
void unlock_swap() { spin_unlock_irq(&this_machine().swap->swapper_space.tree_lock); }

// Entries that hold the slot of a page in the swap cache.
int page_swapcount(const struct page* page) {
    lock_swap();
    const int count = swap_map(page->swap) & ~SWAP_HAS_CACHE;
    observe(static_cast<std::uint64_t>(count));  // the caller goes by it without the lock
    unlock_swap();
    return count;
}

}  // namespace

swp_entry_t get_swap_page() {
    for (unsigned entry = 1; entry <= this_machine().nr_swap_slots; ++entry) {
        unsigned char& count = swap_map(static_cast<swp_entry_t>(entry));
        if (count == 0) {
            count = SWAP_HAS_CACHE;
            return static_cast<swp_entry_t>(entry);
        }
    }
    return 0;
}

bool swapcache_prepare(swp_entry_t entry) {
    unsigned char& count = swap_map(entry);
    if (count == 0 || (count & SWAP_HAS_CACHE) != 0) {
        return false;
    }
    count |= SWAP_HAS_CACHE;
    return true;
}

void swapcache_free(swp_entry_t entry) {
    swap_map(entry) &= static_cast<unsigned char>(~SWAP_HAS_CACHE);
    ghost([&] { ghost_forget_slot(entry); });
}

void swap_duplicate(swp_entry_t entry) {
    lock_swap();
    ++swap_map(entry);
    unlock_swap();
}

void swap_free(swp_entry_t entry) {
    lock_swap();
    --swap_map(entry);
    ghost([&] { ghost_forget_slot(entry); });
    unlock_swap();
}

void free_swap_and_cache(swp_entry_t entry) {
    struct page* page = nullptr;
    lock_swap();
    if (--swap_map(entry) == SWAP_HAS_CACHE) {
        page = find_get_page(&this_machine().swap->swapper_space, entry);
        // Somebody who has it locked sees to it himself, or reclaim does later.
        if (page != nullptr && !trylock_page(page)) {
            put_page(page, Holder::pin);
            page = nullptr;
        }
    }
    ghost([&] { ghost_forget_slot(entry); });
    unlock_swap();
    if (page != nullptr) {
        if (PageSwapCache(page) && !PageWriteback(page) && !page_mapped(page)) {
            delete_from_swap_cache(page);
            SetPageDirty(page);
        }
        unlock_page(page);
        put_page(page, Holder::pin);
    }
}

bool reuse_swap_page(struct page* page, int* total_mapcount) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    if (PageKsm(page)) {
        return false;
    }
    int count = page_trans_huge_mapcount(page, total_mapcount);
    if (count <= 1 && PageSwapCache(page)) {
        count += page_swapcount(page);
        if (count == 1 && !PageWriteback(page)) {
            delete_from_swap_cache(page);
            SetPageDirty(page);
        }
    }
    return count <= 1;
}

bool try_to_free_swap(struct page* page) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    if (!PageSwapCache(page) || PageWriteback(page) || page_swapcount(page) != 0) {
        return false;
    }
    delete_from_swap_cache(page);
    SetPageDirty(page);
    return true;
}

}  // namespace heddle
