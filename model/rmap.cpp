// SPDX-License-Identifier: Apache-2.0
#include "model/rmap.h"

#include "model/fixes.h"
#include "model/mlock.h"
#include "model/pgtable.h"
#include "model/rmap_walk.h"

namespace heddle {

// ---- walks

namespace {

// True with the ptl held if the entry at the address maps the page. Without `sync` an entry that is
// not present is passed by even if whoever is removing it has not counted that yet.
bool page_check_address(const struct page* page, struct mm_struct* mm, unsigned long address,
                        bool sync) {
    if (!sync && !pte_present(pte_peek(mm, address))) {
        return false;
    }
    spin_lock(pte_lockptr(mm, address));
    const pte_t pte = pte_at(mm, address);
    if (pte_present(pte) && vm_normal_page(pte) == page) {
        return true;
    }
    spin_unlock(pte_lockptr(mm, address));
    return false;
}

void unmap_pte(struct page* page, struct vm_area_struct* vma, unsigned long address,
               unsigned flags) {
    struct mm_struct* mm = vma->vm_mm;
    const pte_t pte = pte_at(mm, address);
    set_pte_at(mm, address, 0);
    if (pte_dirty(pte)) {
        SetPageDirty(page);
    }
    if ((flags & TTU_MIGRATION) != 0) {
        set_pte_at(mm, address, make_migration_entry(page, pte_write(pte)));
    }
    ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
    page_remove_rmap(page);
    put_page(page, Holder::pin);
}

int try_to_unmap_one(struct page* page, struct vm_area_struct* vma, unsigned long address,
                     unsigned flags) {
    const bool munlock = (flags & TTU_MUNLOCK) != 0;
    const bool sync = (flags & TTU_MIGRATION) != 0 && has(Fix::migration_unmaps_under_ptl);
    int ret = SWAP_AGAIN;

    if ((munlock && (READ_ONCE(vma->vm_flags) & VM_LOCKED) == 0) ||
        !page_check_address(page, vma->vm_mm, address, sync)) {
        return ret;
    }
    // Under the ptl: munlock clears VM_LOCKED before it takes the ptl of the first entry, so
    // either it sees the PG_mlocked set here or this sees the flag gone.
    if ((flags & TTU_IGNORE_MLOCK) == 0 && (READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0) {
        mlock_vma_page(page);
        ret = SWAP_MLOCK;
    } else if (!munlock) {
        unmap_pte(page, vma, address, flags);
    }
    spin_unlock(pte_lockptr(vma->vm_mm, address));
    return ret;
}

int rmap_walk(struct page* page, const vma_set& tree, unsigned flags) {
    return rmap_walk_tree(
        page, tree,
        [=](struct vm_area_struct* vma, unsigned long address) {
            return try_to_unmap_one(page, vma, address, flags);
        },
        [page] { return !page_mapped(page); });
}

struct anon_vma* page_lock_anon_vma_read(struct page* page) {
    struct address_space* mapping = READ_ONCE(page->mapping);
    if (!is_anon(mapping) || !page_mapped(page)) {
        return nullptr;
    }
    struct anon_vma* anon_vma = anon_vma_of(mapping);
    struct anon_vma* root = anon_vma->root;
    if (down_read_trylock(&root->rwsem)) {
        if (!page_mapped(page)) {
            up_read(&root->rwsem);
            return nullptr;
        }
        return anon_vma;
    }
    if (!page_mapped(page)) {
        return nullptr;
    }
    down_read(&root->rwsem);
    return anon_vma;
}

int rmap_walk_anon(struct page* page, unsigned flags) {
    struct anon_vma* anon_vma = page_lock_anon_vma_read(page);
    if (anon_vma == nullptr) {
        return SWAP_AGAIN;
    }
    const int ret = rmap_walk(page, anon_vma->rb_root, flags);
    up_read(&anon_vma->root->rwsem);
    return ret;
}

int rmap_walk_file(struct page* page, unsigned flags) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    struct address_space* mapping = page_mapping(page);
    if (mapping == nullptr) {
        return SWAP_AGAIN;
    }
    down_read(&mapping->i_mmap_rwsem);
    const int ret = rmap_walk(page, mapping->i_mmap, flags);
    up_read(&mapping->i_mmap_rwsem);
    return ret;
}

}  // namespace

int try_to_munlock(struct page* page) {
    VM_BUG_ON_PAGE(!PageLocked(page) || PageLRU(page), page);
    return is_anon(READ_ONCE(page->mapping)) ? rmap_walk_anon(page, TTU_MUNLOCK)
                                             : rmap_walk_file(page, TTU_MUNLOCK);
}

int try_to_unmap(struct page* page, unsigned flags) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    const int ret = is_anon(READ_ONCE(page->mapping)) ? rmap_walk_anon(page, flags)
                                                      : rmap_walk_file(page, flags);
    return ret != SWAP_MLOCK && !page_mapped(page) ? SWAP_SUCCESS : ret;
}

// ---- counting mappings

void page_add_new_anon_rmap(struct page* page, struct vm_area_struct* vma, unsigned long address) {
    VM_BUG_ON_PAGE(address < vma->vm_start || address >= vma->vm_end, page);
    __SetPageSwapBacked(page);
    atomic_set(&page->_mapcount, 0);
    page->index = static_cast<unsigned char>(linear_page_index(vma, address));
    WRITE_ONCE(page->mapping, anon_mapping(vma->anon_vma));
}

void page_add_file_rmap(struct page* page) { atomic_inc_and_test(&page->_mapcount); }

void page_add_anon_rmap(struct page* page) {
    atomic_inc_and_test(&page->_mapcount);
    VM_BUG_ON_PAGE(!PageLocked(page), page);
}

void page_dup_rmap(struct page* page) { atomic_inc(&page->_mapcount); }

void page_remove_rmap(struct page* page) {
    if (!atomic_add_negative(-1, &page->_mapcount)) {
        return;
    }
    // Another mm may map and mlock the page right here; it loses the flag, until reclaim finds it.
    if (PageMlocked(page)) {
        clear_page_mlock(page);
    }
}

}  // namespace heddle
