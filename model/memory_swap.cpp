// SPDX-License-Identifier: Apache-2.0
// The second part of mm/memory.c: a fault on a page that has been swapped out.
#include "model/ksm.h"
#include "model/memory.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/swap_state.h"
#include "model/swapfile.h"

namespace heddle {

namespace {

// Under the ptl, with the pages locked: the swap entry becomes an entry of the page, which is the
// one in the swap cache or its KSM copy. Not mlocked here, whatever the vma: that is for populate,
// or for reclaim. Returns the new entry.
pte_t map_swapped_page(struct vm_area_struct* vma, unsigned long address, struct page* page,
                       const struct page* swapcache, bool write) {
    const swp_entry_t entry = swapcache->swap;
    pte_t pte = mk_pte(page, 0);
    int mapcount = 0;
    const bool exclusive = write && reuse_swap_page(page, &mapcount);
    if (exclusive) {
        pte = pte_mkwrite(pte);
    }
    set_pte_at(vma->vm_mm, address, pte);
    ghost([&] { ghost_transfer(page, Holder::pin, Holder::map); });
    if (page == swapcache) {
        do_page_add_anon_rmap(page, vma, address, exclusive);
        activate_page(page);
    } else {
        page_add_new_anon_rmap(page, vma, address);
        lru_cache_add_active_or_unevictable(page, vma);
    }
    swap_free(entry);
    // A page that will not be reclaimed has no use for its slot.
    if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0 || PageMlocked(page)) {
        try_to_free_swap(page);
    }
    return pte;
}

void unlock_and_put(struct page* page) {
    unlock_page(page);
    put_page(page, Holder::pin);
}

}  // namespace

unsigned do_swap_page(struct vm_area_struct* vma, unsigned long address, unsigned flags,
                      pte_t orig_pte) {
    const swp_entry_t entry = pte_to_swp_entry(orig_pte);
    const bool write = (flags & FAULT_FLAG_WRITE) != 0;
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    struct page* swapcache = read_swap_cache_async(entry);
    if (swapcache == nullptr) {
        // Perhaps somebody else has faulted it in.
        spin_lock(ptl);
        const bool same = pte_at(vma->vm_mm, address) == orig_pte;
        spin_unlock(ptl);
        return same ? VM_FAULT_OOM : 0U;
    }
    lock_page(swapcache);
    // While we waited the page may have left the swap cache, and even come back with another slot.
    if (!PageSwapCache(swapcache) || swapcache->swap != entry) {
        unlock_and_put(swapcache);
        return 0;
    }
    struct page* page = has_ksm() ? ksm_might_need_to_copy(swapcache, vma, address) : swapcache;
    if (page == nullptr) {
        unlock_and_put(swapcache);
        return VM_FAULT_OOM;
    }
    spin_lock(ptl);
    const bool mapped = pte_at(vma->vm_mm, address) == orig_pte;
    const pte_t pte = mapped ? map_swapped_page(vma, address, page, swapcache, write) : pte_t{0};
    if (!mapped) {
        spin_unlock(ptl);
    }
    unlock_page(page);
    if (!mapped) {
        put_page(page, Holder::pin);
    }
    if (page != swapcache) {
        unlock_and_put(swapcache);
    }
    if (!mapped) {
        return 0;
    }
    if (write && !pte_write(pte)) {
        return do_wp_page(vma, address, pte);
    }
    spin_unlock(ptl);
    return write ? VM_FAULT_WRITE : 0U;
}

}  // namespace heddle
