// SPDX-License-Identifier: Apache-2.0
#include "model/gup.h"

#include <algorithm>
#include <cerrno>

#include "model/fixes.h"
#include "model/huge_memory.h"
#include "model/memory.h"
#include "model/migrate.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/pgtable.h"
#include "model/swap.h"

namespace heddle {

namespace {

void mlock_under_ptl(struct vm_area_struct* vma, struct page* page) {
    // A part of a huge page that a pte maps is never mlocked. The mapping is looked at because
    // truncation may be on its way through the page.
    if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) == 0 || PageTransCompound(page) ||
        READ_ONCE(page->mapping) == nullptr) {
        return;
    }
    const bool takes_lock = has(Fix::mlock_takes_page_lock);
    if (takes_lock && !trylock_page(page)) {
        return;
    }
    lru_add_drain();  // so that the page can be isolated
    mlock_vma_page(page);
    if (takes_lock) {
        unlock_page(page);
    }
}

}  // namespace

followed_page follow_page_pte(struct vm_area_struct* vma, unsigned long address, unsigned flags) {
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    followed_page found = {nullptr, 0, 0};

    spin_lock(ptl);
    pte_t pte = pte_at(vma->vm_mm, address);
    while ((flags & FOLL_MIGRATION) != 0 && is_migration_entry(pte)) {
        spin_unlock(ptl);
        migration_entry_wait(vma->vm_mm, address);
        spin_lock(ptl);
        pte = pte_at(vma->vm_mm, address);
    }
    if (pte_present(pte) && ((flags & FOLL_WRITE) == 0 || pte_write(pte))) {
        found.page = vm_normal_page(pte);
        if (found.page == nullptr) {
            found.error = (flags & FOLL_DUMP) != 0 ? -EFAULT : -EEXIST;
        }
    }
    if (found.page != nullptr) {
        if ((flags & FOLL_GET) != 0) {
            get_page(found.page, Holder::pin);
        }
        if ((flags & FOLL_TOUCH) != 0) {
            mark_page_accessed(found.page);
        }
        if ((flags & FOLL_MLOCK) != 0) {
            mlock_under_ptl(vma, found.page);
        }
    }
    spin_unlock(ptl);
    return found;
}

followed_page follow_page_mask(struct vm_area_struct* vma, unsigned long address, unsigned flags) {
    const pmd_t pmd = pmd_peek(vma->vm_mm, address);
    if (pmd_none(pmd)) {
        return {nullptr, 0, 0};
    }
    if (pmd_trans_huge(pmd)) {
        spinlock_t* ptl = pmd_lockptr(vma->vm_mm);
        spin_lock(ptl);
        const pmd_t locked = pmd_at(vma->vm_mm, address);
        if (pmd_trans_huge(locked)) {
            struct page* page = follow_trans_huge_pmd(vma, address, flags);
            spin_unlock(ptl);
            const bool zero = is_huge_zero_pmd(locked) && (flags & FOLL_WRITE) == 0;
            const int error = (flags & FOLL_DUMP) != 0 ? -EFAULT : -EEXIST;
            return {page, zero ? error : 0, hpage_pmd_nr() - 1};
        }
        spin_unlock(ptl);
    }
    return follow_page_pte(vma, address, flags);
}

namespace {

// 0: look again; -ENOENT: on to the next page; -ENOMEM; -EFAULT behind the end of a file.
int faultin_page(struct vm_area_struct* vma, unsigned long address, unsigned& flags) {
    // VM_LOCKONFAULT: only what is there already is mlocked.
    if ((flags & (FOLL_POPULATE | FOLL_MLOCK)) == FOLL_MLOCK) {
        return -ENOENT;
    }
    if ((flags & FOLL_POPULATE) != 0 && stack_guard_page_start(vma, address)) {
        return -ENOENT;
    }
    const bool write = (flags & FOLL_WRITE) != 0;
    const unsigned result = handle_mm_fault(vma, address, write ? FAULT_FLAG_WRITE : 0U);
    if ((result & VM_FAULT_OOM) != 0) {
        return -ENOMEM;
    }
    if ((result & (VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV)) != 0) {
        return -EFAULT;
    }
    // The page may have been made the writer's own without its entry saying so.
    if ((result & VM_FAULT_WRITE) != 0 && (vma->vm_flags & VM_WRITE) == 0) {
        flags &= ~static_cast<unsigned>(FOLL_WRITE);
    }
    return 0;
}

// One step of __get_user_pages(): 0, or an error. `found`: what is there now, unless it is passed
// over.
int user_page_at(struct vm_area_struct* vma, unsigned long address, unsigned flags,
                 followed_page& found) {
    for (unsigned faults = 0;; ++faults) {
        ghost([&] { ghost_require_end(faults); });
        found = follow_page_mask(vma, address, flags);
        if (found.page != nullptr || found.error == -EEXIST) {
            return 0;
        }
        if (found.error != 0) {
            return found.error;
        }
        const int error = faultin_page(vma, address, flags);
        if (error != 0) {
            found.page_mask = 0;
            return error == -ENOENT ? 0 : error;
        }
    }
}

// Whether the flags allow the access, or FOLL_FORCE stands in for what VM_MAYREAD and VM_MAYWRITE
// would allow, which every vma has here. 0, or -EFAULT.
int check_vma_flags(const struct vm_area_struct* vma, unsigned flags) {
    if ((vma->vm_flags & (VM_IO | VM_PFNMAP)) != 0) {
        return -EFAULT;
    }
    if ((flags & FOLL_WRITE) != 0) {
        return (vma->vm_flags & VM_WRITE) != 0 ? 0 : -EFAULT;
    }
    return (vma->vm_flags & VM_READ) != 0 || (flags & FOLL_FORCE) != 0 ? 0 : -EFAULT;
}

}  // namespace

