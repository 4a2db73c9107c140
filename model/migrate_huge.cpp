// SPDX-License-Identifier: Apache-2.0
// The second part of mm/migrate.c: a huge page moves to another node, where it is used.
#include "model/huge_memory.h"
#include "model/migrate.h"
#include "model/mm_inline.h"
#include "model/mmap.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/vmscan.h"
#include "model/vmstat.h"

namespace heddle {

namespace {

// mm/internal.h. The only place where PG_mlocked moves from page to page. Under the pmd's lock.
void mlock_migrate_page(struct page* newpage, struct page* page) {
    if (TestClearPageMlocked(page)) {
        ghost([&] { ghost_settle(page); });  // it is isolated, and will be freed
        const auto nr_pages = static_cast<long>(hpage_nr_pages(page));
        __mod_zone_page_state(page_zone(page), NR_MLOCK, -nr_pages);
        SetPageMlocked(newpage);
        __mod_zone_page_state(page_zone(newpage), NR_MLOCK, nr_pages);
    }
}

// Isolates the page and drops the caller's pin. False if anybody else has a reference.
bool numamigrate_isolate_page(struct page* page) {
    if (isolate_lru_page(page) != 0) {
        return false;
    }
    // Its mapping, the caller, the isolation.
    if (page_count(page) != 3) {
        putback_lru_page(page);
        return false;
    }
    mod_zone_isolated(page, static_cast<long>(hpage_nr_pages(page)));
    put_page(page, Holder::pin);
    return true;
}

// Under the pmd's lock: true if the new page is mapped in the old one's place.
bool replace_huge_page(struct vm_area_struct* vma, unsigned long haddr, pmd_t orig_pmd,
                       struct page* page, struct page* new_page) {
    struct mm_struct* mm = vma->vm_mm;
    if (pmd_at(mm, haddr) != orig_pmd || page_count(page) != 2) {
        return false;
    }
    page_add_anon_compound_rmap(new_page);
    ghost([&] { ghost_transfer(new_page, Holder::isolation, Holder::map); });
    set_pmd_at(mm, haddr, 0);
    set_pmd_at(mm, haddr, mk_huge_pmd(new_page, orig_pmd & (_PAGE_RW | _PAGE_DIRTY)));
    // Somebody may have found the page by the entry until now.
    if (page_count(page) != 2) {
        set_pmd_at(mm, haddr, orig_pmd);
        ghost([&] { ghost_transfer(new_page, Holder::map, Holder::isolation); });
        page_remove_compound_rmap(new_page);
        return false;
    }
    mlock_migrate_page(new_page, page);
    page_remove_compound_rmap(page);
    ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
    return true;
}

// The page stays where it is.
void undo_migration(struct page* page, struct page* new_page) {
    if (TestClearPageActive(new_page)) {
        SetPageActive(page);
    }
    if (TestClearPageUnevictable(new_page)) {
        SetPageUnevictable(page);
    }
    unlock_page(new_page);
    ghost([&] { ghost_end_isolation(new_page); });
    put_page(new_page, Holder::isolation);
    get_page(page, Holder::pin);
    putback_lru_page(page);
    mod_zone_isolated(page, -static_cast<long>(hpage_nr_pages(page)));
}

// The page is locked and pinned, both of which end here.
void migrate_misplaced_transhuge_page(struct vm_area_struct* vma, unsigned long haddr,
                                      pmd_t orig_pmd, struct page* page) {
    struct mm_struct* mm = vma->vm_mm;
    struct page* new_page = alloc_hugepage();
    bool migrated = false;
    if (new_page != nullptr && !numamigrate_isolate_page(page)) {
        put_page(new_page, Holder::pin);
        new_page = nullptr;
    }
    if (new_page != nullptr) {
        ghost([&] {
            ghost_transfer(new_page, Holder::pin, Holder::isolation);
            ghost_isolate(new_page);
        });
        __SetPageLocked(new_page);
        __SetPageSwapBacked(new_page);
        WRITE_ONCE(new_page->mapping, READ_ONCE(page->mapping));
        new_page->index = page->index;
        migrate_page_copy(new_page, page);
        VM_BUG_ON_PAGE(PageLRU(new_page), new_page);
        spin_lock(pmd_lockptr(mm));
        migrated = replace_huge_page(vma, haddr, orig_pmd, page, new_page);
        spin_unlock(pmd_lockptr(mm));
        if (migrated) {
            // The reference it came with is the entry's now.
            get_page(new_page, Holder::isolation);
            putback_lru_page(new_page);
            unlock_page(new_page);
            mod_zone_isolated(page, -static_cast<long>(hpage_nr_pages(page)));
            ghost([&] { ghost_end_isolation(page); });
        } else {
            undo_migration(page, new_page);
        }
    }
    if (migrated) {
        count_vm_events(PGMIGRATE_SUCCESS, hpage_pmd_nr());
    } else if (new_page == nullptr) {
        count_vm_events(PGMIGRATE_FAIL, hpage_pmd_nr());
    }
    unlock_page(page);
    put_page(page, Holder::pin);
    if (migrated) {
        put_page(page, Holder::isolation);
    }
}

}  // namespace

void do_huge_pmd_numa_page(struct mm_struct* mm, unsigned long address) {
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    down_read(&mm->mmap_sem);
    struct vm_area_struct* vma = find_vma(mm, haddr);
    spin_lock(pmd_lockptr(mm));
    const pmd_t pmd = pmd_at(mm, haddr);
    struct page* page = pmd_trans_huge(pmd) ? pmd_page(pmd) : nullptr;
    // Not worth waiting for.
    if (page == nullptr || vma == nullptr || vma->vm_file != nullptr || !trylock_page(page)) {
        spin_unlock(pmd_lockptr(mm));
        up_read(&mm->mmap_sem);
        return;
    }
    get_page(page, Holder::pin);
    spin_unlock(pmd_lockptr(mm));
    // Keeps the pmd from being split by a walk of mappings.
    struct rw_semaphore* rwsem = &anon_vma_of(READ_ONCE(page->mapping))->root->rwsem;
    down_read(rwsem);
    spin_lock(pmd_lockptr(mm));
    const bool same = pmd_at(mm, haddr) == pmd;
    spin_unlock(pmd_lockptr(mm));
    if (same) {
        migrate_misplaced_transhuge_page(vma, haddr, pmd, page);
    } else {
        unlock_page(page);
        put_page(page, Holder::pin);
    }
    up_read(rwsem);
    up_read(&mm->mmap_sem);
}

}  // namespace heddle
