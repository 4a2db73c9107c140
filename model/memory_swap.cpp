// SPDX-License-Identifier: Apache-2.0
// The second part of mm/memory.c: a fault on a page that has been swapped out.
#include "model/memory.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/swap_state.h"
#include "model/swapfile.h"

namespace heddle {

namespace {

// Under the ptl, with the page locked: the entry of the swapped page becomes one of the page. Not
// mlocked here, whatever the vma: that is for populate, or for reclaim. Returns the new entry.
pte_t map_swapped_page(struct vm_area_struct* vma, unsigned long address, struct page* page,
                       bool write) {
    const swp_entry_t entry = page->swap;
    pte_t pte = mk_pte(page, 0);
    if (write && reuse_swap_page(page)) {
        pte = pte_mkwrite(pte);
    }
    set_pte_at(vma->vm_mm, address, pte);
    page_add_anon_rmap(page, vma, address);
    ghost([&] { ghost_transfer(page, Holder::pin, Holder::map); });
    activate_page(page);
    swap_free(entry);
    // A page that will not be reclaimed has no use for its slot.
    if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0 || PageMlocked(page)) {
        try_to_free_swap(page);
    }
    return pte;
}

}  // namespace

unsigned do_swap_page(struct vm_area_struct* vma, unsigned long address, unsigned flags,
                      pte_t orig_pte) {
    const swp_entry_t entry = pte_to_swp_entry(orig_pte);
    const bool write = (flags & FAULT_FLAG_WRITE) != 0;
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    struct page* page = read_swap_cache_async(entry);
    if (page == nullptr) {
        // Perhaps somebody else has faulted it in.
        spin_lock(ptl);
        const bool same = pte_at(vma->vm_mm, address) == orig_pte;
        spin_unlock(ptl);
        return same ? VM_FAULT_OOM : 0U;
    }
    lock_page(page);
    // While we waited the page may have left the swap cache, and even come back with another slot.
    bool mapped = PageSwapCache(page) && page->swap == entry;
    pte_t pte = 0;
    if (mapped) {
        spin_lock(ptl);
        mapped = pte_at(vma->vm_mm, address) == orig_pte;
        if (mapped) {
            pte = map_swapped_page(vma, address, page, write);
        } else {
            spin_unlock(ptl);
        }
    }
    unlock_page(page);
    if (!mapped) {
        put_page(page, Holder::pin);
        return 0;
    }
    if (write && !pte_write(pte)) {
        return do_wp_page(vma, address, pte);
    }
    spin_unlock(ptl);
    return write ? VM_FAULT_WRITE : 0U;
}

}  // namespace heddle
