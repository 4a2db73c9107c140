// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/mmap.c (v4.8): vmas. Leaves out: the red-black tree (a vma is found by looking at
// all), brk, limits other than the number of vmas and RLIMIT_MEMLOCK, mempolicy, userfaultfd.
// Addresses are in bytes; all functions want mmap_sem held for writing unless they say otherwise.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// Arguments of mmap(2) that matter here, and what they become.
struct mmap_request {
    vm_flags_t flags;            // bits of vm_flags: VM_READ, VM_WRITE, VM_SHARED, VM_LOCKED, VM_IO
    struct address_space* file;  // null: anonymous
    unsigned pgoff;
};

// The first vma that ends above `address`; null if none does. mmap_sem held for reading or writing.
struct vm_area_struct* find_vma(struct mm_struct* mm, unsigned long address);

// The vmas around: null at the ends of the address space.
struct vm_area_struct* vma_next(const struct vm_area_struct* vma);
struct vm_area_struct* vma_prev(const struct vm_area_struct* vma);

// [start, end) is to have `flags` and otherwise be as `like`. If that can be done by growing
// neighbours, does it and returns the vma that now has the range; otherwise null.
struct vm_area_struct* vma_merge(struct mm_struct* mm, struct vm_area_struct* prev,
                                 unsigned long start, unsigned long end,
                                 const struct vm_area_struct& like);

// Splits at `address`: the new vma is the part below (`new_below`) or above. 0, or -ENOMEM.
int split_vma(struct vm_area_struct* vma, unsigned long address, bool new_below);

// Moves the end of the vma up to `end`, where nothing is.
void vma_grow(struct vm_area_struct* vma, unsigned long end);

// Where the vma begins. A stack may grow while mmap_sem is held for reading only: what a task has
// seen of its border, states must differ by.
inline unsigned long vm_start_seen(const struct vm_area_struct* vma) {
    if ((vma->vm_flags & VM_GROWSDOWN) != 0) {
        observe(vma->vm_start);
    }
    return vma->vm_start;
}

// Makes a vma with VM_GROWSDOWN begin at the page of the address, which is below it. mmap_sem is
// held for reading or writing: others may do the same. 0, or -ENOMEM (a limit of the process,
// memory, another vma just below), or -EPERM for the lowest page of all. mmap_stack.cpp.
int expand_stack(struct vm_area_struct* vma, unsigned long address);

// A fault at the lowest page of a stack has it grow by one more: what lies below is never mapped.
// Does that, if the address is there: 0, or negative if it cannot. Source: mm/memory.c.
int check_stack_guard_page(struct vm_area_struct* vma, unsigned long address);

// Whether the page is the lowest of a stack, which populate passes over. Source:
// include/linux/mm.h.
bool stack_guard_page_start(const struct vm_area_struct* vma, unsigned long address);

// The vma with the address, for which a stack above it grows, and is populated if it is VM_LOCKED;
// null if there is none. mmap_sem is held for reading or writing.
struct vm_area_struct* find_extend_vma(struct mm_struct* mm, unsigned long address);

// How many more vmas there can be.
unsigned vmas_left();

// A free slot for a vma of `mm`: null if there are too many (sysctl_max_map_count).
struct vm_area_struct* vma_alloc(struct mm_struct* mm);

// Gives it back. It is in no tree any more.
void vma_free(struct vm_area_struct* vma);

// Puts the vma into the trees its file's pages are found by, or takes it out.
void vma_link_file(struct vm_area_struct* vma);
void unlink_file_vma(struct vm_area_struct* vma);

// The vma of a copy, with its file but no trees of anonymous pages yet.
struct vm_area_struct* vma_dup(const struct vm_area_struct* vma);

// munmap(): 0, -EINVAL for an address that is not aligned or too high, -ENOMEM if a split failed.
int do_munmap(struct mm_struct* mm, unsigned long start, unsigned long len);

// mmap() with MAP_FIXED: what was there goes. 0 with `populate` the bytes that mm_populate() is to
// fault in once mmap_sem is free; -EINVAL, -ENOMEM, -EPERM (MAP_LOCKED and can_do_mlock() says
// no), -EAGAIN (RLIMIT_MEMLOCK).
int do_mmap(unsigned long start, unsigned long len, struct mmap_request request,
            unsigned long& populate);

// _install_special_mapping(): what the kernel maps for itself where nothing is, such as uprobes'
// page. Its own pages and faults are left out. mmap_sem is held for writing. 0, -EINVAL or -ENOMEM.
int install_special_mapping(struct mm_struct* mm, unsigned long start, unsigned long len);

// VM_LOCKED and more pages than RLIMIT_MEMLOCK allows without CAP_IPC_LOCK: -EAGAIN; else 0.
int mlock_future_check(struct mm_struct* mm, vm_flags_t flags, unsigned long len);

// The last user of the mm is gone: nobody takes mmap_sem any more, rmap walks may still come by.
void exit_mmap(struct mm_struct* mm);

// The system calls, for the running task's mm. Arguments as given by the user.
int sys_mmap(unsigned long start, unsigned long len, struct mmap_request request);
int sys_munmap(unsigned long start, unsigned long len);

}  // namespace heddle
