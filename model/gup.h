// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/gup.c (v4.8): looking pages up, and populate. Leaves out: FOLL_SPLIT, handing pages to
// drivers, dropping mmap_sem midway (VM_FAULT_RETRY), signals.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// Source: include/linux/mm.h.
enum foll_flags : unsigned {
    FOLL_WRITE = 0x01,
    FOLL_TOUCH = 0x02,
    FOLL_GET = 0x04,
    FOLL_DUMP = 0x08,
    FOLL_FORCE = 0x10,
    FOLL_POPULATE = 0x40,
    FOLL_MIGRATION = 0x400,
    FOLL_MLOCK = 0x1000
};

// What a lookup finds: a page, or none and an error. -EFAULT: the zero page, with FOLL_DUMP;
// -EEXIST: the zero page, without it; 0: nothing that could be handed out.
struct followed_page {
    struct page* page;
    int error;
    unsigned page_mask;  // pages of the pmd that was looked at, less 1: also if there is no page
};

// Looks the address up under the pmd's lock or the ptl (follow_page_pte(): there is a page table,
// of which it knows). FOLL_GET takes a reference (a pin of the caller). FOLL_MIGRATION waits until
// a page that is being moved has come to its new place. FOLL_MLOCK mlocks the page if the vma is
// VM_LOCKED, but does not wait for the page lock: a page that somebody has locked is left to
// reclaim.
followed_page follow_page_mask(struct vm_area_struct* vma, unsigned long address, unsigned flags);
followed_page follow_page_pte(struct vm_area_struct* vma, unsigned long address, unsigned flags);

// Faults in [start, end), which lies in the vma, and mlocks what is there if it is VM_LOCKED.
// Returns how many pages it went over, or -ENOMEM, or -EFAULT (PROT_NONE, behind the end of a
// file). mmap_sem is held.
long populate_vma_page_range(struct vm_area_struct* vma, unsigned long start, unsigned long end);

// populate for mlock() and mmap(): the range as the vmas are now. 0, or the first error, which
// ignore_errors passes over. Takes mmap_sem for reading.
int __mm_populate(unsigned long start, unsigned long len, bool ignore_errors);
void mm_populate(unsigned long start, unsigned long len);

// get_user_pages() of one page, for somebody else in the kernel: a place below a stack has it grow.
// 0 with `page` pinned (null: the zero page), or -EFAULT, or -ENOMEM. Takes mmap_sem for reading.
int get_user_pages(unsigned long address, bool write, struct page*& page);

}  // namespace heddle
