// SPDX-License-Identifier: Apache-2.0
// What a path promises when it returns: B9, B10, E4, E5.
#include <algorithm>

#include "model/ghost.h"
#include "model/invariant_checks.h"
#include "model/mm.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

bool is_locked(const struct vm_area_struct& vma) { return (vma.vm_flags & VM_LOCKED) != 0; }

pte_t entry_at(const struct mm_struct& mm, unsigned long address) {
    return mm.pgd[address >> this_machine().pmd_shift].entries.peek().pte[pte_index(address)];
}

// The page that the entry at the address maps, of a huge page the head; null if there is none.
const struct page* page_at(const struct mm_struct& mm, unsigned long address) {
    const unsigned long table = address >> this_machine().pmd_shift;
    if (has_huge_pages() && pmd_trans_huge(pmd_of(&mm, table))) {
        return pmd_page(pmd_of(&mm, table));
    }
    const pte_t pte = entry_at(mm, address);
    return pte_present(pte) ? vm_normal_page(pte) : nullptr;
}

// The page is of the vma's file, or of an anon_vma in whose tree the vma is.
bool may_map(const struct vm_area_struct& vma, const struct page& page) {
    return !is_anon(page.mapping)
               ? vma.vm_file == page.mapping
               : is_ksm(page.mapping) || is_in_tree(anon_vma_of(page.mapping)->rb_root, &vma);
}

// The entry maps the page or is one of its migration. While another task holds its ptl it may be
// neither, on the way from the one to the other.
bool has_entry_of(const struct vm_area_struct& vma, unsigned long address,
                  const struct page* page) {
    const unsigned long table = address >> this_machine().pmd_shift;
    if (has_huge_pages() && pmd_trans_huge(pmd_of(vma.vm_mm, table))) {
        return pmd_page(pmd_of(vma.vm_mm, table)) == page;
    }
    const pte_t pte = entry_at(*vma.vm_mm, address);
    const spinlock_t* ptl = pte_lockptr(vma.vm_mm, address);
    if (pte_none(pte)) {
        return linear_page_index(&vma, address) == page->index && may_map(vma, *page) &&
               spin_is_locked(ptl) && !spin_is_held(ptl);
    }
    return pte_present(pte) ? vm_normal_page(pte) == page
                            : is_migration_entry(pte) && migration_entry_to_page(pte) == page;
}

// A VM_LOCKED vma maps the page, or will again when its migration is over: PG_mlocked stays until
// the last entry is gone.
bool is_in_a_locked_vma(const struct page* page) {
    return std::any_of(vmas().begin(), vmas().end(), [page](const struct vm_area_struct& vma) {
        bool found = false;
        if (vma.vm_mm != nullptr && is_locked(vma)) {
            for (unsigned long at = vma.vm_start; at < vma.vm_end; at += PAGE_SIZE) {
                found = found || has_entry_of(vma, at, page);
            }
        }
        return found;
    });
}

// Another munlock comes to the page: for a vma that has it mapped, or had it until a write.
bool is_to_be_munlocked(const struct page* page) {
    return page->ghost.to_munlock != 0 ||
           std::any_of(mms().begin(), mms().end(), [page](const struct mm_struct& mm) {
               for (unsigned long at = 0; mm.ghost.to_munlock >> (at >> PAGE_SHIFT) != 0;
                    at += PAGE_SIZE) {
                   if ((mm.ghost.to_munlock >> (at >> PAGE_SHIFT) & 1U) != 0 &&
                       page_at(mm, at) == page) {
                       return true;
                   }
               }
               return false;
           });
}

// Truncation, which takes the page from one vma after the other, may have been at the VM_LOCKED one
// already: PG_mlocked goes with the last.
bool is_being_truncated(const struct vm_area_struct& vma, unsigned long address) {
    return vma.vm_file != nullptr && linear_page_index(&vma, address) >= vma.vm_file->i_size;
}

}  // namespace

void ghost_munlock_starts(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    struct mm_ghost& ghost = vma->vm_mm->ghost;
    ghost.to_munlock = static_cast<unsigned short>(ghost.to_munlock | page_bits(start, end));
}

void ghost_munlock_passes(struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    struct mm_ghost& ghost = vma->vm_mm->ghost;
    ghost.to_munlock = static_cast<unsigned short>(ghost.to_munlock & ~page_bits(start, end));
}

void ghost_munlock_ends(const struct vm_area_struct* vma, unsigned long start, unsigned long end) {
    for (unsigned long at = start; at < end; at += PAGE_SIZE) {
        const struct page* page = page_at(*vma->vm_mm, at);
        page = page == nullptr ? nullptr : peek_head(page);
        if (page != nullptr && flag(*page, PG_mlocked) && !is_in_a_locked_vma(page) &&
            !is_to_be_munlocked(page) && !is_being_truncated(*vma, at)) {
            fail({.claim = "B9",
                  .formula = "munlock leaves no page with PG_mlocked that nobody else has locked",
                  .object = page});
        }
    }
}

void ghost_copy_replaces(struct page* page, const struct vm_area_struct* vma) {
    if (is_locked(*vma)) {
        ++page->ghost.to_munlock;
    }
}

void ghost_copy_has_replaced(struct page* page, const struct vm_area_struct* vma) {
    if (is_locked(*vma)) {
        --page->ghost.to_munlock;
    }
}

void ghost_require_mlocked(const struct page* page) {
    if (!flag(*page, PG_mlocked)) {
        fail({.claim = "B10",
              .formula = "mlock_vma_page() sets PG_mlocked, or finds it set",
              .object = page});
    }
}

void ghost_require_nothing_locked(const struct mm_struct* mm) {
    const bool has_a_locked_vma = std::any_of(vmas().begin(), vmas().end(), [mm](const auto& vma) {
        return vma.vm_mm == mm && is_locked(vma);
    });
    if (mm->locked_vm != 0 || has_a_locked_vma || (mm->def_flags & VM_LOCKED_MASK) != 0) {
        fail({.claim = "E4",
              .formula = "after fork() nothing is locked in the child, nor will be by itself",
              .left = mm->locked_vm,
              .object = &mm->locked_vm});
    }
}

void ghost_require_within_limit(struct mm_struct* mm, unsigned long start, unsigned long end) {
    // What is locked already is not locked once more.
    unsigned long pages = (end - start) >> PAGE_SHIFT;
    for (const struct vm_area_struct& vma : vmas()) {
        const unsigned long from = std::max<unsigned long>(start, vma.vm_start);
        const unsigned long to = std::min<unsigned long>(end, vma.vm_end);
        pages -= vma.vm_mm == mm && is_locked(vma) && from < to ? (to - from) >> PAGE_SHIFT : 0;
    }
    const long locked = static_cast<int>(mm->locked_vm.value) + static_cast<long>(pages);
    const unsigned long limit = mm->memlock_limit >> PAGE_SHIFT;
    const bool unlimited = mm->memlock_limit == ~0U || mm->cap_ipc_lock;
    if (!unlimited && locked > static_cast<long>(limit)) {
        fail({.claim = "E5",
              .formula = "mlock() grants what keeps locked_vm within RLIMIT_MEMLOCK",
              .left = static_cast<std::uint64_t>(locked),
              .right = limit,
              .object = &mm->locked_vm});
    }
}

}  // namespace heddle
