// SPDX-License-Identifier: Apache-2.0
// The second part of mm/ksm.c: what walks of mappings, migration and swapping in do with KSM pages.
#include <initializer_list>

#include "model/ghost.h"
#include "model/ksm.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

// Of one item, with its anon_vma's lock held. `done`: the walk need not go on.
int walk_item(struct page* page, const struct rmap_item& item, bool new_forks,
              const rmap_walk_control& rwc, bool& done) {
    struct machine& machine = this_machine();
    const unsigned long address = static_cast<unsigned long>(item.page) << PAGE_SHIFT;
    ghost([&] { ghost_require_tree_reader(item.anon_vma->rb_root); });
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        struct vm_area_struct* vma = &machine.vmas[i];
        if (!is_in_tree(item.anon_vma->rb_root, vma) || address < vma->vm_start ||
            address >= vma->vm_end || (item.mm == vma->vm_mm) == new_forks) {
            continue;
        }
        const int ret = rwc.rmap_one(page, vma, address, rwc.arg);
        done = ret != SWAP_AGAIN || rwc.done(page);
        if (done) {
            return ret;
        }
    }
    return SWAP_AGAIN;
}

}  // namespace

int rmap_walk_ksm(struct page* page, const rmap_walk_control& rwc) {
    VM_BUG_ON_PAGE(!PageKsm(page), page);
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    const struct stable_node* stable_node = page_stable_node(page);
    if (stable_node == nullptr) {
        return SWAP_AGAIN;
    }
    observe(stable_node->nr_items);
    bool done = false;
    for (const bool new_forks : {false, true}) {
        for (unsigned i = 0; i < stable_node->nr_items; ++i) {
            const struct rmap_item& item = stable_node->items[i];
            struct rw_semaphore* rwsem = &item.anon_vma->root->rwsem;
            down_read(rwsem);
            const int ret = walk_item(page, item, new_forks, rwc, done);
            up_read(rwsem);
            if (done) {
                return ret;
            }
        }
    }
    return SWAP_AGAIN;
}

void ksm_migrate_page(struct page* newpage, struct page* oldpage) {
    VM_BUG_ON_PAGE(!PageLocked(oldpage), oldpage);
    VM_BUG_ON_PAGE(!PageLocked(newpage), newpage);
    VM_BUG_ON_PAGE(READ_ONCE(newpage->mapping) != READ_ONCE(oldpage->mapping), newpage);
    set_page_stable_node(oldpage, nullptr);
}

struct page* ksm_might_need_to_copy(struct page* page, struct vm_area_struct* vma,
                                    unsigned long address) {
    const struct address_space* mapping = READ_ONCE(page->mapping);
    if (is_ksm(mapping)) {
        if (page_stable_node(page) != nullptr) {
            return page;
        }
    } else if (mapping == nullptr || (anon_vma_of(mapping)->root == vma->anon_vma->root &&
                                      page->index == linear_page_index(vma, address))) {
        return page;
    }
    struct page* copy = alloc_page();
    if (copy != nullptr) {
        ghost([&] { ghost_copy_content(copy, page); });
        SetPageDirty(copy);
        SetPageUptodate(copy);
        __SetPageLocked(copy);
    }
    return copy;
}

}  // namespace heddle
