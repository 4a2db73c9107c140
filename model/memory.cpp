// SPDX-License-Identifier: Apache-2.0
#include "model/memory.h"

#include <cerrno>

#include "model/filemap.h"
#include "model/huge_memory.h"
#include "model/migrate.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/swapfile.h"

namespace heddle {

namespace {

bool is_writable(const struct vm_area_struct* vma) { return (vma->vm_flags & VM_WRITE) != 0; }
bool is_accessible(const struct vm_area_struct* vma) {
    return (vma->vm_flags & (VM_READ | VM_WRITE)) != 0;
}
bool is_shared(const struct vm_area_struct* vma) { return (vma->vm_flags & VM_SHARED) != 0; }

// The entry of a new page of the vma's own: young, and dirty if it may be written.
pte_t own_pte(const struct vm_area_struct* vma, const struct page* page) {
    const pte_t pte = mk_pte(page, 0);
    return is_writable(vma) ? pte_mkwrite(pte) : pte;
}

// Under the ptl. The entry is written last: who finds it finds everything else done.
void map_new_anon_page(struct vm_area_struct* vma, unsigned long address, struct page* page) {
    page_add_new_anon_rmap(page, vma, address);
    ghost([&] { ghost_transfer(page, Holder::pin, Holder::map); });
    lru_cache_add_active_or_unevictable(page, vma);
    set_pte_at(vma->vm_mm, address, own_pte(vma, page));
}

unsigned do_anonymous_page(struct vm_area_struct* vma, unsigned long address, unsigned flags) {
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    if (check_stack_guard_page(vma, address) < 0) {
        return VM_FAULT_SIGSEGV;
    }
    if ((flags & FAULT_FLAG_WRITE) == 0) {
        spin_lock(ptl);
        if (pte_none(pte_at(vma->vm_mm, address))) {
            set_pte_at(vma->vm_mm, address, zero_page_pte);
        }
        spin_unlock(ptl);
        return 0;
    }
    struct page* page = anon_vma_prepare(vma) == 0 ? alloc_page() : nullptr;
    if (page == nullptr) {
        return VM_FAULT_OOM;
    }
    SetPageUptodate(page);
    spin_lock(ptl);
    const bool still_none = pte_none(pte_at(vma->vm_mm, address));
    if (still_none) {
        map_new_anon_page(vma, address, page);
    }
    spin_unlock(ptl);
    if (!still_none) {
        put_page(page, Holder::pin);
    }
    return 0;
}

// The page of the file is mapped as it is: a read, or a shared write.
unsigned do_file_fault(struct vm_area_struct* vma, unsigned long address, unsigned flags) {
    struct page* page = nullptr;
    const unsigned error = filemap_fault(vma->vm_file, linear_page_index(vma, address), page);
    if (error != 0) {
        return error;
    }
    if (PageTransCompound(page) && do_set_pmd(vma, address, page)) {
        unlock_page(page);
        return 0;
    }
    // Another fault has mapped the huge page meanwhile.
    if (has_huge_pages() && !pte_alloc(vma->vm_mm, address)) {
        unlock_page(page);
        put_page(page, Holder::pin);
        return 0;
    }
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    spin_lock(ptl);
    const bool still_none = pte_none(pte_at(vma->vm_mm, address));
    if (still_none) {
        // Not mlocked here, whatever the vma: that is for populate, or for reclaim.
        page_add_file_rmap(page);
        ghost([&] { ghost_transfer(page, Holder::pin, Holder::map); });
        const pte_t pte = mk_pte(page, 0);
        const bool write = (flags & FAULT_FLAG_WRITE) != 0;
        set_pte_at(vma->vm_mm, address, write ? pte_mkwrite(pte) : pte);
    }
    spin_unlock(ptl);
    if (still_none && (flags & FAULT_FLAG_WRITE) != 0) {
        SetPageDirty(page);
    }
    unlock_page(page);
    if (!still_none) {
        put_page(page, Holder::pin);
    }
    return 0;
}

// A private write to a page of a file that is not mapped yet.
unsigned do_cow_fault(struct vm_area_struct* vma, unsigned long address) {
    struct page* copy = anon_vma_prepare(vma) == 0 ? alloc_page() : nullptr;
    if (copy == nullptr) {
        return VM_FAULT_OOM;
    }
    struct page* page = nullptr;
    const unsigned error = filemap_fault(vma->vm_file, linear_page_index(vma, address), page);
    if (error != 0) {
        put_page(copy, Holder::pin);
        return error;
    }
    SetPageUptodate(copy);
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    spin_lock(ptl);
    const bool still_none = pte_none(pte_at(vma->vm_mm, address));
    if (still_none) {
        map_new_anon_page(vma, address, copy);
    }
    spin_unlock(ptl);
    unlock_page(page);
    put_page(page, Holder::pin);
    if (!still_none) {
        put_page(copy, Holder::pin);
    }
    return 0;
}

// Takes the VM_LOCKED vma's mark off the page it no longer maps.
void munlock_old_page(struct vm_area_struct* vma, struct page* page) {
    if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0) {
        lock_page(page);
        if (PageMlocked(page)) {
            munlock_vma_page(page);
        }
        unlock_page(page);
    }
}

// The ptl is held at entry and free at the end. `old_page` (null: the zero page) is pinned.
unsigned wp_page_copy(struct vm_area_struct* vma, unsigned long address, pte_t orig_pte,
                      struct page* old_page) {
    struct page* new_page = anon_vma_prepare(vma) == 0 ? alloc_page() : nullptr;
    if (new_page == nullptr) {
        if (old_page != nullptr) {
            put_page(old_page, Holder::pin);
        }
        return VM_FAULT_OOM;
    }
    ghost([&] { ghost_copy_content(new_page, old_page); });
    SetPageUptodate(new_page);
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    spin_lock(ptl);
    const bool copied = pte_at(vma->vm_mm, address) == orig_pte;
    if (copied) {
        map_new_anon_page(vma, address, new_page);
        ghost([&] {
            if (old_page != nullptr) {
                ghost_copy_replaces(old_page, vma);
            }
        });
        // Only after the entry has changed may the old page look unmapped.
        if (old_page != nullptr) {
            page_remove_rmap(old_page);
            ghost([&] { ghost_transfer(old_page, Holder::map, Holder::pin); });
        }
    }
    struct page* not_needed = copied ? old_page : new_page;
    if (not_needed != nullptr) {
        put_page(not_needed, Holder::pin);
    }
    spin_unlock(ptl);
    if (old_page != nullptr) {
        if (copied) {
            munlock_old_page(vma, old_page);
            ghost([&] { ghost_copy_has_replaced(old_page, vma); });
        }
        put_page(old_page, Holder::pin);
    }
    return copied ? VM_FAULT_WRITE : 0U;
}

// wp_page_shared() and the part of wp_page_reuse() after it. The ptl is held at entry and free at
// the end.
unsigned wp_page_shared(struct vm_area_struct* vma, unsigned long address, pte_t orig_pte,
                        struct page* page) {
    get_page(page, Holder::pin);
    set_pte_at(vma->vm_mm, address, pte_mkwrite(orig_pte));
    spin_unlock(pte_lockptr(vma->vm_mm, address));
    lock_page(page);
    SetPageDirty(page);
    unlock_page(page);
    put_page(page, Holder::pin);
    return VM_FAULT_WRITE;
}

enum class Reuse { no, yes, entry_has_changed };

// Whether an anonymous page is the vma's alone, for which the page lock is needed. Under the ptl,
// which is given back for the time of a wait.
Reuse reuse_anon_page(struct vm_area_struct* vma, unsigned long address, pte_t orig_pte,
                      struct page* page) {
    spinlock_t* ptl = pte_lockptr(vma->vm_mm, address);
    if (!trylock_page(page)) {
        get_page(page, Holder::pin);
        spin_unlock(ptl);
        lock_page(page);
        spin_lock(ptl);
        if (pte_at(vma->vm_mm, address) != orig_pte) {
            unlock_page(page);
            spin_unlock(ptl);
            put_page(page, Holder::pin);
            return Reuse::entry_has_changed;
        }
        put_page(page, Holder::pin);
    }
    int total_mapcount = 0;
    const bool reuse = reuse_swap_page(page, &total_mapcount);
    if (reuse && total_mapcount == 1) {
        page_move_anon_rmap(page, vma);
    }
    unlock_page(page);
    return reuse ? Reuse::yes : Reuse::no;
}

}  // namespace

