// SPDX-License-Identifier: Apache-2.0
// The loop of rmap_walk_anon() and rmap_walk_file() in mm/rmap.c (v4.8), which files outside share.
#pragma once

#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

inline bool has_index(const struct vm_area_struct* vma, unsigned index) {
    return index >= vma->vm_pgoff && index < vma->vm_pgoff + vma_pages(vma);
}

// Calls rmap_one(vma, address) for each vma of the tree that has a place for the page, until it
// returns anything but SWAP_AGAIN or done() holds. Returns what it returned. The lock of the tree
// is held, the page is locked. The kernel's order is that in which the vmas came into the tree.
template <class One, class Done>
int rmap_walk_tree(const struct page* page, const vma_set& tree, One rmap_one, Done done) {
    struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        struct vm_area_struct* vma = &machine.vmas[i];
        if (!is_in_tree(tree, vma) || !has_index(vma, page->index)) {
            continue;
        }
        const int ret = rmap_one(vma, vma->vm_start + ((page->index - vma->vm_pgoff) * PAGE_SIZE));
        if (ret != SWAP_AGAIN || done()) {
            return ret;
        }
    }
    return SWAP_AGAIN;
}

}  // namespace heddle
