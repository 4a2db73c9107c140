// SPDX-License-Identifier: Apache-2.0
// Mirrors the loop of rmap_walk_anon() and rmap_walk_file() in mm/rmap.c (v4.8), which files
// outside share. Leaves out: the order of a tree (the walk goes by slots).
#pragma once

#include "model/ghost.h"
#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

inline bool has_index(const struct vm_area_struct* vma, unsigned index) {
    return index >= vma->vm_pgoff && index < vma->vm_pgoff + vma_pages(vma);
}

// What is done to each mapping, and when that is enough. Source: include/linux/rmap.h.
struct rmap_walk_control {
    // Returns SWAP_AGAIN to go on.
    int (*rmap_one)(struct page* page, struct vm_area_struct* vma, unsigned long address,
                    void* arg);
    void* arg;
    bool (*done)(struct page* page);
};

// True with the ptl held if the entry at the address maps the page. Without `sync` an entry that is
// not present is passed by even if whoever is removing it has not counted that yet.
bool page_check_address(const struct page* page, struct mm_struct* mm, unsigned long address,
                        bool sync);

inline bool page_not_mapped(struct page* page) { return !page_mapped(page); }
inline bool never(struct page*) { return false; }

// Calls rmap_one for each vma of the tree that has a place for the page. Returns what it returned
// last. The lock of the tree is held, the page is locked. The kernel's order is that in which the
// vmas came into the tree.
inline int rmap_walk_tree(struct page* page, const vma_set& tree, const rmap_walk_control& rwc) {
    struct machine& machine = this_machine();
    const unsigned index = page_to_pgoff(page);
    ghost([&] { ghost_require_tree_reader(tree); });
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        struct vm_area_struct* vma = &machine.vmas[i];
        if (!is_in_tree(tree, vma) || !has_index(vma, index)) {
            continue;
        }
        observe(i);
        const unsigned long address = vma->vm_start + ((index - vma->vm_pgoff) * PAGE_SIZE);
        VM_BUG_ON(address < vma->vm_start || address >= vma->vm_end);  // vma_address()
        const int ret = rwc.rmap_one(page, vma, address, rwc.arg);
        if (ret != SWAP_AGAIN || rwc.done(page)) {
            return ret;
        }
    }
    return SWAP_AGAIN;
}

}  // namespace heddle