unsigned do_wp_page(struct vm_area_struct* vma, unsigned long address, pte_t orig_pte) {
    struct mm_struct* mm = vma->vm_mm;
    spinlock_t* ptl = pte_lockptr(mm, address);
    struct page* page = vm_normal_page(orig_pte);
    if (page != nullptr && PageAnon(page) && !PageKsm(page)) {
        const Reuse reuse = reuse_anon_page(vma, address, orig_pte, page);
        if (reuse == Reuse::entry_has_changed) {
            return 0;
        }
        if (reuse == Reuse::yes) {
            set_pte_at(mm, address, pte_mkwrite(orig_pte));
            spin_unlock(ptl);
            return VM_FAULT_WRITE;
        }
    } else if (page != nullptr && is_shared(vma)) {
        return wp_page_shared(vma, address, orig_pte, page);
    }
    if (page != nullptr) {
        get_page(page, Holder::pin);
    }
    spin_unlock(ptl);
    return wp_page_copy(vma, address, orig_pte, page);
}

namespace {

unsigned do_fault(struct vm_area_struct* vma, unsigned long address, unsigned flags) {
    if (vma->vm_file == nullptr) {
        return do_anonymous_page(vma, address, flags);
    }
    const bool private_write = (flags & FAULT_FLAG_WRITE) != 0 && !is_shared(vma);
    return private_write ? do_cow_fault(vma, address) : do_file_fault(vma, address, flags);
}

}  // namespace

