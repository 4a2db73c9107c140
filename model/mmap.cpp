// SPDX-License-Identifier: Apache-2.0
#include "model/mmap.h"

#include <algorithm>
#include <cerrno>
#include <span>

#include "model/fixes.h"
#include "model/huge_memory.h"
#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

// ---- finding vmas

namespace {

std::span<struct vm_area_struct> slots() { return {this_machine().vmas, this_machine().nr_vmas}; }

// The vma of `mm` that `before` puts first among those that `wanted` accepts.
template <class Wanted, class Before>
struct vm_area_struct* first_of(const struct mm_struct* mm, Wanted wanted, Before before) {
    struct vm_area_struct* found = nullptr;
    for (struct vm_area_struct& vma : slots()) {
        if (vma.vm_mm == mm && wanted(vma) && (found == nullptr || before(vma, *found))) {
            found = &vma;
        }
    }
    return found;
}

bool is_below(const struct vm_area_struct& a, const struct vm_area_struct& b) {
    return a.vm_start < b.vm_start;
}

}  // namespace

struct vm_area_struct* find_vma(struct mm_struct* mm, unsigned long address) {
    return first_of(
        mm, [address](const struct vm_area_struct& vma) { return vma.vm_end > address; }, is_below);
}

struct vm_area_struct* vma_next(const struct vm_area_struct* vma) {
    return find_vma(vma->vm_mm, vma->vm_end);
}

struct vm_area_struct* vma_prev(const struct vm_area_struct* vma) {
    return first_of(
        vma->vm_mm,
        [vma](const struct vm_area_struct& other) { return other.vm_end <= vma->vm_start; },
        [](const auto& a, const auto& b) { return is_below(b, a); });
}

unsigned vmas_left() {
    return static_cast<unsigned>(std::count_if(
        slots().begin(), slots().end(), [](const auto& vma) { return vma.vm_mm == nullptr; }));
}

struct vm_area_struct* vma_alloc(struct mm_struct* mm) {
    for (struct vm_area_struct& vma : slots()) {
        if (claim_if_free(vma.vm_mm.raw(), slot<struct mm_struct>(mm).raw())) {
            observe(1U << vma_number(&vma));
            return &vma;
        }
    }
    return nullptr;
}

// Slots are reused: what is left of a vma must not look like one.
void vma_free(struct vm_area_struct* vma) {
    struct vm_area_struct none = {};
    none.vm_mm = vma->vm_mm;
    *vma = none;
    vacate(vma->vm_mm.raw());  // as the last: somebody takes it at once
}

struct vm_area_struct* vma_dup(const struct vm_area_struct* vma) {
    struct vm_area_struct* copy = vma_alloc(vma->vm_mm);
    if (copy != nullptr) {
        *copy = *vma;
    }
    return copy;
}

// ---- changing vmas

void vma_link_file(struct vm_area_struct* vma) {
    struct address_space* mapping = vma->vm_file;
    if (mapping != nullptr) {
        down_write(&mapping->i_mmap_rwsem);
        ghost([&] { ghost_require_tree_writer(mapping->i_mmap); });
        mapping->i_mmap.add(vma_number(vma));
        up_write(&mapping->i_mmap_rwsem);
    }
}

void unlink_file_vma(struct vm_area_struct* vma) {
    struct address_space* mapping = vma->vm_file;
    if (mapping != nullptr) {
        down_write(&mapping->i_mmap_rwsem);
        ghost([&] { ghost_require_tree_writer(mapping->i_mmap); });
        mapping->i_mmap.remove(vma_number(vma));
        up_write(&mapping->i_mmap_rwsem);
    }
}

