// SPDX-License-Identifier: Apache-2.0
#include "model/khugepaged.h"

#include "model/fixes.h"
#include "model/huge_memory.h"
#include "model/migrate.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/swap_state.h"
#include "model/swapfile.h"
#include "model/vmscan.h"

namespace heddle {

namespace {

bool khugepaged_test_exit(struct mm_struct* mm) { return atomic_read(&mm->mm_users) == 0; }

void release_pte_page(struct page* page) {
    mod_zone_isolated(page, -1);
    unlock_page(page);
    putback_lru_page(page);
}

// Under the ptl: locks and isolates the page of one entry. False if it cannot be had.
bool isolate_pte_page(pte_t pte, bool& writable) {
    struct page* page = pte_present(pte) ? vm_normal_page(pte) : nullptr;
    if (page == nullptr || PageTransCompound(page) || !trylock_page_nested(page)) {
        return false;
    }
    // Only the entry, and the swap cache: whoever else has a reference may come by the page.
    const bool swapcache = PageSwapCache(page);
    int mapcount = 0;
    const bool own = page_count(page) == (swapcache ? 2 : 1) &&
                     (pte_write(pte) || !swapcache || reuse_swap_page(page, &mapcount));
    if (!own || isolate_lru_page(page) != 0) {
        unlock_page(page);
        return false;
    }
    mod_zone_isolated(page, 1);
    VM_BUG_ON_PAGE(!PageAnon(page) || !PageSwapBacked(page), page);
    VM_BUG_ON_PAGE(!PageLocked(page) || PageLRU(page), page);
    writable = writable || pte_write(pte);
    return true;
}

// Under the ptl. Some entries may be none; all others must be had.
bool __collapse_huge_page_isolate(struct mm_struct* mm, unsigned long haddr) {
    bool writable = false;
    bool ok = true;
    unsigned isolated = 0;  // a bit per entry
    for (unsigned i = 0; ok && i < hpage_pmd_nr(); ++i) {
        const pte_t pte = pte_at(mm, haddr + i * PAGE_SIZE);
        if (pte_none(pte)) {
            continue;
        }
        ok = isolate_pte_page(pte, writable);
        isolated |= ok ? 1U << i : 0;
    }
    if (ok && writable) {
        return true;
    }
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        if ((isolated & 1U << i) != 0) {
            release_pte_page(vm_normal_page(pte_at(mm, haddr + i * PAGE_SIZE)));
        }
    }
    return false;
}

void free_page_and_swap_cache(struct page* page) {
    free_swap_cache(page);
    put_page(page, Holder::pin);
}

// The page table is out of everybody's way, all its pages are locked and isolated.
void __collapse_huge_page_copy(struct mm_struct* mm, unsigned long haddr) {
    spinlock_t* ptl = pte_lockptr(mm, haddr);
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        const unsigned long address = haddr + i * PAGE_SIZE;
        const pte_t pte = pmd_offset(mm, haddr)->entries.value.pte[i];
        observe(pte);
        if (pte_none(pte)) {
            continue;
        }
        struct page* page = vm_normal_page(pte);
        VM_BUG_ON_PAGE(page_mapcount(page) != 1, page);
        release_pte_page(page);
        spin_lock(ptl);
        set_pte_at(mm, address, 0);
        ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
        page_remove_rmap(page);
        spin_unlock(ptl);
        free_page_and_swap_cache(page);
    }
}

void set_pmd_under_lock(struct mm_struct* mm, unsigned long haddr, pmd_t pmd) {
    spin_lock(pmd_lockptr(mm));
    set_pmd_at(mm, haddr, pmd);
    spin_unlock(pmd_lockptr(mm));
}

// Under mmap_sem for writing. Consumes the new page.
void collapse_locked(struct vm_area_struct* vma, unsigned long haddr, struct page* new_page) {
    struct mm_struct* mm = vma->vm_mm;
    struct rw_semaphore* rwsem = &vma->anon_vma->root->rwsem;
    // No walk of mappings finds a page by this pmd while it is empty.
    down_write(rwsem);
    set_pmd_under_lock(mm, haddr, 0);
    spin_lock(pte_lockptr(mm, haddr));
    const bool isolated = __collapse_huge_page_isolate(mm, haddr);
    spin_unlock(pte_lockptr(mm, haddr));
    if (!isolated) {
        set_pmd_under_lock(mm, haddr, page_table_pmd);
        up_write(rwsem);
        put_page(new_page, Holder::pin);
        return;
    }
    // The page locks keep walks away from here on.
    up_write(rwsem);
    __collapse_huge_page_copy(mm, haddr);
    SetPageUptodate(new_page);
    spin_lock(pmd_lockptr(mm));
    BUG_ON(!pmd_none(pmd_at(mm, haddr)));
    map_new_huge_page(vma, haddr, new_page);
    spin_unlock(pmd_lockptr(mm));
}

}  // namespace

void collapse_huge_page(struct mm_struct* mm, unsigned long haddr) {
    struct page* new_page = alloc_hugepage();
    if (new_page == nullptr) {
        return;
    }
    new_page->mem_cgroup = mm->mem_cgroup;
    down_write(&mm->mmap_sem);
    struct vm_area_struct* vma = find_vma(mm, haddr);
    const bool ok = !khugepaged_test_exit(mm) && vma != nullptr &&
                    transparent_hugepage_enabled(vma, haddr) && vma->vm_file == nullptr &&
                    vma->anon_vma != nullptr && pmd_peek(mm, haddr) == page_table_pmd;
    if (ok) {
        collapse_locked(vma, haddr, new_page);
    }
    up_write(&mm->mmap_sem);
    if (!ok) {
        put_page(new_page, Holder::pin);
    }
}

void retract_page_tables(struct address_space* mapping, unsigned pgoff) {
    struct machine& machine = this_machine();
    down_write(&mapping->i_mmap_rwsem);
    ghost([&] { ghost_require_tree_reader(mapping->i_mmap); });
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        struct vm_area_struct* vma = &machine.vmas[i];
        // One with pages of its own may have some of them here.
        if (!is_in_tree(mapping->i_mmap, vma) || READ_ONCE(vma->anon_vma.raw()) != 0 ||
            pgoff < vma->vm_pgoff) {
            continue;
        }
        struct mm_struct* mm = vma->vm_mm;
        const unsigned long address = vma->vm_start + (pgoff - vma->vm_pgoff) * PAGE_SIZE;
        if ((address & ~HPAGE_PMD_MASK()) != 0 || vma->vm_end < address + HPAGE_PMD_SIZE() ||
            pmd_peek(mm, address) != page_table_pmd || !down_write_trylock(&mm->mmap_sem)) {
            continue;
        }
        // Nobody walks the page tables while mmap_sem is held for writing, but who exits.
        if (!has(Fix::retract_tests_exit) || !khugepaged_test_exit(mm)) {
            set_pmd_under_lock(mm, address, 0);
            ghost([&] { is_freed_table(mm, address) = true; });
        }
        up_write(&mm->mmap_sem);
    }
    up_write(&mapping->i_mmap_rwsem);
}

void khugepaged_exit(struct mm_struct* mm) {
    down_write(&mm->mmap_sem);
    up_write(&mm->mmap_sem);
}

}  // namespace heddle
