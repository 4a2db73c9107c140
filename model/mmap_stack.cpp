// SPDX-License-Identifier: Apache-2.0
// The part of mm/mmap.c about vmas that grow downwards: stacks.
#include <cerrno>

#include "model/fixes.h"
#include "model/gup.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

namespace {

// Whether the limits of the process allow the vma to become `size` bytes long, by `grow` pages.
// Others may be about to grow another stack of the mm: each sees locked_vm without the other.
int acct_stack_growth(struct vm_area_struct* vma, unsigned long size, unsigned long grow) {
    struct mm_struct* mm = vma->vm_mm;
    // The guard page does not count.
    if (size - PAGE_SIZE > rlimit_stack()) {
        return -ENOMEM;
    }
    if ((vma->vm_flags & VM_LOCKED) == 0) {
        return 0;
    }
    const unsigned long locked = locked_vm(mm) + grow;
    if (locked > rlimit_memlock() >> PAGE_SHIFT && !capable_ipc_lock()) {
        return -ENOMEM;
    }
    // As before v4.4: with mmap_sem held for reading only, which others may too.
    if (!has(Fix::stack_growth_counts_under_lock)) {
        add_locked_vm(mm, static_cast<long>(grow));
    }
    return 0;
}

int expand_downwards(struct vm_area_struct* vma, unsigned long address) {
    struct mm_struct* mm = vma->vm_mm;
    int error = 0;
    // security_mmap_addr(): below mmap_min_addr, which is one page here.
    if (address < PAGE_SIZE) {
        return -EPERM;
    }
    if (anon_vma_prepare(vma) != 0) {
        return -ENOMEM;
    }
    // Keeps out others who grow this vma, and walks that read its borders.
    struct rw_semaphore* rwsem = &vma->anon_vma->root->rwsem;
    down_write(rwsem);
    const unsigned long start = vm_start_seen(vma);
    if (address < start) {
        const unsigned long grow = (start - address) >> PAGE_SHIFT;
        error = acct_stack_growth(vma, vma->vm_end - address, grow);
        if (error == 0) {
            // Another stack of the mm has perhaps another anon_vma, and so another lock.
            spin_lock(&mm->page_table_lock);
            if ((vma->vm_flags & VM_LOCKED) != 0 && has(Fix::stack_growth_counts_under_lock)) {
                add_locked_vm(mm, static_cast<long>(grow));
            }
            mm->total_vm += static_cast<unsigned>(grow);
            vma->vm_start = static_cast<unsigned>(address);
            vma->vm_pgoff = static_cast<pgoff_t>(vma->vm_pgoff - grow);
            spin_unlock(&mm->page_table_lock);
        }
    }
    up_write(rwsem);
    return error;
}

bool ends_at(const struct vm_area_struct* vma, unsigned long address) {
    return vma != nullptr && vma->vm_end == address;
}

bool grows_down(const struct vm_area_struct* vma) { return (vma->vm_flags & VM_GROWSDOWN) != 0; }

}  // namespace

int expand_stack(struct vm_area_struct* vma, unsigned long address) {
    address &= PAGE_MASK;
    const struct vm_area_struct* prev = vma_prev(vma);
    if (ends_at(prev, address) && !grows_down(prev)) {
        return -ENOMEM;
    }
    return expand_downwards(vma, address);
}

int check_stack_guard_page(struct vm_area_struct* vma, unsigned long address) {
    address &= PAGE_MASK;
    if (!grows_down(vma) || address != vm_start_seen(vma)) {
        return 0;
    }
    // What is below is all right only if it is the rest of the same stack.
    const struct vm_area_struct* prev = vma_prev(vma);
    if (ends_at(prev, address)) {
        return grows_down(prev) ? 0 : -ENOMEM;
    }
    return expand_stack(vma, address - PAGE_SIZE);
}

bool stack_guard_page_start(const struct vm_area_struct* vma, unsigned long address) {
    if (!grows_down(vma) || vm_start_seen(vma) != address) {
        return false;
    }
    const struct vm_area_struct* prev = vma_prev(vma);
    return !ends_at(prev, address) || !grows_down(prev);
}

struct vm_area_struct* find_extend_vma(struct mm_struct* mm, unsigned long address) {
    address &= PAGE_MASK;
    struct vm_area_struct* vma = find_vma(mm, address);
    const unsigned long start = vma == nullptr ? 0 : vm_start_seen(vma);
    if (start <= address) {
        return vma;
    }
    if (!grows_down(vma) || expand_stack(vma, address) != 0) {
        return nullptr;
    }
    if ((vma->vm_flags & VM_LOCKED) != 0) {
        populate_vma_page_range(vma, address, start);
    }
    return vma;
}

}  // namespace heddle
