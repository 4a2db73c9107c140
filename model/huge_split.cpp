// SPDX-License-Identifier: Apache-2.0
// The second part of mm/huge_memory.c: splitting entries of pmds.
#include "model/fixes.h"
#include "model/huge_memory.h"
#include "model/mlock.h"
#include "model/mm_inline.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/vmstat.h"

namespace heddle {

// ---- entries of pmds

namespace {

// The ptes that take the place of the pmd, in a page table that is nobody else's before the pmd
// points to it.
void fill_page_table(struct mm_struct* mm, unsigned long haddr, pmd_t old_pmd, PmdSplit kind) {
    struct page* page = pmd_page(old_pmd);
    struct ptes& table = pmd_offset(mm, haddr)->entries.value;
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        pte_t entry = 0;
        if (kind == PmdSplit::freeze) {
            entry = make_migration_entry(page + i, pmd_write(old_pmd));
        } else {
            entry = mk_pte(page + i, old_pmd & (_PAGE_RW | _PAGE_DIRTY));
            entry = pte_young(old_pmd) ? entry : pte_mkold(entry);
        }
        if (pte_dirty(old_pmd)) {
            SetPageDirty(page + i);
        }
        table.pte[i] = entry;
        atomic_inc(&page[i]._mapcount);
    }
}

void add_to_mapcounts(struct page* page, int change) {
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        atomic_add(change, &page[i]._mapcount);
    }
}

void __split_huge_anon_pmd_locked(struct mm_struct* mm, unsigned long haddr, PmdSplit kind) {
    const pmd_t old_pmd = pmd_at(mm, haddr);
    struct page* page = pmd_page(old_pmd);
    VM_BUG_ON_PAGE(page_count(page) == 0, page);
    page_ref_add(page, static_cast<int>(hpage_pmd_nr()) - 1, Holder::map);
    fill_page_table(mm, haddr, old_pmd, kind);
    // Before compound_mapcount drops, so that the page never looks unmapped.
    if (compound_mapcount(page) > 1 && !TestSetPageDoubleMap(page)) {
        add_to_mapcounts(page, 1);
    }
    if (atomic_add_negative(-1, &compound_of(page)->compound_mapcount)) {
        atomic_add(-1, &this_machine().huge.nr_anon_thps[page->zone_id]);
        if (TestClearPageDoubleMap(page)) {
            add_to_mapcounts(page, -1);
        }
    }
    // The ptes are seen by whoever sees the page table.
    smp_wmb();
    set_pmd_at(mm, haddr, page_table_pmd);
    if (kind == PmdSplit::freeze) {
        for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
            ghost([&] { ghost_transfer(page + i, Holder::map, Holder::pin); });
            page_remove_rmap(page + i);
            put_page(page + i, Holder::pin);
        }
    }
}

// Each pte is of the zero page then: what was readable stays so.
void __split_huge_zero_page_pmd(struct mm_struct* mm, unsigned long haddr) {
    struct ptes& table = pmd_offset(mm, haddr)->entries.value;
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        table.pte[i] = zero_page_pte;
    }
    smp_wmb();
    set_pmd_at(mm, haddr, page_table_pmd);
}

// Under the pmd's lock.
void __split_huge_pmd_locked(struct vm_area_struct* vma, unsigned long haddr, PmdSplit kind) {
    struct mm_struct* mm = vma->vm_mm;
    VM_BUG_ON((haddr & ~HPAGE_PMD_MASK()) != 0);
    VM_BUG_ON(haddr < vma->vm_start || haddr + HPAGE_PMD_SIZE() > vma->vm_end);
    count_vm_event(THP_SPLIT_PMD);
    if (is_huge_zero_pmd(pmd_at(mm, haddr))) {
        __split_huge_zero_page_pmd(mm, haddr);
        return;
    }
    if (vma->vm_file == nullptr) {
        __split_huge_anon_pmd_locked(mm, haddr, kind);
        return;
    }
    // Nothing comes in its place before a fault.
    struct page* page = pmd_page(pmd_at(mm, haddr));
    set_pmd_at(mm, haddr, 0);
    ghost([&] {
        ghost_end_promise(mm, haddr, haddr + HPAGE_PMD_SIZE());
        ghost_transfer(page, Holder::map, Holder::pin);
    });
    page_remove_compound_rmap(page);
    put_page(page, Holder::pin);
}

}  // namespace

