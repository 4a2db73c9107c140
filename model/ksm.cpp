// SPDX-License-Identifier: Apache-2.0
#include "model/ksm.h"

#include <cerrno>

#include "model/fixes.h"
#include "model/ghost.h"
#include "model/gup.h"
#include "model/memory.h"
#include "model/mlock.h"
#include "model/mmap.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/swapfile.h"

namespace heddle {

namespace {

bool ksm_test_exit(struct mm_struct* mm) { return atomic_read(&mm->mm_users) == 0; }

// A place that ksmd has found, and the anon_vma it holds a reference to once it has merged it.
struct place {
    struct mm_struct* mm;
    unsigned long address;
    struct anon_vma* anon_vma;
};

// mmap_sem is held.
struct vm_area_struct* find_mergeable_vma(struct mm_struct* mm, unsigned long address) {
    if (ksm_test_exit(mm)) {
        return nullptr;
    }
    struct vm_area_struct* vma = find_vma(mm, address);
    // A fault may be about to give it one.
    const bool mergeable =
        vma != nullptr && vma->vm_start <= address && READ_ONCE(vma->anon_vma.raw()) != 0;
    return mergeable ? vma : nullptr;
}

// Pinned; null if there is no anonymous page.
struct page* get_mergeable_page(const struct place& at) {
    struct page* page = nullptr;
    down_read(&at.mm->mmap_sem);
    struct vm_area_struct* vma = find_mergeable_vma(at.mm, at.address);
    if (vma != nullptr) {
        page = follow_page_mask(vma, at.address, FOLL_GET).page;
        if (page != nullptr && !PageAnon(page)) {
            put_page(page, Holder::pin);
            page = nullptr;
        }
    }
    up_read(&at.mm->mmap_sem);
    return page;
}

// mm/rmap.c: page_address_in_vma(). False if the page cannot be there.
bool page_address_in_vma(const struct page* page, const struct vm_area_struct* vma,
                         unsigned long& address) {
    const unsigned index = page_to_pgoff(page);
    address = vma->vm_start + ((index - vma->vm_pgoff) * PAGE_SIZE);
    return has_index(vma, index);
}

// From here on nobody changes the contents without a fault. Refused while anybody holds a reference
// who might be writing: get_user_pages() takes one, which no entry tells of.
int write_protect_page(struct vm_area_struct* vma, struct page* page, pte_t& orig_pte) {
    struct mm_struct* mm = vma->vm_mm;
    unsigned long address = 0;
    if (!page_address_in_vma(page, vma, address) || !page_check_address(page, mm, address, false)) {
        return -EFAULT;
    }
    int error = 0;
    orig_pte = pte_at(mm, address);
    if (pte_write(orig_pte) || pte_dirty(orig_pte)) {
        const int swapped = PageSwapCache(page) ? 1 : 0;
        // Cleared while it counts, so that get_user_pages_fast() gets no further reference.
        set_pte_at(mm, address, 0);
        if (page_mapcount(page) + 1 + swapped != page_count(page)) {
            error = -EFAULT;
        } else {
            if (pte_dirty(orig_pte)) {
                SetPageDirty(page);
            }
            orig_pte = pte_mkclean(pte_wrprotect(orig_pte));
        }
        set_pte_at(mm, address, orig_pte);
    }
    spin_unlock(pte_lockptr(mm, address));
    return error;
}

// memcmp_pages(): the contents of pages are counts of writes (R4).
bool pages_identical(const struct page* page, const struct page* kpage) {
    const bool same = page->ghost.content == kpage->ghost.content;
    observe(same ? 1 : 0);
    return same;
}

int replace_page(struct vm_area_struct* vma, struct page* page, struct page* kpage,
                 pte_t orig_pte) {
    struct mm_struct* mm = vma->vm_mm;
    unsigned long address = 0;
    if (!page_address_in_vma(page, vma, address)) {
        return -EFAULT;
    }
    spin_lock(pte_lockptr(mm, address));
    if (pte_at(mm, address) != orig_pte) {
        spin_unlock(pte_lockptr(mm, address));
        return -EFAULT;
    }
    get_page(kpage, Holder::map);
    page_add_anon_rmap(kpage, vma, address);
    set_pte_at(mm, address, mk_pte(kpage, 0));
    ghost([&] {
        ghost_copy_replaces(page, vma);
        ghost_transfer(page, Holder::map, Holder::pin);
    });
    page_remove_rmap(page);
    if (!page_mapped(page)) {
        try_to_free_swap(page);
    }
    put_page(page, Holder::pin);
    spin_unlock(pte_lockptr(mm, address));
    return 0;
}

bool is_mapped_at(const struct page* page, struct mm_struct* mm, unsigned long address) {
    const bool mapped = page_check_address(page, mm, address, true);
    if (mapped) {
        spin_unlock(pte_lockptr(mm, address));
    }
    return mapped;
}

// The mark of a VM_LOCKED vma goes from the page, which is locked and which the vma no longer maps,
// to the KSM page. Returns which of them is locked in the end.
struct page* move_mlock(struct page* page, struct page* kpage, struct vm_area_struct* vma) {
    if (!has(Fix::ksm_moves_mlock)) {
        return page;
    }
    unsigned long address = 0;
    page_address_in_vma(page, vma, address);
    munlock_vma_page(page);
    // Without kpage's lock: who clears the flag right behind us has looked for this vma, and not
    // found it in the stable node yet. Reclaim will.
    if (PageMlocked(kpage)) {
        return page;
    }
    unlock_page(page);
    lock_page(kpage);
    // A write may have taken the vma's entry meanwhile and found nothing to munlock. One that comes
    // now waits for the lock.
    if (!has(Fix::ksm_mlocks_what_is_mapped) || is_mapped_at(kpage, vma->vm_mm, address)) {
        mlock_vma_page(kpage);
    }
    return kpage;
}

// Under mmap_sem. Without `kpage` the page itself becomes the KSM page.
int try_to_merge_one_page(struct vm_area_struct* vma, struct page* page, struct page* kpage) {
    if (page == kpage) {
        return 0;
    }
    if (!PageAnon(page) || !trylock_page(page)) {
        return -EFAULT;
    }
    pte_t orig_pte = 0;
    int error = write_protect_page(vma, page, orig_pte);
    struct page* locked = page;
    if (error == 0 && kpage == nullptr) {
        // Nobody finds the entry by the reverse map until the page has a stable node.
        set_page_stable_node(page, nullptr);
        mark_page_accessed(page);
        // Its entries will be clean: reclaim would free it without writing it out.
        if (!PageDirty(page)) {
            SetPageDirty(page);
        }
    } else if (error == 0) {
        error = pages_identical(page, kpage) ? replace_page(vma, page, kpage, orig_pte) : -EFAULT;
        if (error == 0) {
            if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0) {
                locked = move_mlock(page, kpage, vma);
            }
            ghost([&] { ghost_copy_has_replaced(page, vma); });
        }
    }
    unlock_page(locked);
    return error;
}

// Once merged, the place has a reference to the anon_vma.
int try_to_merge_with_ksm_page(struct place& at, struct page* page, struct page* kpage) {
    down_read(&at.mm->mmap_sem);
    struct vm_area_struct* vma = find_mergeable_vma(at.mm, at.address);
    const int error = vma == nullptr ? -EFAULT : try_to_merge_one_page(vma, page, kpage);
    if (error == 0) {
        at.anon_vma = vma->anon_vma;
        atomic_inc(&at.anon_vma->refcount);
        // Ghost: the vma has one too, for as long as mmap_sem is held.
        ghost([&] { BUG_ON(at.anon_vma->refcount.counter <= 1); });
    }
    up_read(&at.mm->mmap_sem);
    return error;
}

// Faults until the vma has its own copy. mmap_sem is held.
int break_ksm(struct vm_area_struct* vma, unsigned long address) {
    for (unsigned faults = 0;; ++faults) {
        ghost([&] { ghost_require_end(faults); });
        struct page* page = follow_page_mask(vma, address, FOLL_GET | FOLL_MIGRATION).page;
        if (page == nullptr) {
            return 0;
        }
        const bool ksm = PageKsm(page);
        const unsigned result = ksm ? handle_mm_fault(vma, address, FAULT_FLAG_WRITE) : 0;
        put_page(page, Holder::pin);
        if ((result & VM_FAULT_OOM) != 0) {
            return -ENOMEM;
        }
        if (!ksm || (result & VM_FAULT_WRITE) != 0) {
            return 0;
        }
    }
}

void break_cow(const struct place& at) {
    put_anon_vma(at.anon_vma);
    down_read(&at.mm->mmap_sem);
    struct vm_area_struct* vma = find_mergeable_vma(at.mm, at.address);
    if (vma != nullptr) {
        break_ksm(vma, at.address);
    }
    up_read(&at.mm->mmap_sem);
}

// The KSM page is locked.
void stable_tree_append(const struct place& at, struct stable_node* stable_node) {
    BUG_ON(stable_node->nr_items == rmap_items_max);
    struct rmap_item& item = stable_node->items[stable_node->nr_items++];
    item.mm = at.mm;
    item.anon_vma = at.anon_vma;
    item.page = static_cast<unsigned char>(at.address >> PAGE_SHIFT);
}

// Makes the node that the locked page gets. ksmd is the only one who makes any.
struct stable_node* stable_tree_insert(struct page* kpage) {
    struct stable_node* free = this_machine().ksm.nodes;
    while (free->in_use != 0) {
        ++free;
    }
    BUG_ON(free >= this_machine().ksm.nodes + this_machine().ksm.nr_nodes);
    free->in_use = 1;
    set_page_stable_node(kpage, free);
    return free;
}

void merge_with_stable_page(struct place& at, struct page* page, struct page* kpage) {
    if (try_to_merge_with_ksm_page(at, page, kpage) == 0) {
        lock_page(kpage);
        stable_tree_append(at, page_stable_node(kpage));
        unlock_page(kpage);
    }
}

void try_to_merge_two_pages(struct place& at, struct page* page, struct place& tree_at,
                            struct page* tree_page) {
    if (try_to_merge_with_ksm_page(at, page, nullptr) != 0) {
        return;
    }
    if (try_to_merge_with_ksm_page(tree_at, tree_page, page) != 0) {
        break_cow(at);
        return;
    }
    lock_page(page);
    struct stable_node* stable_node = stable_tree_insert(page);
    stable_tree_append(tree_at, stable_node);
    stable_tree_append(at, stable_node);
    unlock_page(page);
}

}  // namespace

void ksm_merge(struct mm_struct* mm, unsigned long address, struct mm_struct* other_mm,
               unsigned long other_address) {
    struct place at = {mm, address, nullptr};
    struct place other = {other_mm, other_address, nullptr};
    struct page* page = get_mergeable_page(at);
    if (page == nullptr) {
        return;
    }
    struct page* other_page = PageKsm(page) ? nullptr : get_mergeable_page(other);
    if (other_page != nullptr) {
        if (PageKsm(other_page)) {
            merge_with_stable_page(at, page, other_page);
        } else if (other_page != page) {
            try_to_merge_two_pages(at, page, other, other_page);
        }
        put_page(other_page, Holder::pin);
    }
    put_page(page, Holder::pin);
}

int unmerge_ksm_pages(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    int error = 0;
    for (unsigned long at = start; at < end && error == 0; at += PAGE_SIZE) {
        error = break_ksm(vma, at);
    }
    return error;
}

void ksm_exit(struct mm_struct* mm) {
    down_write(&mm->mmap_sem);
    up_write(&mm->mmap_sem);
}

}  // namespace heddle
