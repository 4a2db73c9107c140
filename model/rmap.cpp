// SPDX-License-Identifier: Apache-2.0
#include "model/rmap.h"

#include "model/mlock.h"
#include "model/swap.h"

namespace heddle {

namespace {

// try_to_unmap_one() with TTU_MUNLOCK.
int try_to_unmap_one(struct page* page, struct vm_area_struct* vma) {
    int ret = SWAP_AGAIN;

    if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) == 0) {
        return ret;
    }
    spin_lock(&vma->ptl);
    if ((vma->ptes.locked() & page_bit(page)) != 0) {
        // Under the ptl: munlock clears VM_LOCKED before it takes the ptl of the first entry, so
        // either it sees the PG_mlocked set here or this sees the flag gone.
        if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0) {
            mlock_vma_page(page);
            ret = SWAP_MLOCK;
        }
    }
    spin_unlock(&vma->ptl);
    return ret;
}

int rmap_walk(struct page* page) {
    struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        struct vm_area_struct* vma = &machine.vmas[i];
        if ((vma->covers & page_bit(page)) == 0) {
            continue;
        }
        const int ret = try_to_unmap_one(page, vma);
        if (ret != SWAP_AGAIN || !page_mapped(page)) {
            return ret;
        }
    }
    return SWAP_AGAIN;
}

struct anon_vma* page_lock_anon_vma_read(struct page* page) {
    struct anon_vma* anon_vma = &this_machine().anon_vma;

    if (!is_anon(READ_ONCE(page->mapping)) || !page_mapped(page)) {
        return nullptr;
    }
    if (down_read_trylock(&anon_vma->rwsem)) {
        if (!page_mapped(page)) {
            up_read(&anon_vma->rwsem);
            return nullptr;
        }
        return anon_vma;
    }
    if (!page_mapped(page)) {
        return nullptr;
    }
    down_read(&anon_vma->rwsem);
    return anon_vma;
}

int rmap_walk_anon(struct page* page) {
    struct anon_vma* anon_vma = page_lock_anon_vma_read(page);
    if (anon_vma == nullptr) {
        return SWAP_AGAIN;
    }
    const int ret = rmap_walk(page);
    up_read(&anon_vma->rwsem);
    return ret;
}

int rmap_walk_file(struct page* page) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    struct address_space* mapping = page_mapping(page);
    if (mapping == nullptr) {
        return SWAP_AGAIN;
    }
    down_read(&mapping->i_mmap_rwsem);
    const int ret = rmap_walk(page);
    up_read(&mapping->i_mmap_rwsem);
    return ret;
}

}  // namespace

int try_to_munlock(struct page* page) {
    VM_BUG_ON_PAGE(!PageLocked(page) || PageLRU(page), page);
    return is_anon(READ_ONCE(page->mapping)) ? rmap_walk_anon(page) : rmap_walk_file(page);
}

void page_remove_rmap(struct page* page) {
    if (!atomic_add_negative(-1, &page->_mapcount)) {
        return;
    }
    // Another mm may map and mlock the page right here; it loses the flag, until reclaim finds it.
    if (PageMlocked(page)) {
        clear_page_mlock(page);
    }
}

void zap_pte_range(struct vm_area_struct* vma, struct page* page) {
    spin_lock(&vma->ptl);
    pte_set& ptes = vma->ptes.locked();
    const bool present = (ptes & page_bit(page)) != 0;
    if (present) {
        ptes = static_cast<pte_set>(ptes & ~page_bit(page));
        ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
        page_remove_rmap(page);
    }
    spin_unlock(&vma->ptl);
    if (present) {
        // tlb_flush_mmu(): free_pages_and_swap_cache() on the batch, here of one page.
        const page_slot batch[] = {page};
        lru_add_drain();
        release_pages(batch, 1, Holder::pin);
    }
}

}  // namespace heddle
