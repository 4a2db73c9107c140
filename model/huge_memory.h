// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/huge_memory.c (v4.8): huge pages mapped by entries of pmds, and what splits them.
// Leaves out: the references of the huge zero page, which is there always; devmap, memcg, the
// deposit of page tables (a split finds one), NUMA hints.
#pragma once

#include <optional>

#include "model/mm.h"

namespace heddle {

// ---- mapped by a pmd: huge_memory.cpp

// Whether a fault at the address may be answered with a huge page: the vma has VM_HUGEPAGE and
// room.
bool transparent_hugepage_enabled(const struct vm_area_struct* vma, unsigned long address);

// Maps a new huge page, a pin of the caller's, by an entry of a pmd, under its lock. The entry is
// written last: who finds it finds everything else done.
void map_new_huge_page(struct vm_area_struct* vma, unsigned long haddr, struct page* page);

// A fault on an entry of a pmd that is none: a new huge page, or the huge zero page if it is a
// read. True if that is done; false if small pages are needed.
bool do_huge_pmd_anonymous_page(struct vm_area_struct* vma, unsigned long address, bool write);

// A write to a huge page that is mapped read-only by `orig_pmd`: VM_FAULT_WRITE, or 0 to look
// again; VM_FAULT_FALLBACK if the pmd has been split.
unsigned do_huge_pmd_wp_page(struct vm_area_struct* vma, unsigned long address, pmd_t orig_pmd);

// mm/memory.c: makes a page table where the entry of the pmd is none. False if there is a huge
// page.
bool pte_alloc(struct mm_struct* mm, unsigned long address);

// mm/memory.c: maps the huge page of a file of which `page`, locked and pinned, is a part by an
// entry of a pmd that is none; the pin becomes the entry's. False if the vma has no room for all of
// it, or the entry is something by now.
bool do_set_pmd(struct vm_area_struct* vma, unsigned long address, struct page* page);

// The part of __handle_mm_fault() (mm/memory.c) about entries of pmds: the fault's result, or none
// if there is a page table now and the fault is one of a pte.
std::optional<unsigned> handle_huge_fault(struct vm_area_struct* vma, unsigned long address,
                                          unsigned flags);

// The page at the address of a pmd that maps a huge page, under the pmd's lock; null: FOLL_WRITE
// and it is read-only, or the huge zero page. With FOLL_MLOCK mlocks the huge page if it is mapped
// by nobody else, and not locked by anybody.
struct page* follow_trans_huge_pmd(struct vm_area_struct* vma, unsigned long address,
                                   unsigned flags);

// Unmaps the huge page of the whole pmd; its reference is then a pin of the caller. Null if the pmd
// maps none, or did the huge zero page.
struct page* zap_huge_pmd(struct vm_area_struct* vma, unsigned long address);

// fork(): maps the huge page in the child too, read-only in both. False if the pmd maps none.
bool copy_huge_pmd(struct vm_area_struct* dst, struct vm_area_struct* src, unsigned long address);

// mremap(): moves the entry as it is. False if it maps no huge page, or there is a page table at
// the new place.
bool move_huge_pmd(struct mm_struct* mm, unsigned long from, unsigned long to);

// ---- split: huge_split.cpp

// What a split of a pmd leaves: ptes that map the parts, or migration entries.
enum class PmdSplit { keep, freeze };

// Maps the parts of the huge page that the pmd maps (if it is `page`, or that is null) by ptes; a
// page of a file is left unmapped. A huge page with PG_mlocked loses it.
void split_huge_pmd_address(struct vm_area_struct* vma, unsigned long address, struct page* page,
                            PmdSplit kind);

// Before the borders of a vma move to [start, end): no huge page may lie across one. The locks of
// the trees are held for writing.
void vma_adjust_trans_huge(struct vm_area_struct* vma, unsigned long start, unsigned long end);

// Makes small pages of the locked huge page of which `page` is a part and to which the caller has
// one reference, which is then one to `page`; the other parts lose theirs. With `list` they are
// isolated like the head and join that list. 0, or -EBUSY. Sleeps.
int split_huge_page_to_list(struct page* page, page_set* list);

// What tails get of their head's flags.
constexpr unsigned long flags_of_tails = bit_mask(PG_referenced) | bit_mask(PG_swapbacked) |
                                         bit_mask(PG_mlocked) | bit_mask(PG_uptodate) |
                                         bit_mask(PG_active) | bit_mask(PG_locked) |
                                         bit_mask(PG_unevictable) | bit_mask(PG_dirty);

// As v3.13 did it, whoever else has references: splits the huge page, which only a pmd of this vma
// maps. huge_split_v3_13.cpp.
void __split_huge_page_refcount(struct vm_area_struct* vma, struct page* head);

// Notes that the huge page is partly unmapped.
void deferred_split_huge_page(struct page* page);

// Takes the page off the queue, whose lock is held, if it is there.
void unqueue(struct split_queue& queue, struct page* page);

// Splits what has been noted, as far as it can be: deferred_split_scan(). Sleeps.
void deferred_split_scan(struct pglist_data* pgdat);

// The last reference of a huge page is gone.
void free_transhuge_page(struct page* page);

inline struct deferred_split* deferred_split_of(struct pglist_data* pgdat) {
    return this_machine().huge.split_queues + (pgdat - this_machine().nodes);
}

}  // namespace heddle