namespace {

// Moves the borders of `vma` to [start, end). `other` is the vma that gives way (its own new
// borders are [other_start, other_end), empty: it goes) or is made by a split. Walks of mappings
// read borders without mmap_sem: the locks of the trees keep them out.
struct border_change {
    struct vm_area_struct* vma;
    unsigned long start;
    unsigned long end;
    struct vm_area_struct* other = nullptr;
    unsigned long other_start = 0;
    unsigned long other_end = 0;
};

void set_borders(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    vma->vm_pgoff = static_cast<pgoff_t>(
        vma->vm_pgoff + static_cast<unsigned>(start >> PAGE_SHIFT) - (vma->vm_start >> PAGE_SHIFT));
    vma->vm_start = static_cast<unsigned>(start);
    vma->vm_end = static_cast<unsigned>(end);
}

void vma_adjust(const struct border_change& change) {
    struct vm_area_struct* vma = change.vma;
    struct vm_area_struct* other = change.other;
    struct address_space* mapping = vma->vm_file;
    // A vma that grows over pages of its neighbour must be found for them.
    if (other != nullptr && vma->anon_vma == nullptr && other->anon_vma != nullptr) {
        vma->anon_vma = other->anon_vma;
        anon_vma_clone(vma, other);
    }
    struct anon_vma* anon_vma = vma->anon_vma;
    const bool other_goes = other != nullptr && change.other_start == change.other_end;
    // Before the locks of the trees: walks of mappings may come by while a pmd is split.
    vma_adjust_trans_huge(vma, change.start, change.end);
    if (other != nullptr && !other_goes) {
        vma_adjust_trans_huge(other, change.other_start, change.other_end);
    }
    if (mapping != nullptr) {
        down_write(&mapping->i_mmap_rwsem);
    }
    if (anon_vma != nullptr) {
        down_write(&anon_vma->root->rwsem);
    }
    ghost([&] {
        if (mapping != nullptr) {
            ghost_require_tree_writer(mapping->i_mmap);
        }
        if (anon_vma != nullptr) {
            ghost_require_tree_writer(anon_vma->rb_root);
        }
    });
    set_borders(vma, change.start, change.end);
    if (other != nullptr && !other_goes) {
        set_borders(other, change.other_start, change.other_end);
    }
    if (mapping != nullptr && other != nullptr) {
        if (other_goes) {
            mapping->i_mmap.remove(vma_number(other));
        } else {
            mapping->i_mmap.add(vma_number(other));
        }
    }
    if (anon_vma != nullptr) {
        up_write(&anon_vma->root->rwsem);
    }
    if (mapping != nullptr) {
        up_write(&mapping->i_mmap_rwsem);
    }
    if (other_goes) {
        unlink_anon_vmas(other);
        vma_free(other);
    }
}

bool is_mergeable_vma(const struct vm_area_struct& below, const struct vm_area_struct& above) {
    return below.vm_end == above.vm_start && below.vm_flags == above.vm_flags &&
           (below.vm_flags & VM_SPECIAL) == 0 && below.vm_file == above.vm_file &&
           below.vm_pgoff + vma_pages(&below) == above.vm_pgoff;
}

// Pages of the area must be found by way of `vma` afterwards. One that a fork has cloned is in
// trees that what it grows over need not be in.
bool is_mergeable_anon_vma(const struct vm_area_struct& area, const struct vm_area_struct& vma) {
    return ((area.anon_vma == nullptr || vma.anon_vma == nullptr) &&
            anon_vma_chain_is_singular(&vma)) ||
           area.anon_vma == vma.anon_vma;
}

bool can_vma_merge_after(const struct vm_area_struct* prev, const struct vm_area_struct& area) {
    return prev != nullptr && is_mergeable_vma(*prev, area) && is_mergeable_anon_vma(area, *prev);
}

bool can_vma_merge_before(const struct vm_area_struct* next, const struct vm_area_struct& area) {
    return next != nullptr && is_mergeable_vma(area, *next) && is_mergeable_anon_vma(area, *next);
}

}  // namespace

struct vm_area_struct* vma_merge(struct mm_struct* mm, struct vm_area_struct* prev,
                                 unsigned long start, unsigned long end,
                                 const struct vm_area_struct& like) {
    struct vm_area_struct area = like;
    area.vm_mm = mm;
    set_borders(&area, start, end);
    struct vm_area_struct* inside = find_vma(mm, start);  // the vma that has the range now, if any
    inside = inside != nullptr && inside->vm_start < end ? inside : nullptr;
    struct vm_area_struct* next = find_vma(mm, end);
    const bool prev_fits = prev != inside && can_vma_merge_after(prev, area);
    const bool next_fits = next != inside && can_vma_merge_before(next, area);
    const bool takes_all = inside == nullptr || inside->vm_end == end;
    const unsigned long inside_end = inside != nullptr ? unsigned{inside->vm_end} : 0;
    if (prev_fits && next_fits && takes_all &&
        (prev->anon_vma == nullptr || next->anon_vma == nullptr ||
         prev->anon_vma == next->anon_vma)) {
        if (inside != nullptr) {
            vma_adjust({prev, prev->vm_start, end, inside, end, end});
        }
        vma_adjust({prev, prev->vm_start, next->vm_end, next, next->vm_end, next->vm_end});
        return prev;
    }
    if (prev_fits) {
        vma_adjust({prev, prev->vm_start, end, inside, end, inside_end});
        return prev;
    }
    if (!next_fits) {
        return nullptr;
    }
    const bool starts_inside = inside != nullptr && inside->vm_start < start;
    if (inside == nullptr || starts_inside || has(Fix::vma_merge_keeps_flags_of_next)) {
        const unsigned long inside_start = inside != nullptr ? unsigned{inside->vm_start} : 0;
        vma_adjust({next, start, next->vm_end, inside, inside_start, start});
        return next;
    }
    // Case 8 of the kernel's drawing: the vma with the old flags grows over the one that had the
    // new flags already, and until the caller stores the new ones walks of mappings see the old.
    vma_adjust({inside, start, next->vm_end, next, next->vm_end, next->vm_end});
    return inside;
}

void vma_grow(struct vm_area_struct* vma, unsigned long end) {
    vma_adjust({vma, vma->vm_start, end});
}

int split_vma(struct vm_area_struct* vma, unsigned long address, bool new_below) {
    struct vm_area_struct* made = vma_dup(vma);
    if (made == nullptr) {
        return -ENOMEM;
    }
    const unsigned long start = vma->vm_start;
    const unsigned long end = vma->vm_end;
    // Nobody can find the copy before it is in the trees, and there it has its borders.
    if (new_below) {
        set_borders(made, start, address);
    } else {
        set_borders(made, address, end);
    }
    anon_vma_clone(made, vma);
    if (new_below) {
        vma_adjust({vma, address, end, made, start, address});
    } else {
        vma_adjust({vma, start, address, made, address, end});
    }
    return 0;
}

}  // namespace heddle