void split_huge_pmd_address(struct vm_area_struct* vma, unsigned long address, struct page* page,
                            PmdSplit kind) {
    struct mm_struct* mm = vma->vm_mm;
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    // Under mmap_sem for writing, or the lock of the tree, no huge page comes to be mapped here.
    if (!pmd_trans_huge(pmd_peek(mm, haddr))) {
        return;
    }
    struct page* mlocked = nullptr;
    spin_lock(pmd_lockptr(mm));
    const pmd_t pmd = pmd_at(mm, haddr);
    if (pmd_trans_huge(pmd) && (page == nullptr || pmd_page(pmd) == page)) {
        // A part that a pte maps would not be found by all who munlock the page.
        const bool clears = has(Fix::pmd_split_clears_mlock) && !is_huge_zero_pmd(pmd);
        mlocked = clears && PageMlocked(pmd_page(pmd)) ? pmd_page(pmd) : nullptr;
        if (mlocked != nullptr && has(Fix::pmd_split_needs_no_page_lock)) {
            clear_page_mlock(mlocked);
            mlocked = nullptr;
        } else if (mlocked != nullptr) {
            get_page(mlocked, Holder::pin);
        }
        __split_huge_pmd_locked(vma, haddr, kind);
    }
    spin_unlock(pmd_lockptr(mm));
    // As before v4.6: waits for the lock, which who splits the page itself holds.
    if (mlocked != nullptr) {
        lock_page(mlocked);
        munlock_vma_page(mlocked);
        unlock_page(mlocked);
        put_page(mlocked, Holder::pin);
    }
}

// ---- the queue of huge pages to be split

void deferred_split_huge_page(struct page* page) {
    struct deferred_split* queue = deferred_split_of(page_pgdat(page));
    unsigned long flags = 0;
    VM_BUG_ON_PAGE(!PageTransHuge(page), page);
    spin_lock_irqsave(&queue->split_queue_lock, flags);
    struct split_queue& split_queue = queue->split_queue.locked();
    if (!has_page(split_queue.pages, page)) {
        list_add(page, split_queue.pages, Where::here());
        ++split_queue.split_queue_len;
        count_vm_event(THP_DEFERRED_SPLIT_PAGE);
    }
    spin_unlock_irqrestore(&queue->split_queue_lock, flags);
}

void unqueue(struct split_queue& queue, struct page* page) {
    if (has_page(queue.pages, page)) {
        list_del(page, queue.pages, Where::here());
        --queue.split_queue_len;
    }
}

void free_transhuge_page(struct page* page) {
    struct deferred_split* queue = deferred_split_of(page_pgdat(page));
    unsigned long flags = 0;
    spin_lock_irqsave(&queue->split_queue_lock, flags);
    unqueue(queue->split_queue.locked(), page);
    spin_unlock_irqrestore(&queue->split_queue_lock, flags);
    free_compound_page(page);
}

namespace {

// A huge page that lies across the address is split if all of it is in the vma.
void split_across(struct vm_area_struct* vma, unsigned long address) {
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    if (haddr != address && haddr >= vma->vm_start && haddr + HPAGE_PMD_SIZE() <= vma->vm_end) {
        split_huge_pmd_address(vma, haddr, nullptr, PmdSplit::keep);
    }
}

}  // namespace

void vma_adjust_trans_huge(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    if (has_huge_pages()) {
        split_across(vma, start);
        split_across(vma, end);
    }
}

}  // namespace heddle