long populate_vma_page_range(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    VM_BUG_ON(offset_in_page(start) != 0 || offset_in_page(end) != 0);
    VM_BUG_ON(start < vma->vm_start || end > vma->vm_end);
    VM_BUG_ON(!rwsem_is_locked(&vma->vm_mm->mmap_sem));
    unsigned flags = FOLL_TOUCH | FOLL_POPULATE | FOLL_MLOCK;
    if ((vma->vm_flags & VM_LOCKONFAULT) != 0) {
        flags &= ~static_cast<unsigned>(FOLL_POPULATE);
    }
    // So that a later write needs no copy.
    if ((vma->vm_flags & (VM_WRITE | VM_SHARED)) == VM_WRITE) {
        flags |= FOLL_WRITE;
    }
    // Whatever may be accessed at all, if only for writing.
    if (has(Fix::populate_forces_access) && (vma->vm_flags & (VM_READ | VM_WRITE)) != 0) {
        flags |= FOLL_FORCE;
    }
    if (const int error = check_vma_flags(vma, flags); error != 0) {
        return error;
    }
    long pages = 0;
    for (unsigned long address = start; address < end;) {
        followed_page found = {nullptr, 0, 0};
        const int error = user_page_at(vma, address, flags, found);
        if (error != 0) {
            return pages != 0 ? pages : error;
        }
        // A huge page counts to its end, which may lie beyond the range.
        const unsigned in_page = static_cast<unsigned>(~(address >> PAGE_SHIFT)) & found.page_mask;
        const unsigned nr_pages =
            std::min(1 + in_page, static_cast<unsigned>((end - address) >> PAGE_SHIFT));
        address += nr_pages * PAGE_SIZE;
        pages += nr_pages;
    }
    return pages;
}

int __mm_populate(unsigned long start, unsigned long len, bool ignore_errors) {
    VM_BUG_ON(offset_in_page(start) != 0 || len != PAGE_ALIGN(len));
    struct mm_struct* mm = current_mm();
    const unsigned long end = std::min(start + len, TASK_SIZE());
    int error = 0;

    down_read(&mm->mmap_sem);
    while (start < end) {
        struct vm_area_struct* vma = find_vma(mm, start);
        if (vma == nullptr || vm_start_seen(vma) >= end) {
            break;
        }
        const unsigned long stop = std::min<unsigned long>(end, vma->vm_end);
        if ((vma->vm_flags & (VM_IO | VM_PFNMAP)) != 0) {
            start = stop;
            continue;
        }
        start = std::max(start, vm_start_seen(vma));
        const long pages = populate_vma_page_range(vma, start, stop);
        if (pages < 0 && !ignore_errors) {
            error = static_cast<int>(pages);
            break;
        }
        start = pages < 0 ? stop : start + static_cast<unsigned long>(pages) * PAGE_SIZE;
    }
    up_read(&mm->mmap_sem);
    return error;
}

void mm_populate(unsigned long start, unsigned long len) { __mm_populate(start, len, true); }

int get_user_pages(unsigned long address, bool write, struct page*& page) {
    struct mm_struct* mm = current_mm();
    const unsigned flags = FOLL_GET | FOLL_TOUCH | (write ? FOLL_WRITE : 0U);
    followed_page found = {nullptr, 0, 0};
    int error = -EFAULT;
    down_read(&mm->mmap_sem);
    struct vm_area_struct* vma = find_extend_vma(mm, address);
    if (vma != nullptr && check_vma_flags(vma, flags) == 0) {
        error = user_page_at(vma, address & PAGE_MASK, flags, found);
    }
    up_read(&mm->mmap_sem);
    page = found.page;
    return error;
}

}  // namespace heddle
