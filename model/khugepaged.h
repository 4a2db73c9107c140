// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/khugepaged.c (v4.8): collapsing small pages into a huge one. Leaves out: the scan that
// chooses (a scenario does), pages that are swapped out, zero pages, memcg; of pages of files all
// but the retraction of page tables.
#pragma once

#include "model/mm.h"

namespace heddle {

// Puts a huge page in the place of the small anonymous ones that the page table of the aligned
// address maps, if they all can be had: nobody else maps, locks, pins or isolates them. The vma has
// VM_HUGEPAGE. Takes mmap_sem for writing. Sleeps.
void collapse_huge_page(struct mm_struct* mm, unsigned long haddr);

// The huge page at `pgoff` of the file has taken the place of small ones, which nothing maps any
// more: takes the empty page tables out of the way of those who map it. Sleeps.
void retract_page_tables(struct address_space* mapping, unsigned pgoff);

// A process is about to exit: waits until its memory is not being worked on.
void khugepaged_exit(struct mm_struct* mm);

}  // namespace heddle
