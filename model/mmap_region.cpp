// SPDX-License-Identifier: Apache-2.0
// The second part of mm/mmap.c: mmap, munmap, exit.
#include <cerrno>

#include "model/gup.h"
#include "model/memory.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"

namespace heddle {

// ---- munmap, exit

namespace {

void remove_vma(struct vm_area_struct* vma) {
    unlink_anon_vmas(vma);
    unlink_file_vma(vma);
    vma_free(vma);
}

bool is_within(const struct vm_area_struct& vma, unsigned long start, unsigned long end) {
    return vma.vm_start < end && vma.vm_end > start;
}

// Calls `work` for each vma of the range, lowest first. `work` may free the vma.
template <class Work>
void for_each_vma(struct mm_struct* mm, unsigned long start, unsigned long end, Work work) {
    struct vm_area_struct* vma = find_vma(mm, start);
    while (vma != nullptr && is_within(*vma, start, end)) {
        const unsigned long next = vma->vm_end;
        work(vma);
        vma = find_vma(mm, next);
    }
}

void unmap_region(struct mm_struct* mm, unsigned long start, unsigned long end) {
    struct mmu_gather tlb = {};
    lru_add_drain();
    for_each_vma(mm, start, end, [&tlb](struct vm_area_struct* vma) {
        unmap_page_range(tlb, vma, vma->vm_start, vma->vm_end, nullptr);
    });
    for_each_vma(mm, start, end, [](struct vm_area_struct* vma) {
        unlink_anon_vmas(vma);
        unlink_file_vma(vma);
    });
    tlb_finish_mmu(tlb);
}

// Splits the vmas that lie across a border of the range. 0, or -ENOMEM.
int split_at_borders(struct mm_struct* mm, unsigned long start, unsigned long end) {
    struct vm_area_struct* first = find_vma(mm, start);
    if (first->vm_start < start) {
        if (const int error = split_vma(first, start, false); error != 0) {
            return error;
        }
    }
    struct vm_area_struct* last = find_vma(mm, end);
    if (last != nullptr && last->vm_start < end) {
        return split_vma(last, end, true);
    }
    return 0;
}

}  // namespace

int do_munmap(struct mm_struct* mm, unsigned long start, unsigned long len) {
    len = PAGE_ALIGN(len);
    if (offset_in_page(start) != 0 || start > TASK_SIZE() || len > TASK_SIZE() - start ||
        len == 0) {
        return -EINVAL;
    }
    const unsigned long end = start + len;
    struct vm_area_struct* first = find_vma(mm, start);
    if (first == nullptr || first->vm_start >= end) {
        return 0;
    }
    if (const int error = split_at_borders(mm, start, end); error != 0) {
        return error;
    }
    if (READ_ONCE(mm->locked_vm) != 0) {
        for_each_vma(mm, start, end, [mm](struct vm_area_struct* vma) {
            if ((vma->vm_flags & VM_LOCKED) != 0) {
                add_locked_vm(mm, -static_cast<long>(vma_pages(vma)));
                munlock_vma_pages_range(vma, vma->vm_start, vma->vm_end);
            }
        });
    }
    unmap_region(mm, start, end);
    for_each_vma(mm, start, end, [mm](struct vm_area_struct* vma) {
        mm->total_vm -= static_cast<unsigned>(vma_pages(vma));
        vma_free(vma);
    });
    return 0;
}

void exit_mmap(struct mm_struct* mm) {
    // locked_vm stays: nobody asks any more.
    if (READ_ONCE(mm->locked_vm) != 0) {
        for_each_vma(mm, 0, TASK_SIZE(), [](struct vm_area_struct* vma) {
            if ((vma->vm_flags & VM_LOCKED) != 0) {
                munlock_vma_pages_range(vma, vma->vm_start, vma->vm_end);
            }
        });
    }
    unmap_region(mm, 0, TASK_SIZE());
    for_each_vma(mm, 0, TASK_SIZE(), remove_vma);
    mm->total_vm = 0;
    ghost([&] {
        mm->locked_vm.value = 0;
        mm->ghost = {};
    });
}

// ---- mmap

int mlock_future_check(struct mm_struct* mm, vm_flags_t flags, unsigned long len) {
    if ((flags & VM_LOCKED) != 0) {
        const unsigned long locked = (len >> PAGE_SHIFT) + locked_vm(mm);
        if (locked > rlimit_memlock() >> PAGE_SHIFT && !capable_ipc_lock()) {
            return -EAGAIN;
        }
    }
    return 0;
}

namespace {

int mmap_region(struct mm_struct* mm, unsigned long start, unsigned long len,
                const struct mmap_request& request, vm_flags_t flags) {
    if (const int error = do_munmap(mm, start, len); error != 0) {
        return error;
    }
    struct vm_area_struct like = {};
    like.vm_flags = flags;
    like.vm_mm = mm;
    like.vm_file = request.file;
    like.vm_start = static_cast<unsigned>(start);
    like.vm_end = static_cast<unsigned>(start + len);
    like.vm_pgoff =
        static_cast<pgoff_t>(request.file != nullptr ? request.pgoff : start >> PAGE_SHIFT);
    struct vm_area_struct* prev = vma_prev(&like);
    struct vm_area_struct* vma = vma_merge(mm, prev, start, start + len, like);
    if (vma == nullptr) {
        vma = vma_alloc(mm);
        if (vma == nullptr) {
            return -ENOMEM;
        }
        *vma = like;
        vma_link_file(vma);
    }
    mm->total_vm += static_cast<unsigned>(len >> PAGE_SHIFT);
    if ((flags & VM_LOCKED) != 0) {
        if ((flags & VM_SPECIAL) != 0) {
            WRITE_ONCE(vma->vm_flags, vma->vm_flags & ~VM_LOCKED_MASK);
        } else {
            add_locked_vm(mm, static_cast<long>(len >> PAGE_SHIFT));
        }
    }
    return 0;
}

}  // namespace

int do_mmap(unsigned long start, unsigned long len, struct mmap_request request,
            unsigned long& populate) {
    struct mm_struct* mm = current_mm();
    populate = 0;
    if (len == 0) {
        return -EINVAL;
    }
    len = PAGE_ALIGN(len);
    if (len == 0 || len > TASK_SIZE() || start > TASK_SIZE() - len) {
        return -ENOMEM;
    }
    if (offset_in_page(start) != 0) {
        return -EINVAL;
    }
    if ((request.flags & VM_LOCKED) != 0 && !can_do_mlock()) {
        return -EPERM;
    }
    const vm_flags_t flags = request.flags | mm->def_flags;
    if (const int error = mlock_future_check(mm, flags, len); error != 0) {
        return error;
    }
    const int error = mmap_region(mm, start, len, request, flags);
    if (error == 0 && (flags & VM_LOCKED) != 0) {
        populate = len;
    }
    return error;
}

int install_special_mapping(struct mm_struct* mm, unsigned long start, unsigned long len) {
    len = PAGE_ALIGN(len);
    if (len == 0 || start > TASK_SIZE() || len > TASK_SIZE() - start) {
        return -EINVAL;
    }
    const struct vm_area_struct* above = find_vma(mm, start);
    struct vm_area_struct* vma =
        above != nullptr && above->vm_start < start + len ? nullptr : vma_alloc(mm);
    if (vma == nullptr) {
        return -ENOMEM;
    }
    vma->vm_start = static_cast<unsigned>(start);
    vma->vm_end = static_cast<unsigned>(start + len);
    // Nobody takes VM_LOCKED off it, nor counts it.
    WRITE_ONCE(vma->vm_flags, mm->def_flags | VM_DONTEXPAND);
    mm->total_vm += static_cast<unsigned>(len >> PAGE_SHIFT);
    return 0;
}

// ---- system calls

int sys_mmap(unsigned long start, unsigned long len, struct mmap_request request) {
    struct mm_struct* mm = current_mm();
    unsigned long populate = 0;
    down_write(&mm->mmap_sem);
    const int error = do_mmap(start, len, request, populate);
    up_write(&mm->mmap_sem);
    if (populate != 0) {
        mm_populate(start, populate);
    }
    return error;
}

int sys_munmap(unsigned long start, unsigned long len) {
    struct mm_struct* mm = current_mm();
    down_write(&mm->mmap_sem);
    const int error = do_munmap(mm, start, len);
    up_write(&mm->mmap_sem);
    return error;
}

}  // namespace heddle
