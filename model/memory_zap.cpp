// SPDX-License-Identifier: Apache-2.0
// The part of mm/memory.c that tears page tables down.
#include <algorithm>

#include "model/huge_memory.h"
#include "model/memory.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/swap_state.h"
#include "model/swapfile.h"

namespace heddle {

namespace {

// Whether the entry stays, because only the file's own pages are to go.
bool is_kept(pte_t pte, const struct address_space* check_mapping) {
    if (check_mapping == nullptr || pte_none(pte)) {
        return false;
    }
    // A page of the file that is being migrated is locked, and so is the one that truncation is at.
    const struct page* page = pte_present(pte) ? vm_normal_page(pte) : nullptr;
    return page == nullptr || READ_ONCE(page->mapping) != check_mapping;
}

void zap_pte_range(struct mmu_gather& tlb, struct mm_struct* mm, unsigned long start,
                   unsigned long end, const struct address_space* check_mapping) {
    spinlock_t* ptl = pte_lockptr(mm, start);
    spin_lock(ptl);
    for (unsigned long address = start; address < end; address += PAGE_SIZE) {
        const pte_t pte = pte_at(mm, address);
        if (is_kept(pte, check_mapping)) {
            continue;
        }
        ghost([&] { ghost_end_promise(mm, address, address + PAGE_SIZE); });
        if (pte_none(pte)) {
            continue;
        }
        set_pte_at(mm, address, 0);
        ghost([&] { ghost_drop_content(mm, address); });
        if (is_swap_entry(pte)) {
            free_swap_and_cache(pte_to_swp_entry(pte));
            continue;
        }
        // A migration entry holds no reference: its page is not ours.
        struct page* page = pte_present(pte) ? vm_normal_page(pte) : nullptr;
        if (page != nullptr) {
            ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
            page_remove_rmap(page);
            tlb.pages[tlb.nr++] = page;
        }
    }
    spin_unlock(ptl);
}

// Unmaps what one entry of a pmd maps, if that is no page table. A huge page of which a part goes
// is split.
bool zap_pmd(struct mmu_gather& tlb, struct vm_area_struct* vma, unsigned long start,
             unsigned long end) {
    if (pmd_trans_huge(pmd_peek(vma->vm_mm, start))) {
        if (end - start == HPAGE_PMD_SIZE()) {
            if (struct page* page = zap_huge_pmd(vma, start); page != nullptr) {
                tlb.pages[tlb.nr++] = page;
                return true;
            }
        } else {
            split_huge_pmd_address(vma, start, nullptr, PmdSplit::keep);
        }
    }
    // A page of a file is unmapped by the split.
    return pmd_peek(vma->vm_mm, start) != page_table_pmd;
}

}  // namespace

void unmap_page_range(struct mmu_gather& tlb, struct vm_area_struct* vma, unsigned long start,
                      unsigned long end, const struct address_space* check_mapping) {
    while (start < end) {
        const unsigned long next = pmd_addr_end(start, end);
        if (zap_pmd(tlb, vma, start, next)) {
            ghost([&] { ghost_end_promise(vma->vm_mm, start, next); });
        } else {
            zap_pte_range(tlb, vma->vm_mm, start, next, check_mapping);
        }
        start = next;
    }
}

void tlb_finish_mmu(struct mmu_gather& tlb) {
    // free_pages_and_swap_cache()
    if (tlb.nr != 0) {
        lru_add_drain();
        for (unsigned i = 0; i < tlb.nr; ++i) {
            free_swap_cache(tlb.pages[i]);
        }
        release_pages(tlb.pages, tlb.nr, Holder::pin);
        tlb.nr = 0;
    }
}

namespace {

void zap_page_range_single(struct vm_area_struct* vma, unsigned long start, unsigned long end,
                           const struct address_space* check_mapping) {
    struct mmu_gather tlb = {};
    lru_add_drain();
    unmap_page_range(tlb, vma, start, end, check_mapping);
    tlb_finish_mmu(tlb);
}

}  // namespace

void unmap_mapping_range(struct address_space* mapping, unsigned first, unsigned end,
                         EvenCows even_cows) {
    struct machine& machine = this_machine();
    const struct address_space* check_mapping = even_cows == EvenCows::yes ? nullptr : mapping;
    down_write(&mapping->i_mmap_rwsem);
    ghost([&] { ghost_require_tree_reader(mapping->i_mmap); });
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        struct vm_area_struct* vma = &machine.vmas[i];
        if (!is_in_tree(mapping->i_mmap, vma)) {
            continue;
        }
        const unsigned vma_end = vma->vm_pgoff + static_cast<unsigned>(vma_pages(vma));
        if (first < vma_end && vma->vm_pgoff < end) {
            const unsigned from = std::max<unsigned>(first, vma->vm_pgoff) - vma->vm_pgoff;
            const unsigned to = std::min(end, vma_end) - vma->vm_pgoff;
            zap_page_range_single(vma, vma->vm_start + from * PAGE_SIZE,
                                  vma->vm_start + to * PAGE_SIZE, check_mapping);
        }
    }
    up_write(&mapping->i_mmap_rwsem);
}

}  // namespace heddle
