// SPDX-License-Identifier: Apache-2.0
#include "model/mremap.h"

#include <algorithm>
#include <cerrno>

#include "model/ghost.h"
#include "model/gup.h"
#include "model/huge_memory.h"
#include "model/ksm.h"
#include "model/mlock.h"
#include "model/mm.h"
#include "model/mmap.h"
#include "model/pgtable.h"
#include "model/rmap.h"

namespace heddle {

namespace {

// Entries move as they are: PG_mlocked, references and mapcounts stay.
void move_ptes(struct mm_struct* mm, unsigned long from, unsigned long to, unsigned long len) {
    spinlock_t* old_ptl = pte_lockptr(mm, from);
    spinlock_t* new_ptl = pte_lockptr(mm, to);
    spin_lock(old_ptl);
    if (new_ptl != old_ptl) {
        // In either order: mmap_sem keeps all others who hold two out.
        spin_lock_nested(new_ptl, SINGLE_DEPTH_NESTING);
    }
    for (unsigned long at = 0; at < len; at += PAGE_SIZE) {
        const pte_t pte = pte_at(mm, from + at);
        if (!pte_none(pte)) {
            set_pte_at(mm, from + at, 0);
            ghost([&] { ghost_move_content(mm, from + at, to + at); });
            set_pte_at(mm, to + at, pte);
            ghost([&] { ghost_move_promise(mm, from + at, to + at); });
        }
    }
    if (new_ptl != old_ptl) {
        spin_unlock(new_ptl);
    }
    spin_unlock(old_ptl);
}

// Moves what one entry of a pmd maps as a whole, if there is no page table to be moved from. A huge
// page of which a part moves is split.
bool move_pmd(struct vm_area_struct* vma, unsigned long from, unsigned long to,
              unsigned long step) {
    if (pmd_trans_huge(pmd_peek(vma->vm_mm, from))) {
        if (step == HPAGE_PMD_SIZE() && move_huge_pmd(vma->vm_mm, from, to)) {
            return true;
        }
        split_huge_pmd_address(vma, from, nullptr, PmdSplit::keep);
    }
    if (pmd_peek(vma->vm_mm, from) != page_table_pmd) {
        return true;
    }
    if (has_huge_pages()) {
        pte_alloc(vma->vm_mm, to);
    }
    return false;
}

void move_page_tables(struct vm_area_struct* vma, unsigned long from, unsigned long to,
                      unsigned long len) {
    struct mm_struct* mm = vma->vm_mm;
    while (len != 0) {
        const unsigned long step =
            std::min(pmd_addr_end(from, from + len) - from, pmd_addr_end(to, to + len) - to);
        if (!move_pmd(vma, from, to, step)) {
            move_ptes(mm, from, to, step);
        }
        from += step;
        to += step;
        len -= step;
    }
}

// The vma a resize or move starts from; what is wrong with it in `error`.
struct vm_area_struct* vma_to_resize(struct mm_struct* mm, unsigned long start,
                                     unsigned long old_len, unsigned long new_len, int& error) {
    struct vm_area_struct* vma = find_vma(mm, start);
    error = -EFAULT;
    if (vma == nullptr || vma->vm_start > start || old_len > vma->vm_end - start) {
        return nullptr;
    }
    if (new_len > old_len) {
        if ((vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP)) != 0) {
            return nullptr;
        }
        error = mlock_future_check(mm, vma->vm_flags, new_len - old_len);
        if (error != 0) {
            return nullptr;
        }
    }
    error = 0;
    return vma;
}

struct vm_area_struct* copy_vma(struct vm_area_struct* vma, unsigned long start,
                                unsigned long new_start, unsigned long new_len) {
    struct vm_area_struct like = *vma;
    const bool untouched_anon = vma->vm_file == nullptr && vma->anon_vma == nullptr;
    like.vm_start = static_cast<unsigned>(new_start);
    like.vm_end = static_cast<unsigned>(new_start + new_len);
    like.vm_pgoff = static_cast<pgoff_t>(untouched_anon ? new_start >> PAGE_SHIFT
                                                        : linear_page_index(vma, start));
    struct vm_area_struct* prev = vma_prev(&like);
    struct vm_area_struct* merged =
        vma_merge(vma->vm_mm, prev, new_start, new_start + new_len, like);
    if (merged != nullptr) {
        return merged;
    }
    struct vm_area_struct* made = vma_dup(&like);
    if (made != nullptr) {
        anon_vma_clone(made, vma);
        vma_link_file(made);
    }
    return made;
}

// Unmapping the old place may cut its vma in three, and should not fail that late.
constexpr unsigned vmas_to_spare = 3;

// Moves old_len bytes. `vma` may be gone or split afterwards.
int move_vma(struct vm_area_struct* vma, unsigned long start, unsigned long old_len,
             unsigned long new_len, unsigned long new_start) {
    struct mm_struct* mm = vma->vm_mm;
    const bool locked = (vma->vm_flags & VM_LOCKED) != 0;
    // The kernel asks for memory first; a fault that finds none leaves the vma as it is.
    if (has_ksm() && unmerge_ksm_pages(vma, start, start + old_len) != 0) {
        return -ENOMEM;
    }
    if (vmas_left() <= vmas_to_spare || copy_vma(vma, start, new_start, new_len) == nullptr) {
        return -ENOMEM;
    }
    // The copy may have been merged with the vma, and that be gone.
    move_page_tables(find_vma(mm, start), start, new_start, old_len);
    mm->total_vm += static_cast<unsigned>(new_len >> PAGE_SHIFT);
    // A failure leaves the old place mapped, without pages. An old_len of 0 always fails: what is
    // there stays, and is mapped once more.
    do_munmap(mm, start, old_len);
    if (locked) {
        add_locked_vm(mm, static_cast<long>(new_len >> PAGE_SHIFT));
    }
    return 0;
}

// Grows the vma that ends at start + old_len, if there is room above it.
int expand_in_place(struct vm_area_struct* vma, unsigned long start, unsigned long old_len,
                    unsigned long new_len) {
    struct mm_struct* mm = vma->vm_mm;
    if (new_len > TASK_SIZE() - start) {
        return -ENOMEM;
    }
    const unsigned long end = start + new_len;
    const struct vm_area_struct* next = vma_next(vma);
    if (start + old_len != vma->vm_end || (next != nullptr && next->vm_start < end)) {
        return -ENOMEM;
    }
    const unsigned long pages = (new_len - old_len) >> PAGE_SHIFT;
    vma_grow(vma, end);
    mm->total_vm += static_cast<unsigned>(pages);
    if ((vma->vm_flags & VM_LOCKED) != 0) {
        add_locked_vm(mm, static_cast<long>(pages));
    }
    return 0;
}

struct resize {
    unsigned long start;
    unsigned long old_len;
    unsigned long new_len;
    unsigned long new_start;
};

// `populated` becomes the range that a VM_LOCKED vma has gained.
int do_mremap(struct mm_struct* mm, struct resize r, unsigned long& populate_at,
              unsigned long& populate) {
    const bool moves = r.new_start != r.start;
    int error = 0;
    if (moves) {
        if (r.new_len > TASK_SIZE() || r.new_start > TASK_SIZE() - r.new_len ||
            (r.new_start < r.start + r.old_len && r.start < r.new_start + r.new_len)) {
            return -EINVAL;
        }
        error = do_munmap(mm, r.new_start, r.new_len);
    }
    if (error == 0 && r.old_len > r.new_len) {
        error = do_munmap(mm, r.start + r.new_len, r.old_len - r.new_len);
        r.old_len = r.new_len;
        if (error != 0 || !moves) {
            return error;
        }
    }
    if (error != 0 || (!moves && r.old_len == r.new_len)) {
        return error;
    }
    struct vm_area_struct* vma = vma_to_resize(mm, r.start, r.old_len, r.new_len, error);
    if (vma == nullptr) {
        return error;
    }
    const bool locked = (vma->vm_flags & VM_LOCKED) != 0;
    if (moves) {
        error = move_vma(vma, r.start, r.old_len, r.new_len, r.new_start);
    } else {
        error = expand_in_place(vma, r.start, r.old_len, r.new_len);
    }
    if (error == 0 && locked && r.new_len > r.old_len) {
        populate_at = r.new_start + r.old_len;
        populate = r.new_len - r.old_len;
    }
    return error;
}

}  // namespace

int sys_mremap(unsigned long start, unsigned long old_len, unsigned long new_len,
               unsigned long new_start) {
    struct mm_struct* mm = current_mm();
    unsigned long populate_at = 0;
    unsigned long populate = 0;
    if (offset_in_page(start) != 0 || offset_in_page(new_start) != 0) {
        return -EINVAL;
    }
    old_len = PAGE_ALIGN(old_len);
    new_len = PAGE_ALIGN(new_len);
    if (new_len == 0) {
        return -EINVAL;
    }
    down_write(&mm->mmap_sem);
    const int error = do_mremap(mm, {start, old_len, new_len, new_start}, populate_at, populate);
    up_write(&mm->mmap_sem);
    if (populate != 0) {
        mm_populate(populate_at, populate);
    }
    return error;
}

}  // namespace heddle
