// SPDX-License-Identifier: Apache-2.0
// The second part of mm/mlock.c: ranges, vmas, system calls.
#include <algorithm>
#include <cerrno>

#include "model/fixes.h"
#include "model/ghost.h"
#include "model/gup.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/mutations.h"
#include "model/pagevec.h"
#include "model/pgtable.h"
#include "model/swap.h"

namespace heddle {

bool can_do_mlock() { return rlimit_memlock() != 0 || capable_ipc_lock(); }

unsigned long locked_vm(const struct mm_struct* mm) {
    return static_cast<unsigned long>(static_cast<int>(READ_ONCE(mm->locked_vm)));
}

void add_locked_vm(struct mm_struct* mm, long pages) {
    WRITE_ONCE(mm->locked_vm, READ_ONCE(mm->locked_vm) + static_cast<unsigned>(pages));
}

namespace {

// Pages of one id are of one zone; those of one zone have several ids, one for each section.
unsigned page_zone_id(const struct page* page) {
    return page_to_pfn(page) / this_machine().section_pages * this_machine().nr_zones +
           page->zone_id;
}

bool is_of_batch(const struct page* page, const struct page* first) {
    const bool of_zone = has(Fix::munlock_batch_compares_zones)
                             ? page_zone(page) == page_zone(first)
                             : page_zone_id(page) == page_zone_id(first);
    return of_zone || !has(Fix::munlock_batch_is_of_one_zone);
}

}  // namespace

unsigned long __munlock_pagevec_fill(struct pagevec* pvec, struct vm_area_struct* vma,
                                     unsigned long start, unsigned long end) {
    struct mm_struct* mm = vma->vm_mm;
    spinlock_t* ptl = pte_lockptr(mm, start);
    spin_lock(ptl);
    end = pmd_addr_end(start, end);
    // The page at `start` is in the vector already.
    for (start += PAGE_SIZE; start < end;) {
        const pte_t pte = pte_at(mm, start);
        struct page* page = pte_present(pte) ? vm_normal_page(pte) : nullptr;
        // The counter of one zone is changed for the whole batch.
        if (page == nullptr || !is_of_batch(page, pvec->pages[0])) {
            break;
        }
        // A part of a huge page: not in a batch.
        if (PageTransCompound(page)) {
            break;
        }
        get_page(page, Holder::pin);
        start += PAGE_SIZE;
        if (pagevec_add(pvec, page) == 0) {
            break;
        }
    }
    spin_unlock(ptl);
    return start;
}

void munlock_vma_pages_range(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    // Before any entry is looked at: who takes the ptl of one after us sees the flag gone, and who
    // took it before us has set PG_mlocked by the time we look.
    if (!mutated(Mutation::munlock_clears_vm_flags_late)) {
        WRITE_ONCE(vma->vm_flags, vma->vm_flags & ~VM_LOCKED_MASK);
    }
    ghost([&] {
        ghost_end_promise(vma->vm_mm, start, end);
        ghost_munlock_starts(vma, start, end);
    });

    const unsigned long first = start;
    while (start < end) {
        const unsigned long visited = start;
        const followed_page found = follow_page_mask(vma, start, FOLL_GET | FOLL_DUMP);
        // The seed goes by the pmd even if the page is none, or not the first of its pmd.
        unsigned page_mask = has(Fix::munlock_ignores_mask_of_lookup) ? 0 : found.page_mask;
        if (found.page == nullptr) {
            start += (1 + page_mask) * PAGE_SIZE;
            ghost([&] { ghost_munlock_passes(vma, visited, start); });
            continue;
        }
        if (PageTail(found.page) && has(Fix::munlock_skips_huge_page_not_mlocked)) {
            VM_BUG_ON_PAGE(PageMlocked(found.page), found.page);
            put_page(found.page, Holder::pin);
            start += (1 + page_mask) * PAGE_SIZE;
            ghost([&] { ghost_munlock_passes(vma, visited, start); });
            continue;
        }
        if (PageTransHuge(found.page)) {
            // The lock keeps the page from being split while it is munlocked.
            lock_page(found.page);
            page_mask = munlock_vma_page(found.page);
            unlock_page(found.page);
            put_page(found.page, Holder::pin);
            start += (1 + page_mask) * PAGE_SIZE;
            ghost([&] { ghost_munlock_passes(vma, visited, start); });
            continue;
        }
        struct pagevec pvec;
        pagevec_init(&pvec);
        struct zone* zone = page_zone(found.page);
        if (pagevec_add(&pvec, found.page) != 0) {
            start = __munlock_pagevec_fill(&pvec, vma, start, end);
        } else {
            start += PAGE_SIZE;
        }
        __munlock_pagevec(&pvec, zone);
        ghost([&] { ghost_munlock_passes(vma, visited, start); });
    }
    if (mutated(Mutation::munlock_clears_vm_flags_late)) {
        WRITE_ONCE(vma->vm_flags, vma->vm_flags & ~VM_LOCKED_MASK);
    }
    ghost([&] { ghost_munlock_ends(vma, first, end); });
}

namespace {

// What is left of the number in an int of this machine.
long as_int(unsigned long number) {
    const unsigned unused = 64 - this_machine().int_bits;
    return static_cast<long>(number << unused) >> unused;
}

void account_locked_pages(struct mm_struct* mm, vm_flags_t old_flags, bool lock,
                          unsigned long pages) {
    // The seed counts in an int, which too many pages do not fit in.
    long nr_pages = has(Fix::mlock_fixup_counts_in_long) ? static_cast<long>(pages) : as_int(pages);
    if (!lock) {
        nr_pages = -nr_pages;
    } else if ((old_flags & VM_LOCKED) != 0) {
        // Only VM_LOCKONFAULT changes: the pages are counted already.
        if (has(Fix::mlock_fixup_counts_once)) {
            nr_pages = 0;
        }
        ghost([&] { mm->ghost.locked_vm_excess += static_cast<unsigned>(nr_pages); });
    }
    add_locked_vm(mm, nr_pages);
}

// Neither locked nor counted, whatever is asked.
bool is_never_locked(const struct vm_area_struct* vma) {
    const vm_flags_t not_yet = has(Fix::vm_special_has_mixedmap) ? 0 : VM_MIXEDMAP;
    return (vma->vm_flags & VM_SPECIAL & ~not_yet) != 0;
}

int mlock_fixup(struct vm_area_struct* vma, struct vm_area_struct** prev, unsigned long start,
                unsigned long end, vm_flags_t newflags) {
    struct mm_struct* mm = vma->vm_mm;
    const vm_flags_t old_flags = vma->vm_flags;
    const bool lock = (newflags & VM_LOCKED) != 0;
    int ret = 0;

    if (newflags == old_flags || is_never_locked(vma)) {
        *prev = vma;
        return 0;
    }
    struct vm_area_struct like = *vma;
    like.vm_flags = newflags;
    struct vm_area_struct* merged = vma_merge(mm, *prev, start, end, like);
    if (merged != nullptr) {
        vma = merged;
    } else {
        if (start != vma->vm_start) {
            ret = split_vma(vma, start, true);
        }
        if (ret == 0 && end != vma->vm_end) {
            ret = split_vma(vma, end, false);
        }
        if (ret != 0) {
            *prev = vma;
            return ret;
        }
    }
    account_locked_pages(mm, old_flags, lock, (end - start) >> PAGE_SHIFT);
    if (lock) {
        // Reclaim may be unmapping a page it saw before; populate brings it back.
        WRITE_ONCE(vma->vm_flags, newflags);
    } else {
        munlock_vma_pages_range(vma, start, end);
    }
    *prev = vma;
    return 0;
}

int apply_vma_lock_flags(unsigned long start, unsigned long len, vm_flags_t flags) {
    struct mm_struct* mm = current_mm();
    VM_BUG_ON(offset_in_page(start) != 0 || len != PAGE_ALIGN(len));
    const unsigned long end = start + len;
    if (end < start) {
        return -EINVAL;
    }
    if (end == start) {
        return 0;
    }
    struct vm_area_struct* vma = find_vma(mm, start);
    if (vma == nullptr || vma->vm_start > start) {
        return -ENOMEM;
    }
    struct vm_area_struct* prev = start > vma->vm_start ? vma : vma_prev(vma);
    for (unsigned long at = start;;) {
        const vm_flags_t newflags = (vma->vm_flags & ~VM_LOCKED_MASK) | flags;
        const unsigned long stop = std::min<unsigned long>(end, vma->vm_end);
        const int error = mlock_fixup(vma, &prev, at, stop, newflags);
        if (error != 0) {
            return error;
        }
        at = stop;
        // The vma may have been merged with what follows.
        if (at < prev->vm_end && has(Fix::mlock_goes_on_from_merged_end)) {
            at = prev->vm_end;
        }
        if (at >= end) {
            return 0;
        }
        vma = vma_next(prev);
        if (vma == nullptr || vma->vm_start != at) {
            return -ENOMEM;
        }
    }
}

// Pages of the range that are locked already. Source: count_mm_mlocked_page_nr() (v4.9).
unsigned long count_mm_mlocked_page_nr(struct mm_struct* mm, unsigned long start,
                                       unsigned long len) {
    unsigned long count = 0;
    const unsigned long end = start + len;
    struct vm_area_struct* vma = find_vma(mm, start);
    if (vma == nullptr && !has(Fix::count_ends_without_vma)) {
        vma = find_vma(mm, 0);
    }
    for (; vma != nullptr && vma->vm_start < end; vma = vma_next(vma)) {
        if ((vma->vm_flags & VM_LOCKED) != 0) {
            const unsigned long from = std::max<unsigned long>(start, vma->vm_start);
            const unsigned long to = std::min<unsigned long>(end, vma->vm_end);
            count += to > from ? to - from : 0;
        }
    }
    const long bytes =
        has(Fix::count_mlocked_pages_in_long) ? static_cast<long>(count) : as_int(count);
    return static_cast<unsigned long>(bytes >> PAGE_SHIFT);
}

// As far as the user can tell -EFAULT is "no such memory", and no memory is "try again".
int __mlock_posix_error_return(int ret) {
    return ret == -EFAULT ? -ENOMEM : ret == -ENOMEM ? -EAGAIN : ret;
}

// The seed takes such a range for an empty one, or a short one.
bool length_wraps(unsigned long start, unsigned long len) {
    return has(Fix::mlock_refuses_length_that_wraps) &&
           PAGE_ALIGN(len + offset_in_page(start)) < len;
}

// For the pages in pagevecs of other CPUs, which mlock_vma_page() does not find on a list.
void drain_for_mlock() {
    if (!has(Fix::mlock_leaves_pagevecs)) {
        lru_add_drain_all();
    }
}

int do_mlock(unsigned long start, unsigned long len, vm_flags_t flags) {
    struct mm_struct* mm = current_mm();
    if (!can_do_mlock()) {
        return -EPERM;
    }
    if (has(Fix::mlock_drains_before_mmap_sem)) {
        drain_for_mlock();
    }
    if (length_wraps(start, len)) {
        return -EINVAL;
    }
    len = PAGE_ALIGN(len + offset_in_page(start));
    start &= PAGE_MASK;
    const unsigned long lock_limit = rlimit_memlock() >> PAGE_SHIFT;
    unsigned long locked = len >> PAGE_SHIFT;

    down_write(&mm->mmap_sem);
    if (!has(Fix::mlock_drains_before_mmap_sem)) {
        drain_for_mlock();
    }
    locked += locked_vm(mm);
    if (locked > lock_limit && !capable_ipc_lock() && has(Fix::do_mlock_subtracts_overlap)) {
        locked -= count_mm_mlocked_page_nr(mm, start, len);
    }
    int error = -ENOMEM;
    if (locked <= lock_limit || capable_ipc_lock()) {
        ghost([&] { ghost_require_within_limit(mm, start, start + len); });
        error = apply_vma_lock_flags(start, len, flags);
    }
    up_write(&mm->mmap_sem);
    if (error != 0) {
        return error;
    }
    error = __mm_populate(start, len, false);
    ghost([&] {
        if (error == 0 && (flags & VM_LOCKONFAULT) == 0) {
            ghost_promise(mm, start, start + len);
        }
    });
    return __mlock_posix_error_return(error);
}

void apply_mlockall_flags(int flags) {
    struct mm_struct* mm = current_mm();
    const vm_flags_t onfault = (flags & MCL_ONFAULT) != 0 ? VM_LOCKONFAULT : 0;
    vm_flags_t to_add = 0;

    mm->def_flags &= ~VM_LOCKED_MASK;
    if ((flags & MCL_FUTURE) != 0) {
        mm->def_flags |= VM_LOCKED | onfault;
        if ((flags & MCL_CURRENT) == 0) {
            return;
        }
    }
    if ((flags & MCL_CURRENT) != 0) {
        to_add = VM_LOCKED | onfault;
    }
    struct vm_area_struct* prev = nullptr;
    for (struct vm_area_struct* vma = find_vma(mm, 0); vma != nullptr; vma = vma_next(prev)) {
        const vm_flags_t newflags = (vma->vm_flags & ~VM_LOCKED_MASK) | to_add;
        mlock_fixup(vma, &prev, vma->vm_start, vma->vm_end, newflags);
    }
}

}  // namespace

int sys_mlock(unsigned long start, unsigned long len) { return do_mlock(start, len, VM_LOCKED); }

int sys_mlock2(unsigned long start, unsigned long len, int flags) {
    if ((flags & ~MLOCK_ONFAULT) != 0) {
        return -EINVAL;
    }
    const vm_flags_t onfault = (flags & MLOCK_ONFAULT) != 0 ? VM_LOCKONFAULT : 0;
    return do_mlock(start, len, VM_LOCKED | onfault);
}

int sys_munlock(unsigned long start, unsigned long len) {
    struct mm_struct* mm = current_mm();
    if (length_wraps(start, len)) {
        return -EINVAL;
    }
    len = PAGE_ALIGN(len + offset_in_page(start));
    start &= PAGE_MASK;
    down_write(&mm->mmap_sem);
    const int error = apply_vma_lock_flags(start, len, 0);
    up_write(&mm->mmap_sem);
    return error;
}

int sys_mlockall(int flags) {
    struct mm_struct* mm = current_mm();
    if (flags == 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) != 0) {
        return -EINVAL;
    }
    if (flags == MCL_ONFAULT && has(Fix::mlockall_refuses_onfault_alone)) {
        return -EINVAL;
    }
    if (!can_do_mlock()) {
        return -EPERM;
    }
    if ((flags & MCL_CURRENT) != 0) {
        drain_for_mlock();
    }
    int error = -ENOMEM;
    down_write(&mm->mmap_sem);
    if ((flags & MCL_CURRENT) == 0 || mm->total_vm <= rlimit_memlock() >> PAGE_SHIFT ||
        capable_ipc_lock()) {
        apply_mlockall_flags(flags);
        error = 0;
    }
    up_write(&mm->mmap_sem);
    if (error == 0 && (flags & MCL_CURRENT) != 0) {
        mm_populate(0, TASK_SIZE());
    }
    return error;
}

int sys_munlockall() {
    struct mm_struct* mm = current_mm();
    down_write(&mm->mmap_sem);
    apply_mlockall_flags(0);
    up_write(&mm->mmap_sem);
    return 0;
}

}  // namespace heddle
