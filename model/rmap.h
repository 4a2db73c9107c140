// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/rmap.c (v4.8): leaves out MADV_FREE (no page is lazily freed) and batching of
// flushes.
#pragma once

#include "model/mm.h"

namespace heddle {

// Results of a walk. Source: include/linux/rmap.h.
enum swap_result : int { SWAP_SUCCESS, SWAP_AGAIN, SWAP_FAIL, SWAP_MLOCK };

// Looks whether some VM_LOCKED vma maps the page, and sets PG_mlocked again if so: SWAP_MLOCK, else
// SWAP_AGAIN. The page is locked and isolated. Sleeps.
int try_to_munlock(struct page* page);

// Source: include/linux/rmap.h.
enum ttu_flags : unsigned {
    TTU_UNMAP = 1,
    TTU_MIGRATION = 2,
    TTU_MUNLOCK = 4,
    TTU_IGNORE_MLOCK = 1U << 8U,
    TTU_IGNORE_ACCESS = 1U << 9U,
    TTU_RMAP_LOCKED = 1U << 12U,     // the caller holds the lock of the tree
    TTU_SPLIT_HUGE_PMD = 1U << 13U,  // splits each pmd that maps the huge page
    TTU_POISON = 1U << 14U  // for the kernel's look at PG_hwpoison, which every walk would make
};

// Removes every entry that maps the locked page: SWAP_SUCCESS if none is left. Stops at a VM_LOCKED
// vma with SWAP_MLOCK, and PG_mlocked set, unless TTU_IGNORE_MLOCK; and with SWAP_FAIL at an entry
// by which the page was accessed, unless TTU_IGNORE_ACCESS. With TTU_MIGRATION leaves a migration
// entry; otherwise an anonymous page, which is in the swap cache, leaves its swap entry. Fails R1
// if it were to take a page from a VM_LOCKED vma. Sleeps.
int try_to_unmap(struct page* page, unsigned flags);

// By how many entries the page was accessed since this was last asked; 1 if that could not be found
// out. Stops at a VM_LOCKED vma, which `vm_flags` then says. An unlocked file page is locked for
// the walk. Sleeps.
int page_referenced(struct page* page, bool is_locked, vm_flags_t& vm_flags);

// Gives the vma an anon_vma if it has none yet: that of a neighbour it could be merged with, or a
// new one. mmap_sem is held, for reading or writing. 0, or -ENOMEM.
int anon_vma_prepare(struct vm_area_struct* vma);

// fork(): puts the child's `vma`, a copy of the parent's `pvma`, into every tree that `pvma` is in,
// and gives it an anon_vma of its own with the same root. 0, or -ENOMEM.
int anon_vma_fork(struct vm_area_struct* vma, struct vm_area_struct* pvma);

// Keeps the anon_vma of a mapped page, whose memory would else be reused once the page's vmas are
// gone, until put_anon_vma(). Null if the page is not mapped or not anonymous.
struct anon_vma* page_get_anon_vma(struct page* page);
void put_anon_vma(struct anon_vma* anon_vma);
// The part of it after the last reference.
void __put_anon_vma(struct anon_vma* anon_vma);

// Puts a copy of `src` made by a split or a move into every tree that `src` is in.
void anon_vma_clone(struct vm_area_struct* dst, struct vm_area_struct* src);

// Whether the vma is in one tree only: it was not cloned from a parent's by a fork.
bool anon_vma_chain_is_singular(const struct vm_area_struct* vma);

// Takes the vma out of all trees of anonymous pages.
void unlink_anon_vmas(struct vm_area_struct* vma);

// The first mapping of a new page that nobody else knows of.
void page_add_new_anon_rmap(struct page* page, struct vm_area_struct* vma, unsigned long address);

// The locked page is mapped by this vma alone: from now on its copies are looked for in this vma's
// anon_vma only.
void page_move_anon_rmap(struct page* page, struct vm_area_struct* vma);

// One more mapping of a locked anonymous page, or the first of one that comes from swap.
void page_add_anon_rmap(struct page* page, struct vm_area_struct* vma, unsigned long address);

// The same; `exclusive`: no other entry holds the page, nor its swap slot.
void do_page_add_anon_rmap(struct page* page, struct vm_area_struct* vma, unsigned long address,
                           bool exclusive);

// One more mapping. Under the ptl of the mapping.
void page_add_file_rmap(struct page* page);
void page_dup_rmap(struct page* page);

// The same of a huge page by a pmd, under its lock. mm/rmap.c: the kernel's `compound` is true.
void page_add_new_anon_compound_rmap(struct page* page, struct vm_area_struct* vma,
                                     unsigned long address);
void page_add_anon_compound_rmap(struct page* page);
void page_add_file_compound_rmap(struct page* page);
void page_dup_compound_rmap(struct page* page);
void page_remove_compound_rmap(struct page* page);

// Takes one mapping off the count; the last one clears PG_mlocked. Under the ptl of the mapping.
void page_remove_rmap(struct page* page);

}  // namespace heddle
