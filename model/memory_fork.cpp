// SPDX-License-Identifier: Apache-2.0
// The third part of mm/memory.c: copying page tables.
#include "model/huge_memory.h"
#include "model/memory.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swapfile.h"

namespace heddle {

namespace {

void share_content(const struct vm_area_struct& src, const struct vm_area_struct& dst,
                   unsigned long address) {
    ghost([&] { ghost_share_content(src.vm_mm, dst.vm_mm, address); });
}

}  // namespace

void copy_page_range(struct vm_area_struct* dst, struct vm_area_struct* src) {
    const bool copy_on_write = (src->vm_flags & (VM_SHARED | VM_WRITE)) == VM_WRITE;
    // Pages of a file can be faulted in again, those of a driver cannot.
    if ((src->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)) == 0 && src->anon_vma == nullptr) {
        return;
    }
    for (unsigned long start = src->vm_start; start < src->vm_end;) {
        const unsigned long end = pmd_addr_end(start, src->vm_end);
        const pmd_t pmd = pmd_peek(src->vm_mm, start);
        if (pmd_none(pmd) || (pmd_trans_huge(pmd) && copy_huge_pmd(dst, src, start))) {
            start = end;
            continue;
        }
        if (has_huge_pages()) {
            pte_alloc(dst->vm_mm, start);
        }
        spin_lock(pte_lockptr(dst->vm_mm, start));
        spin_lock_nested(pte_lockptr(src->vm_mm, start), SINGLE_DEPTH_NESTING);
        for (; start < end; start += PAGE_SIZE) {
            pte_t pte = pte_at(src->vm_mm, start);
            if (pte_none(pte)) {
                continue;
            }
            if (is_swap_entry(pte)) {
                share_content(*src, *dst, start);
                swap_duplicate(pte_to_swp_entry(pte));
                set_pte_at(dst->vm_mm, start, pte);
                continue;
            }
            // A writable migration entry too becomes read-only in both.
            if (copy_on_write && pte_write(pte)) {
                pte = pte_wrprotect(pte);
                set_pte_at(src->vm_mm, start, pte);
            }
            // Until now another thread of the parent may have written to what both will have.
            share_content(*src, *dst, start);
            struct page* page = pte_present(pte) ? vm_normal_page(pte) : nullptr;
            if (page != nullptr) {
                get_page(page, Holder::map);
                page_dup_rmap(page);
            }
            set_pte_at(dst->vm_mm, start, pte_mkold(pte));
        }
        spin_unlock(pte_lockptr(src->vm_mm, end - PAGE_SIZE));
        spin_unlock(pte_lockptr(dst->vm_mm, end - PAGE_SIZE));
    }
}

}  // namespace heddle