unsigned handle_mm_fault(struct vm_area_struct* vma, unsigned long address, unsigned flags) {
    struct mm_struct* mm = vma->vm_mm;
    if (has_huge_pages()) {
        if (const std::optional<unsigned> ret = handle_huge_fault(vma, address, flags)) {
            return *ret;
        }
    }
    const pte_t entry = pte_peek(mm, address);
    if (pte_none(entry)) {
        return do_fault(vma, address, flags);
    }
    if (is_swap_entry(entry)) {
        return do_swap_page(vma, address, flags, entry);
    }
    if (is_hwpoison_entry(entry)) {
        return VM_FAULT_SIGBUS;
    }
    if (is_migration_entry(entry)) {
        migration_entry_wait(mm, address);
        return 0;
    }
    spinlock_t* ptl = pte_lockptr(mm, address);
    spin_lock(ptl);
    if (pte_at(mm, address) == entry) {
        const bool write = (flags & FAULT_FLAG_WRITE) != 0;
        if (write && !pte_write(entry)) {
            return do_wp_page(vma, address, entry);
        }
        const pte_t accessed = write ? pte_mkwrite(entry) : pte_mkyoung(entry);
        if (accessed != entry) {
            set_pte_at(mm, address, accessed);
        }
    }
    spin_unlock(ptl);
    return 0;
}

namespace {

// The vma with the address, for which a stack may have to grow; null: the access is an error.
struct vm_area_struct* vma_for_access(struct mm_struct* mm, unsigned long address, bool write) {
    struct vm_area_struct* vma = find_vma(mm, address);
    if (vma == nullptr) {
        return nullptr;
    }
    if (vm_start_seen(vma) > address &&
        ((vma->vm_flags & VM_GROWSDOWN) == 0 || expand_stack(vma, address) != 0)) {
        return nullptr;
    }
    return (write ? is_writable(vma) : is_accessible(vma)) ? vma : nullptr;
}

// What do_page_fault() of the architecture does, in short.
int do_page_fault(struct mm_struct* mm, unsigned long address, bool write) {
    int error = -EFAULT;
    down_read(&mm->mmap_sem);
    struct vm_area_struct* vma = vma_for_access(mm, address, write);
    if (vma != nullptr) {
        const unsigned fault = handle_mm_fault(vma, address, write ? FAULT_FLAG_WRITE : 0U);
        error = (fault & VM_FAULT_OOM) != 0                           ? -ENOMEM
                : (fault & (VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV)) != 0 ? -EFAULT
                                                                      : 0;
    }
    up_read(&mm->mmap_sem);
    return error;
}

}  // namespace

int do_user_access(unsigned long address, bool write) {
    struct mm_struct* mm = current_mm();
    for (unsigned faults = 1;; ++faults) {
        ghost([&] { ghost_require_end(faults); });
        const int error = do_page_fault(mm, address, write);
        if (error != 0) {
            return error;
        }
        // The bits of both kinds of entries are the same.
        const pmd_t pmd = pmd_peek(mm, address);
        const pte_t pte = pmd == page_table_pmd ? pte_peek(mm, address) : pmd;
        if (pte_present(pte) && (!write || pte_write(pte))) {
            ghost([&] { ghost_access_content(mm, address, pte, write); });
            return 0;
        }
    }
}

}  // namespace heddle
