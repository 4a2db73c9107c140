// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/memory.c (v4.8): faults, copy on write, copying and tearing down page
// tables. Leaves out: page_mkwrite, accounting of rss.
#pragma once

#include "model/mm.h"

namespace heddle {

// Flags of a fault and its results. Source: include/linux/mm.h.
enum fault_flags : unsigned { FAULT_FLAG_WRITE = 0x1 };
enum vm_fault : unsigned {
    VM_FAULT_OOM = 0x1,
    VM_FAULT_SIGBUS = 0x2,
    VM_FAULT_WRITE = 0x8,
    VM_FAULT_SIGSEGV = 0x40,
    VM_FAULT_FALLBACK = 0x800
};

// Makes the entry at the address what an access needs. mmap_sem is held for reading or writing.
// VM_FAULT_OOM if there was no memory, VM_FAULT_SIGBUS behind the end of a file, VM_FAULT_SIGSEGV
// where a stack cannot grow, VM_FAULT_WRITE if
// a page has become the writer's own.
unsigned handle_mm_fault(struct vm_area_struct* vma, unsigned long address, unsigned flags);

// An access of the user's to the address: __do_page_fault() of arch/x86/mm/fault.c, in short. 0, or
// -EFAULT for a signal, -ENOMEM. Takes mmap_sem for reading.
int do_user_access(unsigned long address, bool write);
// A write to a page that is mapped read-only by `orig_pte`. The ptl is held at entry and free at
// the end.
unsigned do_wp_page(struct vm_area_struct* vma, unsigned long address, pte_t orig_pte);

// A fault on the swap entry `orig_pte`: brings the page back and maps it.
unsigned do_swap_page(struct vm_area_struct* vma, unsigned long address, unsigned flags,
                      pte_t orig_pte);

// Pages whose references are dropped once no CPU can reach them by an old entry.
struct mmu_gather {
    unsigned char nr;
    page_slot pages[pages_max];
};

// Removes the entries of the range, which lies in the vma. The references of the pages go into
// `tlb`. With a `check_mapping` only those of pages of that file: what zap_details says in the
// kernel. memory_zap.cpp.
void unmap_page_range(struct mmu_gather& tlb, struct vm_area_struct* vma, unsigned long start,
                      unsigned long end, const struct address_space* check_mapping);

// Drops the references that were gathered.
void tlb_finish_mmu(struct mmu_gather& tlb);

// Whether private copies go as well as the file's own pages.
enum class EvenCows { no, yes };

// Removes the entries of all who map pages `first` to `end` - 1 of the file. Takes the lock of the
// tree for writing, and no mmap_sem: vmas may be VM_LOCKED. Sleeps.
void unmap_mapping_range(struct address_space* mapping, unsigned first, unsigned end,
                         EvenCows even_cows);

// fork(): gives the child's vma `dst` the pages of the parent's, which then share them.
void copy_page_range(struct vm_area_struct* dst, struct vm_area_struct* src);

}  // namespace heddle
