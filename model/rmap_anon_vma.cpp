// SPDX-License-Identifier: Apache-2.0
// The second part of mm/rmap.c: the trees by which an anonymous page finds its vmas.
#include <algorithm>
#include <cerrno>

#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

namespace {

void anon_vma_lock_write(struct anon_vma* anon_vma) { down_write(&anon_vma->root->rwsem); }
void anon_vma_unlock_write(struct anon_vma* anon_vma) { up_write(&anon_vma->root->rwsem); }

void add_to_tree(vma_set& tree, const struct vm_area_struct* vma) {
    ghost([&] { ghost_require_tree_writer(tree); });
    tree.add(vma_number(vma));
}

// From a slab cache whose lock is not modelled: one step.
struct anon_vma* anon_vma_alloc() {
    struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
        struct anon_vma* anon_vma = machine.anon_vmas + i;
        if (claim_if_free(anon_vma->refcount.counter, 1)) {
            anon_vma->root = anon_vma;
            observe(i);
            return anon_vma;
        }
    }
    return nullptr;
}

// mm/mmap.c: whether the two could be one vma but for their pages and what mprotect() can change.
bool anon_vma_compatible(const struct vm_area_struct& below, const struct vm_area_struct& above) {
    return below.vm_mm == above.vm_mm && below.vm_end == above.vm_start &&
           below.vm_file == above.vm_file &&
           ((below.vm_flags ^ above.vm_flags) & ~(VM_READ | VM_WRITE)) == 0 &&
           below.vm_pgoff + vma_pages(&below) == above.vm_pgoff;
}

// mm/mmap.c: the anon_vma of a neighbour that the vma may be merged with later, of the next one if
// both have one. A fault in the neighbour may be about to set it.
struct anon_vma* find_mergeable_anon_vma(const struct vm_area_struct* vma) {
    const struct machine& machine = this_machine();
    const auto reusable = [&](auto is_near) -> struct anon_vma* {
        const struct vm_area_struct* vmas = machine.vmas;
        const struct vm_area_struct* end = vmas + machine.nr_vmas;
        const struct vm_area_struct* near = std::find_if(vmas, end, is_near);
        const bool has_one = near != end && READ_ONCE(near->anon_vma.raw()) != 0;
        return has_one && anon_vma_chain_is_singular(near)
                   ? static_cast<struct anon_vma*>(near->anon_vma)
                   : nullptr;
    };
    if (struct anon_vma* of_next =
            reusable([vma](const auto& next) { return anon_vma_compatible(*vma, next); })) {
        return of_next;
    }
    return reusable([vma](const auto& prev) { return anon_vma_compatible(prev, *vma); });
}

}  // namespace

bool anon_vma_chain_is_singular(const struct vm_area_struct* vma) {
    const struct machine& machine = this_machine();
    const bool singular = std::count_if(machine.anon_vmas, machine.anon_vmas + machine.nr_anon_vmas,
                                        [vma](const struct anon_vma& anon_vma) {
                                            return is_in_tree(anon_vma.rb_root, vma);
                                        }) == 1;
    // A fault may be adding to the chain, which is looked at without a lock.
    observe(singular);
    return singular;
}

int anon_vma_prepare(struct vm_area_struct* vma) {
    if (READ_ONCE(vma->anon_vma.raw()) != 0) {
        return 0;
    }
    struct anon_vma* anon_vma = find_mergeable_anon_vma(vma);
    const bool allocated = anon_vma == nullptr;
    if (allocated) {
        anon_vma = anon_vma_alloc();
    }
    if (anon_vma == nullptr) {
        return -ENOMEM;
    }
    anon_vma_lock_write(anon_vma);
    spin_lock(&vma->vm_mm->page_table_lock);
    if (vma->anon_vma == nullptr) {
        WRITE_ONCE(vma->anon_vma.raw(), slot<struct anon_vma>(anon_vma).raw());
        add_to_tree(anon_vma->rb_root, vma);
    }
    const bool taken = vma->anon_vma == anon_vma;
    spin_unlock(&vma->vm_mm->page_table_lock);
    anon_vma_unlock_write(anon_vma);
    if (allocated && !taken) {
        put_anon_vma(anon_vma);
    }
    return 0;
}

void anon_vma_clone(struct vm_area_struct* dst, struct vm_area_struct* src) {
    if (src->anon_vma == nullptr) {
        return;
    }
    struct machine& machine = this_machine();
    anon_vma_lock_write(src->anon_vma);
    for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
        if (is_in_tree(machine.anon_vmas[i].rb_root, src)) {
            add_to_tree(machine.anon_vmas[i].rb_root, dst);
        }
    }
    anon_vma_unlock_write(src->anon_vma);
}

int anon_vma_fork(struct vm_area_struct* vma, struct vm_area_struct* pvma) {
    if (pvma->anon_vma == nullptr) {
        return 0;
    }
    vma->anon_vma = nullptr;
    anon_vma_clone(vma, pvma);
    struct anon_vma* anon_vma = anon_vma_alloc();
    if (anon_vma == nullptr) {
        vma->anon_vma = pvma->anon_vma;
        unlink_anon_vmas(vma);
        vma->anon_vma = nullptr;
        return -ENOMEM;
    }
    anon_vma->root = pvma->anon_vma->root;
    atomic_inc(&anon_vma->root->refcount);
    vma->anon_vma = anon_vma;
    anon_vma_lock_write(anon_vma);
    add_to_tree(anon_vma->rb_root, vma);
    anon_vma_unlock_write(anon_vma);
    return 0;
}

void unlink_anon_vmas(struct vm_area_struct* vma) {
    if (vma->anon_vma == nullptr) {
        return;
    }
    struct machine& machine = this_machine();
    struct anon_vma* root = vma->anon_vma->root;
    bit_set<anon_vmas_max> emptied = {};
    down_write(&root->rwsem);
    for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
        vma_set& tree = machine.anon_vmas[i].rb_root;
        if (is_in_tree(tree, vma)) {
            ghost([&] { ghost_require_tree_writer(tree); });
            tree.remove(vma_number(vma));
            if (tree.empty()) {
                emptied.add(i);
            }
        }
    }
    up_write(&root->rwsem);
    while (!emptied.empty()) {
        put_anon_vma(machine.anon_vmas + emptied.take_first());
    }
}

struct anon_vma* page_get_anon_vma(struct page* page) {
    struct address_space* mapping = READ_ONCE(page->mapping);
    if (!is_anon(mapping) || is_ksm(mapping) || !page_mapped(page)) {
        return nullptr;
    }
    struct anon_vma* anon_vma = anon_vma_of(mapping);
    if (!atomic_inc_not_zero(&anon_vma->refcount)) {
        return nullptr;
    }
    // Without a lock: what we have got may be another's by now, unless the page is still mapped.
    if (!page_mapped(page)) {
        put_anon_vma(anon_vma);
        return nullptr;
    }
    return anon_vma;
}

void __put_anon_vma(struct anon_vma* anon_vma) {
    if (anon_vma->root != anon_vma) {
        atomic_dec_and_test(&anon_vma->root->refcount);
    }
}

// The memory stays what it is, and the root stays behind in it (SLAB_DESTROY_BY_RCU): walkers may
// still come to the rwsem by a page that is not mapped any more.
void put_anon_vma(struct anon_vma* anon_vma) {
    if (atomic_dec_and_test(&anon_vma->refcount)) {
        __put_anon_vma(anon_vma);
    }
}

}  // namespace heddle
