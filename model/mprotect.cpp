// SPDX-License-Identifier: Apache-2.0
#include "model/mprotect.h"

#include <algorithm>
#include <cerrno>

#include "model/fixes.h"
#include "model/gup.h"
#include "model/huge_memory.h"
#include "model/mmap.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

// What a private or clean entry may do at first: a write comes to do_wp_page(), by a fault.
pte_t changed(pte_t pte, bool dirty_accountable) {
    pte = pte_wrprotect(pte);
    return dirty_accountable && pte_dirty(pte) ? pte_mkwrite(pte) : pte;
}

void change_pte_range(struct mm_struct* mm, unsigned long start, unsigned long end,
                      bool dirty_accountable) {
    spinlock_t* ptl = pte_lockptr(mm, start);
    spin_lock(ptl);
    for (unsigned long address = start; address < end; address += PAGE_SIZE) {
        const pte_t pte = pte_at(mm, address);
        if (pte_present(pte)) {
            // ptep_modify_prot_start(): who looks without the ptl may find nothing.
            set_pte_at(mm, address, 0);
            set_pte_at(mm, address, changed(pte, dirty_accountable));
        } else if (is_write_migration_entry(pte)) {
            // remove_migration_pte() goes by the entry.
            set_pte_at(mm, address, pte_wrprotect(pte));
        }
    }
    spin_unlock(ptl);
}

// True if the entry of the pmd maps a huge page, all of which is changed.
bool change_huge_pmd(struct mm_struct* mm, unsigned long address) {
    spinlock_t* ptl = pmd_lockptr(mm);
    spin_lock(ptl);
    const pmd_t pmd = pmd_at(mm, address);
    const bool huge = pmd_trans_huge(pmd);
    if (huge) {
        // pmdp_huge_get_and_clear_notify(): a split that looks without the lock finds nothing.
        if (!has(Fix::change_huge_pmd_keeps_entry)) {
            set_pmd_at(mm, address, 0);
        }
        set_pmd_at(mm, address, pte_wrprotect(pmd));
    }
    spin_unlock(ptl);
    return huge;
}

// True if that is all there is to change at the pmd. A huge page of which a part changes is split.
bool change_pmd(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    if (pmd_trans_huge(pmd_peek(vma->vm_mm, start))) {
        if (end - start == HPAGE_PMD_SIZE()) {
            if (change_huge_pmd(vma->vm_mm, start)) {
                return true;
            }
        } else {
            split_huge_pmd_address(vma, start, nullptr, PmdSplit::keep);
        }
    }
    return pmd_peek(vma->vm_mm, start) != page_table_pmd;
}

}  // namespace

void change_protection(struct vm_area_struct* vma, unsigned long start, unsigned long end,
                       bool dirty_accountable) {
    while (start < end) {
        const unsigned long next = pmd_addr_end(start, end);
        if (!change_pmd(vma, start, next)) {
            change_pte_range(vma->vm_mm, start, next, dirty_accountable);
        }
        start = next;
    }
}

namespace {

// The vma with the range and nothing else, by a merge or by splits; null if there are too many.
struct vm_area_struct* vma_of_range(struct vm_area_struct* vma, struct vm_area_struct* prev,
                                    unsigned long start, unsigned long end, vm_flags_t newflags) {
    struct vm_area_struct like = *vma;
    like.vm_flags = newflags;
    if (struct vm_area_struct* merged = vma_merge(vma->vm_mm, prev, start, end, like)) {
        return merged;
    }
    if ((start != vma->vm_start && split_vma(vma, start, true) != 0) ||
        (end != vma->vm_end && split_vma(vma, end, false) != 0)) {
        return nullptr;
    }
    return vma;
}

int mprotect_fixup(struct vm_area_struct* vma, struct vm_area_struct** prev, unsigned long start,
                   unsigned long end, vm_flags_t newflags) {
    const vm_flags_t old_flags = vma->vm_flags;
    *prev = newflags == old_flags ? vma : vma_of_range(vma, *prev, start, end, newflags);
    if (newflags == old_flags) {
        return 0;
    }
    if (*prev == nullptr) {
        return -ENOMEM;
    }
    vma = *prev;
    // Walks of mappings may read the flags: the locks of the vma's pages are not held.
    WRITE_ONCE(vma->vm_flags, newflags);
    const bool shared_and_writable = (newflags & (VM_WRITE | VM_SHARED)) == (VM_WRITE | VM_SHARED);
    change_protection(vma, start, end, shared_and_writable);
    // So that a later write needs no copy, as mlock() has promised.
    if ((old_flags & (VM_WRITE | VM_SHARED | VM_LOCKED)) == VM_LOCKED &&
        (newflags & VM_WRITE) != 0) {
        populate_vma_page_range(vma, start, end);
    }
    return 0;
}

// mmap_sem is held for writing.
int mprotect_range(struct mm_struct* mm, unsigned long start, unsigned long end, vm_flags_t prot) {
    struct vm_area_struct* vma = find_vma(mm, start);
    if (vma == nullptr || vma->vm_start > start) {
        return -ENOMEM;
    }
    struct vm_area_struct* prev = start > vma->vm_start ? vma : vma_prev(vma);
    for (unsigned long at = start;;) {
        const vm_flags_t newflags = (vma->vm_flags & ~(VM_READ | VM_WRITE)) | prot;
        const unsigned long stop = std::min<unsigned long>(end, vma->vm_end);
        const int error = mprotect_fixup(vma, &prev, at, stop, newflags);
        if (error != 0) {
            return error;
        }
        // The vma may have been merged with what follows.
        at = std::max<unsigned long>(stop, prev->vm_end);
        if (at >= end) {
            return 0;
        }
        vma = vma_next(prev);
        if (vma == nullptr || vma->vm_start != at) {
            return -ENOMEM;
        }
    }
}

}  // namespace

int sys_mprotect(unsigned long start, unsigned long len, vm_flags_t prot) {
    struct mm_struct* mm = current_mm();
    if (offset_in_page(start) != 0) {
        return -EINVAL;
    }
    if (len == 0) {
        return 0;
    }
    const unsigned long end = start + PAGE_ALIGN(len);
    if (end <= start) {
        return -ENOMEM;
    }
    down_write(&mm->mmap_sem);
    const int error = mprotect_range(mm, start, end, prot);
    up_write(&mm->mmap_sem);
    return error;
}

}  // namespace heddle
