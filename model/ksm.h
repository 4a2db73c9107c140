// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/ksm.c (v4.8): anonymous pages with the same contents become one page, mapped
// read-only. Leaves out: the trees and checksums by which ksmd finds what is alike (a scenario says
// which places it compares), VM_MERGEABLE and madvise() (every anonymous vma may be merged),
// scanning again (a place that was merged and written to stays in the stable node), huge pages,
// zero pages, NUMA trees, memory hotplug.
#pragma once

#include "model/mm.h"
#include "model/rmap_walk.h"

namespace heddle {

// What the mapping of a KSM page is; null once migration has taken it over to another page.
inline struct stable_node* page_stable_node(const struct page* page) {
    constexpr unsigned long tags = PAGE_MAPPING_ANON | PAGE_MAPPING_KSM;
    return reinterpret_cast<struct stable_node*>(
        reinterpret_cast<unsigned long>(READ_ONCE(page->mapping)) & ~tags);
}

inline void set_page_stable_node(struct page* page, const struct stable_node* stable_node) {
    WRITE_ONCE(page->mapping, ksm_mapping(stable_node));
}

// ksmd's work on two places that it knows: if both hold anonymous pages with the same contents, and
// the first is not a KSM page yet, they come to hold one KSM page: the second's if that is one
// already. Takes mmap_sem of each for reading, one after the other. Sleeps.
// Source: cmp_and_merge_page(), of which the lookups in the trees are left out.
void ksm_merge(struct mm_struct* mm, unsigned long address, struct mm_struct* other_mm,
               unsigned long other_address);

// As rmap_walk_tree(), over the places of a locked KSM page: those of the processes in which it was
// merged first, then those of their children. Sleeps.
int rmap_walk_ksm(struct page* page, const rmap_walk_control& rwc);

// The places go over from the old page, which is locked, as is the new one.
void ksm_migrate_page(struct page* newpage, struct page* oldpage);

// The page to map at the address of the vma in the place of one just found in the swap cache, which
// the caller has locked and pinned: the same one, or a copy, locked and pinned, if its reverse map
// does not lead to this vma. Null: no memory.
struct page* ksm_might_need_to_copy(struct page* page, struct vm_area_struct* vma,
                                    unsigned long address);

// Gives each KSM page of the range of the vma back its own copy, as a write would. mmap_sem is held
// for writing. 0, or -ENOMEM.
int unmerge_ksm_pages(struct vm_area_struct* vma, unsigned long start, unsigned long end);

// A process is about to exit: waits until ksmd is not working on its memory.
void ksm_exit(struct mm_struct* mm);

}  // namespace heddle
