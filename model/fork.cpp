// SPDX-License-Identifier: Apache-2.0
#include "model/fork.h"

#include <cerrno>

#include "model/khugepaged.h"
#include "model/ksm.h"
#include "model/memory.h"
#include "model/mmap.h"
#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

namespace {

int dup_vma(struct mm_struct* child, struct vm_area_struct* parent_vma) {
    struct vm_area_struct* vma = vma_dup(parent_vma);
    if (vma == nullptr) {
        return -ENOMEM;
    }
    vma->vm_mm = child;
    // For a moment walks of the parent's pages meet the child's vma with VM_LOCKED; it has no
    // entries yet.
    if (anon_vma_fork(vma, parent_vma) != 0) {
        vma_free(vma);
        return -ENOMEM;
    }
    WRITE_ONCE(vma->vm_flags, vma->vm_flags & ~VM_LOCKED_MASK);
    vma_link_file(vma);
    child->total_vm += static_cast<unsigned>(vma_pages(vma));
    copy_page_range(vma, parent_vma);
    return 0;
}

}  // namespace

int dup_mmap(struct mm_struct* child) {
    struct mm_struct* mm = current_mm();
    int error = 0;
    down_write(&mm->mmap_sem);
    down_write_nested(&child->mmap_sem, SINGLE_DEPTH_NESTING);
    child->def_flags = mm->def_flags & ~VM_LOCKED_MASK;
    child->memlock_limit = mm->memlock_limit;
    child->cap_ipc_lock = mm->cap_ipc_lock;
    child->stack_limit = mm->stack_limit;
    atomic_set(&child->mm_users, 1);
    for (struct vm_area_struct* vma = find_vma(mm, 0); vma != nullptr && error == 0;
         vma = vma_next(vma)) {
        error = dup_vma(child, vma);
    }
    up_write(&child->mmap_sem);
    ghost([&] { ghost_require_nothing_locked(child); });
    up_write(&mm->mmap_sem);
    return error;
}

void do_exit() {
    struct mm_struct* mm = current_mm();
    // mmput()
    if (atomic_dec_and_test(&mm->mm_users)) {
        if (has_huge_pages()) {
            khugepaged_exit(mm);
        }
        if (has_ksm()) {
            ksm_exit(mm);
        }
        exit_mmap(mm);
    }
}

}  // namespace heddle
