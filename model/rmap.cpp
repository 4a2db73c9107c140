// SPDX-License-Identifier: Apache-2.0
#include "model/rmap.h"

#include "model/fixes.h"
#include "model/huge_memory.h"
#include "model/ksm.h"
#include "model/mlock.h"
#include "model/mutations.h"
#include "model/pgtable.h"
#include "model/rmap_walk.h"
#include "model/swapfile.h"

namespace heddle {

// ---- walks

bool page_check_address(const struct page* page, struct mm_struct* mm, unsigned long address,
                        bool sync) {
    // A pmd that maps a huge page maps none of its parts by a pte.
    if (pmd_peek(mm, address) != page_table_pmd) {
        // Whoever has just cleared the entry has not counted that yet, or is about to set it anew
        // where this walk comes next.
        if (has(Fix::split_unmaps_for_sure) && PageTransCompound(page)) {
            spin_lock(pmd_lockptr(mm));
            spin_unlock(pmd_lockptr(mm));
        }
        return false;
    }
    // The kernel's callers pass `sync` for a part of a huge page.
    sync = sync || PageTransCompound(page);
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

namespace {

// Under the ptl.
int unmap_pte(struct page* page, struct vm_area_struct* vma, unsigned long address,
              unsigned flags) {
    struct mm_struct* mm = vma->vm_mm;
    if ((flags & TTU_IGNORE_ACCESS) == 0 && ptep_clear_flush_young(mm, address)) {
        return SWAP_FAIL;
    }
    const pte_t pte = pte_at(mm, address);
    set_pte_at(mm, address, 0);
    if (pte_dirty(pte)) {
        SetPageDirty(page);
    }
    if ((flags & TTU_POISON) != 0) {
        set_pte_at(mm, address, make_hwpoison_entry(page));
        ghost([&] { ghost_end_promise(mm, address, address + PAGE_SIZE); });
    } else if ((flags & TTU_MIGRATION) != 0) {
        set_pte_at(mm, address, make_migration_entry(page, pte_write(pte)));
    } else if (PageAnon(page)) {
        VM_BUG_ON_PAGE(!PageSwapCache(page), page);
        swap_duplicate(page->swap);
        set_pte_at(mm, address, swp_entry_to_pte(page->swap));
    }
    ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
    page_remove_rmap(page);
    put_page(page, Holder::pin);
    return SWAP_AGAIN;
}

// R1. `was_locked`: at the moment the ptl was taken. A flag that is set later is no obstacle:
// populate, which comes after it, brings the page back.
void check_may_unmap(const struct vm_area_struct* vma, bool was_locked) {
    if (was_locked && (vma->vm_flags & VM_LOCKED) != 0) {
        fail({.claim = "R1",
              .formula = "reclaim takes no page from a vma that is VM_LOCKED while it has the ptl",
              .object = &vma->vm_flags});
    }
}

// As the seed sees it: a sum of counts that another unmapping may be changing.
bool page_mapcount_is_zero(struct page* page) { return page_mapcount(page) == 0; }

// When a walk that unmaps has nothing left to do.
bool is_unmapped(struct page* page) {
    return has(Fix::split_unmaps_for_sure) ? page_not_mapped(page) : page_mapcount_is_zero(page);
}

// TTU_SPLIT_HUGE_PMD. False if nothing maps the page afterwards.
bool split_for_unmap(struct page* page, struct vm_area_struct* vma, unsigned long address,
                     unsigned flags) {
    if ((flags & TTU_SPLIT_HUGE_PMD) == 0) {
        return true;
    }
    split_huge_pmd_address(vma, address, page,
                           (flags & TTU_MIGRATION) != 0 ? PmdSplit::freeze : PmdSplit::keep);
    return !is_unmapped(page);
}

int try_to_unmap_one(struct page* page, struct vm_area_struct* vma, unsigned long address,
                     void* arg) {
    const unsigned flags = *static_cast<const unsigned*>(arg);
    const bool munlock = (flags & TTU_MUNLOCK) != 0;
    const bool sync = (flags & TTU_MIGRATION) != 0 && has(Fix::migration_unmaps_under_ptl);
    int ret = SWAP_AGAIN;
    const bool is_early = mutated(Mutation::unmap_tests_vm_locked_early);
    const bool was_vm_locked = is_early && (READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0;

    if (munlock && (READ_ONCE(vma->vm_flags) & VM_LOCKED) == 0) {
        return ret;
    }
    // As before 508b9f8efdad: that the vma has a place for the page is enough.
    if (munlock && !has(Fix::rmap_walk_checks_entry)) {
        mlock_vma_page(page);
        return SWAP_MLOCK;
    }
    if (!split_for_unmap(page, vma, address, flags) ||
        !page_check_address(page, vma->vm_mm, address, sync)) {
        return ret;
    }
    bool was_locked = false;
    ghost([&] {
        // What R1 remembers, states must differ by.
        if ((flags & (TTU_MUNLOCK | TTU_IGNORE_MLOCK)) == 0) {
            was_locked = (vma->vm_flags & VM_LOCKED) != 0;
            observe(was_locked ? 1 : 0);
        }
    });
    // Under the ptl: munlock clears VM_LOCKED before it takes the ptl of the first entry, so
    // either it sees the PG_mlocked set here or this sees the flag gone.
    if ((flags & TTU_IGNORE_MLOCK) == 0 &&
        (is_early ? was_vm_locked : (READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0)) {
        // A part of a huge page that ptes map is never mlocked.
        if (!PageTransCompound(page)) {
            mlock_vma_page(page);
        }
        ret = SWAP_MLOCK;
    } else if (munlock && !has(Fix::munlock_walk_drops_ptl)) {
        return SWAP_FAIL;
    } else if (!munlock) {
        ghost([&] { check_may_unmap(vma, was_locked); });
        ret = unmap_pte(page, vma, address, flags);
    }
    spin_unlock(pte_lockptr(vma->vm_mm, address));
    return ret;
}

struct anon_vma* page_lock_anon_vma_read(struct page* page) {
    struct address_space* mapping = READ_ONCE(compound_head(page)->mapping);
    if (!is_anon(mapping) || is_ksm(mapping) || !page_mapped(page)) {
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
    // It may be freed, and be another's, while we sleep, unless it is pinned.
    if (!atomic_inc_not_zero(&anon_vma->refcount)) {
        return nullptr;
    }
    if (!page_mapped(page)) {
        put_anon_vma(anon_vma);
        return nullptr;
    }
    root = anon_vma->root;
    down_read(&root->rwsem);
    if (atomic_dec_and_test(&anon_vma->refcount)) {
        // Nobody else has it any more. It is not freed under its own lock.
        up_read(&root->rwsem);
        __put_anon_vma(anon_vma);
        return nullptr;
    }
    return anon_vma;
}

int rmap_walk_anon(struct page* page, const rmap_walk_control& rwc) {
    struct anon_vma* anon_vma = page_lock_anon_vma_read(page);
    if (anon_vma == nullptr) {
        return SWAP_AGAIN;
    }
    const int ret = rmap_walk_tree(page, anon_vma->rb_root, rwc);
    up_read(&anon_vma->root->rwsem);
    return ret;
}

int rmap_walk_file(struct page* page, const rmap_walk_control& rwc) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    struct address_space* mapping = page_mapping(page);
    if (mapping == nullptr) {
        return SWAP_AGAIN;
    }
    down_read(&mapping->i_mmap_rwsem);
    const int ret = rmap_walk_tree(page, mapping->i_mmap, rwc);
    up_read(&mapping->i_mmap_rwsem);
    return ret;
}

// The caller holds the lock of the tree.
int rmap_walk_locked(struct page* page, const rmap_walk_control& rwc) {
    struct address_space* mapping = READ_ONCE(compound_head(page)->mapping);
    VM_BUG_ON_PAGE(mapping == nullptr || is_ksm(mapping), page);
    return rmap_walk_tree(page, is_anon(mapping) ? anon_vma_of(mapping)->rb_root : mapping->i_mmap,
                          rwc);
}

int rmap_walk(struct page* page, const rmap_walk_control& rwc) {
    if (PageKsm(page)) {
        return rmap_walk_ksm(page, rwc);
    }
    return PageAnon(page) ? rmap_walk_anon(page, rwc) : rmap_walk_file(page, rwc);
}

}  // namespace

int try_to_munlock(struct page* page) {
    VM_BUG_ON_PAGE(!PageLocked(page) || PageLRU(page), page);
    unsigned flags = TTU_MUNLOCK;
    return rmap_walk(page, {try_to_unmap_one, &flags, page_not_mapped});
}

int try_to_unmap(struct page* page, unsigned flags) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    const rmap_walk_control rwc = {try_to_unmap_one, &flags, is_unmapped};
    const int ret =
        (flags & TTU_RMAP_LOCKED) != 0 ? rmap_walk_locked(page, rwc) : rmap_walk(page, rwc);
    return ret != SWAP_MLOCK && is_unmapped(page) ? SWAP_SUCCESS : ret;
}

// ---- was the page used

namespace {

struct page_referenced_arg {
    int mapcount;  // mappings still to be looked at
    int referenced;
    vm_flags_t vm_flags;
};

// The lock of the entry, a pte or a pmd, that maps the page at the address, taken; null if none
// does.
spinlock_t* page_check_address_transhuge(const struct page* page, struct mm_struct* mm,
                                         unsigned long address, bool& huge) {
    huge = pmd_trans_huge(pmd_peek(mm, address));
    if (huge) {
        spin_lock(pmd_lockptr(mm));
        const pmd_t pmd = pmd_at(mm, address);
        if (pmd_trans_huge(pmd)) {
            if (pmd_page(pmd) == page) {
                return pmd_lockptr(mm);
            }
            spin_unlock(pmd_lockptr(mm));
            return nullptr;
        }
        huge = false;
        spin_unlock(pmd_lockptr(mm));
    }
    return page_check_address(page, mm, address, false) ? pte_lockptr(mm, address) : nullptr;
}

int page_referenced_one(struct page* page, struct vm_area_struct* vma, unsigned long address,
                        void* arg) {
    auto* pra = static_cast<struct page_referenced_arg*>(arg);
    struct mm_struct* mm = vma->vm_mm;
    bool huge = false;
    spinlock_t* ptl = page_check_address_transhuge(page, mm, address, huge);
    if (ptl == nullptr) {
        return SWAP_AGAIN;
    }
    // PG_mlocked is left to try_to_unmap().
    if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0) {
        pra->vm_flags |= VM_LOCKED;
        spin_unlock(ptl);
        return SWAP_FAIL;
    }
    const bool young =
        huge ? pmdp_clear_flush_young(mm, address) : ptep_clear_flush_young(mm, address);
    pra->referenced += young ? 1 : 0;
    spin_unlock(ptl);
    return --pra->mapcount == 0 ? SWAP_SUCCESS : SWAP_AGAIN;
}

}  // namespace

int page_referenced(struct page* page, bool is_locked, vm_flags_t& vm_flags) {
    struct page_referenced_arg pra = {total_mapcount(page), 0, 0};
    bool we_locked = false;
    vm_flags = 0;
    if (pra.mapcount == 0 || READ_ONCE(page->mapping) == nullptr) {
        return 0;
    }
    if (!is_locked && (!PageAnon(page) || PageKsm(page))) {
        we_locked = trylock_page(page);
        if (!we_locked) {
            return 1;
        }
    }
    rmap_walk(page, {page_referenced_one, &pra, never});
    vm_flags = pra.vm_flags;
    if (we_locked) {
        unlock_page(page);
    }
    return pra.referenced;
}

// ---- counting mappings

void page_add_new_anon_rmap(struct page* page, struct vm_area_struct* vma, unsigned long address) {
    VM_BUG_ON_PAGE(address < vma->vm_start || address >= vma->vm_end, page);
    VM_BUG_ON_PAGE(PageTransCompound(page), page);
    __SetPageSwapBacked(page);
    atomic_set(&page->_mapcount, 0);
    page->index = static_cast<pgoff_t>(linear_page_index(vma, address));
    WRITE_ONCE(page->mapping, anon_mapping(vma->anon_vma));
}

void page_move_anon_rmap(struct page* page, struct vm_area_struct* vma) {
    page = compound_head(page);
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    WRITE_ONCE(page->mapping, anon_mapping(vma->anon_vma));
}

void page_add_anon_rmap(struct page* page, struct vm_area_struct* vma, unsigned long address) {
    do_page_add_anon_rmap(page, vma, address, false);
}

void do_page_add_anon_rmap(struct page* page, struct vm_area_struct* vma, unsigned long address,
                           bool exclusive) {
    const bool first = atomic_inc_and_test(&page->_mapcount);
    if (PageKsm(page)) {
        return;
    }
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    // Just read in from swap: whoever else may map it is a descendant of the root.
    if (first && !PageAnon(page)) {
        struct anon_vma* anon_vma = exclusive ? vma->anon_vma : vma->anon_vma->root;
        page->index = static_cast<pgoff_t>(linear_page_index(vma, address));
        WRITE_ONCE(page->mapping, anon_mapping(anon_vma));
    }
}

void page_add_file_rmap(struct page* page) {
    // A huge page that gets a mapping by a pte loses PG_mlocked first.
    if (PageTransCompound(page) && page_mapping(page) != nullptr) {
        VM_BUG_ON_PAGE(!PageLocked(page), page);
        SetPageDoubleMap(compound_head(page));
        if (PageMlocked(page)) {
            clear_page_mlock(compound_head(page));
        }
    }
    atomic_inc_and_test(&page->_mapcount);
}

void page_dup_rmap(struct page* page) { atomic_inc(&page->_mapcount); }

void page_remove_rmap(struct page* page) {
    if (!atomic_add_negative(-1, &page->_mapcount)) {
        return;
    }
    // Another mm may map and mlock the page right here; it loses the flag, until reclaim finds it.
    if (has(Fix::unmap_clears_mlock) && !mutated(Mutation::unmapping_leaves_mlocked) &&
        PageMlocked(page)) {
        clear_page_mlock(page);
    }
    if (PageTransCompound(page) && PageAnon(page)) {
        deferred_split_huge_page(compound_head(page));
    }
}

}  // namespace heddle
