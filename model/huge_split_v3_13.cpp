// SPDX-License-Identifier: Apache-2.0
// mm/huge_memory.c of v3.13: a huge page is split as it is mapped, its flags copied page by page.
#include "model/huge_memory.h"
#include "model/mm_inline.h"
#include "model/pgtable.h"
#include "model/swap.h"

namespace heddle {

namespace {

// The mapping that the huge page has becomes one of the tail.
void split_tail(struct page* head, unsigned tail, struct lruvec* lruvec) {
    struct page* page_tail = head + tail;
    atomic_set(&page_tail->_refcount, 1);
    ghost([&] {
        page_tail->ghost = {};
        references(page_tail, Holder::map) = 1;
        ghost_isolate(page_tail);
    });
    atomic_set(&page_tail->_mapcount, 0);
    const unsigned long flags = READ_ONCE(head->flags);
    WRITE_ONCE(page_tail->flags, flags & flags_of_tails & ~bit_mask(PG_locked));
    smp_wmb();
    page_tail->index = static_cast<unsigned char>(head->index + tail);
    page_tail->mem_cgroup = head->mem_cgroup;
    WRITE_ONCE(page_tail->mapping, READ_ONCE(head->mapping));
    WRITE_ONCE(compound_of(page_tail)->compound_head.raw(), 0);
    lru_add_page_tail(head, page_tail, lruvec, nullptr);
}

}  // namespace

void __split_huge_page_refcount(struct vm_area_struct* vma, struct page* head) {
    struct zone* zone = page_zone(head);
    struct mm_struct* mm = vma->vm_mm;
    const unsigned long haddr = vma->vm_start + (head->index - vma->vm_pgoff) * PAGE_SIZE;

    // Stands for the mark of a pmd that is being split, which others wait for.
    spin_lock(pmd_lockptr(mm));
    const pmd_t pmd = pmd_at(mm, haddr);
    if (pmd_trans_huge(pmd) && pmd_page(pmd) == head) {
        spin_lock_irq(page_lru_lock(head));
        ghost([&] { ghost_split(head, true); });
        for (unsigned i = hpage_pmd_nr() - 1; i >= 1; --i) {
            split_tail(head, i, mem_cgroup_page_lruvec(head, zone));
        }
        atomic_set(&head->_mapcount, 0);
        atomic_set(&compound_of(head)->compound_mapcount, -1);
        clear_bit(PG_head, &head->flags);
        ghost([&] { ghost_split(head, false); });
        spin_unlock_irq(page_lru_lock(head));
        atomic_add(-1, &this_machine().huge.nr_anon_thps[head->zone_id]);
        struct ptes& table = pmd_offset(mm, haddr)->entries.value;
        for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
            table.pte[i] = mk_pte(head + i, pmd & (_PAGE_RW | _PAGE_DIRTY));
        }
        smp_wmb();
        set_pmd_at(mm, haddr, page_table_pmd);
    }
    spin_unlock(pmd_lockptr(mm));
}

}  // namespace heddle
