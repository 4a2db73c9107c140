// SPDX-License-Identifier: Apache-2.0
#include "model/huge_memory.h"

#include <algorithm>

#include "model/gup.h"
#include "model/memory.h"
#include "model/mlock.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"

namespace heddle {

// ---- faults

namespace {

pmd_t own_pmd(const struct vm_area_struct* vma, const struct page* page) {
    const pmd_t pmd = mk_huge_pmd(page, 0);
    return (vma->vm_flags & VM_WRITE) != 0 ? pte_mkwrite(pmd) : pmd;
}

}  // namespace

int page_trans_huge_mapcount(const struct page* page, int* total_mapcount) {
    if (!PageTransCompound(page)) {
        *total_mapcount = atomic_read(&page->_mapcount) + 1;
        return *total_mapcount;
    }
    page = compound_head(page);
    int ret = 0;
    *total_mapcount = 0;
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        const int mapcount = atomic_read(&page[i]._mapcount) + 1;
        ret = std::max(ret, mapcount);
        *total_mapcount += mapcount;
    }
    if (PageDoubleMap(page)) {
        --ret;
        *total_mapcount -= static_cast<int>(hpage_pmd_nr());
    }
    const int compound = compound_mapcount(page);
    *total_mapcount += compound;
    return ret + compound;
}

void map_new_huge_page(struct vm_area_struct* vma, unsigned long haddr, struct page* page) {
    page_add_new_anon_compound_rmap(page, vma, haddr);
    ghost([&] { ghost_transfer(page, Holder::pin, Holder::map); });
    lru_cache_add_active_or_unevictable(page, vma);
    set_pmd_at(vma->vm_mm, haddr, own_pmd(vma, page));
}

bool transparent_hugepage_enabled(const struct vm_area_struct* vma, unsigned long address) {
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    return (vma->vm_flags & VM_HUGEPAGE) != 0 && haddr >= vma->vm_start &&
           haddr + HPAGE_PMD_SIZE() <= vma->vm_end;
}

bool do_huge_pmd_anonymous_page(struct vm_area_struct* vma, unsigned long address, bool write) {
    struct mm_struct* mm = vma->vm_mm;
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    const bool prepared = anon_vma_prepare(vma) == 0;
    if (prepared && !write) {
        spin_lock(pmd_lockptr(mm));
        if (pmd_none(pmd_at(mm, haddr))) {
            set_pmd_at(mm, haddr, huge_zero_pmd);
        }
        spin_unlock(pmd_lockptr(mm));
        return true;
    }
    struct page* page = prepared ? alloc_hugepage() : nullptr;
    if (page == nullptr) {
        return false;
    }
    SetPageUptodate(page);
    spin_lock(pmd_lockptr(mm));
    const bool still_none = pmd_none(pmd_at(mm, haddr));
    if (still_none) {
        map_new_huge_page(vma, haddr, page);
    }
    spin_unlock(pmd_lockptr(mm));
    if (!still_none) {
        put_page(page, Holder::pin);
    }
    return true;
}

namespace {

// No huge page is to be had for the copy: copies in small pages. False if there is no memory for
// them either. `page` is pinned.
bool do_huge_pmd_wp_page_fallback(struct vm_area_struct* vma, unsigned long haddr, pmd_t orig_pmd,
                                  struct page* page) {
    struct mm_struct* mm = vma->vm_mm;
    page_slot pages[PTRS_PER_PTE] = {};
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        pages[i] = alloc_page();
        if (pages[i] == nullptr) {
            release_pages(pages, i, Holder::pin);
            return false;
        }
        SetPageUptodate(pages[i]);
    }
    spin_lock(pmd_lockptr(mm));
    if (pmd_at(mm, haddr) != orig_pmd) {
        spin_unlock(pmd_lockptr(mm));
        release_pages(pages, hpage_pmd_nr(), Holder::pin);
        return true;
    }
    // The page table is nobody else's before the pmd points to it.
    struct ptes& table = pmd_offset(mm, haddr)->entries.value;
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        page_add_new_anon_rmap(pages[i], vma, haddr + i * PAGE_SIZE);
        ghost([&] { ghost_transfer(pages[i], Holder::pin, Holder::map); });
        lru_cache_add_active_or_unevictable(pages[i], vma);
        table.pte[i] = pte_mkwrite(mk_pte(pages[i], 0));
    }
    smp_wmb();
    set_pmd_at(mm, haddr, page_table_pmd);
    ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
    page_remove_compound_rmap(page);
    spin_unlock(pmd_lockptr(mm));
    put_page(page, Holder::pin);
    return true;
}

unsigned copy_in_small_pages(struct vm_area_struct* vma, unsigned long haddr, pmd_t orig_pmd,
                             struct page* page) {
    const bool done = do_huge_pmd_wp_page_fallback(vma, haddr, orig_pmd, page);
    if (!done) {
        split_huge_pmd_address(vma, haddr, nullptr, PmdSplit::keep);
    }
    put_page(page, Holder::pin);
    return done ? VM_FAULT_WRITE : VM_FAULT_FALLBACK;
}

// A write to the huge zero page: a huge page in its place, or zero pages by ptes, to be written to
// one by one.
unsigned do_huge_pmd_wp_zero_page(struct vm_area_struct* vma, unsigned long address) {
    struct mm_struct* mm = vma->vm_mm;
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    struct page* page = transparent_hugepage_enabled(vma, address) ? alloc_hugepage() : nullptr;
    if (page == nullptr) {
        split_huge_pmd_address(vma, haddr, nullptr, PmdSplit::keep);
        return VM_FAULT_FALLBACK;
    }
    SetPageUptodate(page);
    spin_lock(pmd_lockptr(mm));
    const bool same = is_huge_zero_pmd(pmd_at(mm, haddr));
    if (same) {
        map_new_huge_page(vma, haddr, page);
    }
    spin_unlock(pmd_lockptr(mm));
    if (!same) {
        put_page(page, Holder::pin);
    }
    return same ? VM_FAULT_WRITE : 0U;
}

}  // namespace

unsigned do_huge_pmd_wp_page(struct vm_area_struct* vma, unsigned long address, pmd_t orig_pmd) {
    struct mm_struct* mm = vma->vm_mm;
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    struct page* page = pmd_page(orig_pmd);

    if (page == nullptr) {
        return do_huge_pmd_wp_zero_page(vma, address);
    }
    spin_lock(pmd_lockptr(mm));
    if (pmd_at(mm, haddr) != orig_pmd) {
        spin_unlock(pmd_lockptr(mm));
        return 0;
    }
    if (int total_mapcount = 0; page_trans_huge_mapcount(page, &total_mapcount) == 1) {
        set_pmd_at(mm, haddr, pte_mkwrite(orig_pmd));
        spin_unlock(pmd_lockptr(mm));
        return VM_FAULT_WRITE;
    }
    get_page(page, Holder::pin);
    spin_unlock(pmd_lockptr(mm));
    struct page* new_page = transparent_hugepage_enabled(vma, address) ? alloc_hugepage() : nullptr;
    if (new_page == nullptr) {
        return copy_in_small_pages(vma, haddr, orig_pmd, page);
    }
    SetPageUptodate(new_page);
    spin_lock(pmd_lockptr(mm));
    put_page(page, Holder::pin);
    const bool same = pmd_at(mm, haddr) == orig_pmd;
    if (same) {
        map_new_huge_page(vma, haddr, new_page);
        // The old page stays as mlocked as it is: only its last unmapping clears the flag.
        ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
        page_remove_compound_rmap(page);
        put_page(page, Holder::pin);
    }
    spin_unlock(pmd_lockptr(mm));
    if (!same) {
        put_page(new_page, Holder::pin);
    }
    return same ? VM_FAULT_WRITE : 0U;
}

bool pte_alloc(struct mm_struct* mm, unsigned long address) {
    if (pmd_none(pmd_peek(mm, address))) {
        spin_lock(pmd_lockptr(mm));
        if (pmd_none(pmd_at(mm, address))) {
            set_pmd_at(mm, address, page_table_pmd);
            ghost([&] { is_freed_table(mm, address) = false; });
        }
        spin_unlock(pmd_lockptr(mm));
    }
    return pmd_peek(mm, address) == page_table_pmd;
}

bool do_set_pmd(struct vm_area_struct* vma, unsigned long address, struct page* page) {
    struct mm_struct* mm = vma->vm_mm;
    const unsigned long haddr = address & HPAGE_PMD_MASK();
    page = compound_head(page);
    const bool has_room = haddr >= vma->vm_start && haddr + HPAGE_PMD_SIZE() <= vma->vm_end &&
                          linear_page_index(vma, haddr) == page->index;
    if (!has_room) {
        return false;
    }
    spin_lock(pmd_lockptr(mm));
    const bool none = pmd_none(pmd_at(mm, haddr));
    if (none) {
        page_add_file_compound_rmap(page);
        ghost([&] { ghost_transfer(page, Holder::pin, Holder::map); });
        // Its owner copies a private page part by part.
        const bool shared = (vma->vm_flags & VM_SHARED) != 0;
        set_pmd_at(mm, haddr, shared ? own_pmd(vma, page) : mk_huge_pmd(page, 0));
    }
    spin_unlock(pmd_lockptr(mm));
    return none;
}

namespace {

void huge_pmd_set_accessed(struct mm_struct* mm, unsigned long address, pmd_t orig_pmd,
                           bool write) {
    spin_lock(pmd_lockptr(mm));
    const pmd_t accessed = write ? pte_mkwrite(orig_pmd) : pte_mkyoung(orig_pmd);
    if (pmd_at(mm, address) == orig_pmd && accessed != orig_pmd) {
        set_pmd_at(mm, address, accessed);
    }
    spin_unlock(pmd_lockptr(mm));
}

}  // namespace

std::optional<unsigned> handle_huge_fault(struct vm_area_struct* vma, unsigned long address,
                                          unsigned flags) {
    struct mm_struct* mm = vma->vm_mm;
    const bool write = (flags & FAULT_FLAG_WRITE) != 0;
    const pmd_t orig_pmd = pmd_peek(mm, address);
    if (pmd_trans_huge(orig_pmd)) {
        if (!write || pmd_write(orig_pmd)) {
            huge_pmd_set_accessed(mm, address, orig_pmd, write);
            return 0U;
        }
        if (vma->vm_file != nullptr) {
            // A copy of a file's page is made page by page.
            split_huge_pmd_address(vma, address, nullptr, PmdSplit::keep);
        } else if (const unsigned ret = do_huge_pmd_wp_page(vma, address, orig_pmd);
                   ret != VM_FAULT_FALLBACK) {
            return ret;
        }
    } else if (pmd_none(orig_pmd) && vma->vm_file == nullptr &&
               transparent_hugepage_enabled(vma, address) &&
               do_huge_pmd_anonymous_page(vma, address, write)) {
        return 0U;
    }
    // The page of a file may yet turn out to be huge.
    const bool of_file = vma->vm_file != nullptr && (!write || (vma->vm_flags & VM_SHARED) != 0);
    if (!(pmd_none(orig_pmd) && of_file) && !pte_alloc(mm, address)) {
        return 0U;
    }
    return std::nullopt;
}

// ---- looking up

namespace {

void mlock_huge_page(struct page* page) {
    // One that others map too is left to them, and to reclaim.
    if (PageAnon(page) && compound_mapcount(page) != 1) {
        return;
    }
    if (PageDoubleMap(page) || READ_ONCE(page->mapping) == nullptr || !trylock_page(page)) {
        return;
    }
    lru_add_drain();
    // Only the page lock keeps ptes from mapping a page of a file.
    if (READ_ONCE(page->mapping) != nullptr && !PageDoubleMap(page)) {
        mlock_vma_page(page);
    }
    unlock_page(page);
}

}  // namespace

struct page* follow_trans_huge_pmd(struct vm_area_struct* vma, unsigned long address,
                                   unsigned flags) {
    struct mm_struct* mm = vma->vm_mm;
    const pmd_t pmd = pmd_at(mm, address);
    if ((flags & FOLL_WRITE) != 0 && !pmd_write(pmd)) {
        return nullptr;
    }
    struct page* page = pmd_page(pmd);
    if (page == nullptr) {
        return nullptr;
    }
    VM_BUG_ON_PAGE(!PageHead(page), page);
    if ((flags & FOLL_TOUCH) != 0 && !pte_young(pmd)) {
        set_pmd_at(mm, address, pte_mkyoung(pmd));
    }
    if ((flags & FOLL_MLOCK) != 0 && (READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0) {
        mlock_huge_page(page);
    }
    page += (address & ~HPAGE_PMD_MASK()) >> PAGE_SHIFT;
    if ((flags & FOLL_GET) != 0) {
        get_page(page, Holder::pin);
    }
    return page;
}

// ---- unmapping, copying, moving

struct page* zap_huge_pmd(struct vm_area_struct* vma, unsigned long address) {
    struct mm_struct* mm = vma->vm_mm;
    spin_lock(pmd_lockptr(mm));
    const pmd_t pmd = pmd_at(mm, address);
    if (!pmd_trans_huge(pmd)) {
        spin_unlock(pmd_lockptr(mm));
        return nullptr;
    }
    struct page* page = pmd_page(pmd);
    // None, not a page table: there may be a huge page here again.
    set_pmd_at(mm, address, 0);
    if (page != nullptr) {
        ghost([&] { ghost_transfer(page, Holder::map, Holder::pin); });
        page_remove_compound_rmap(page);
    }
    spin_unlock(pmd_lockptr(mm));
    return page;
}

bool copy_huge_pmd(struct vm_area_struct* dst, struct vm_area_struct* src, unsigned long address) {
    spinlock_t* dst_ptl = pmd_lockptr(dst->vm_mm);
    spinlock_t* src_ptl = pmd_lockptr(src->vm_mm);
    spin_lock(dst_ptl);
    spin_lock_nested(src_ptl, SINGLE_DEPTH_NESTING);
    const pmd_t pmd = pmd_at(src->vm_mm, address);
    const bool huge = pmd_trans_huge(pmd);
    if (huge && is_huge_zero_pmd(pmd)) {
        set_pmd_at(dst->vm_mm, address, huge_zero_pmd);
    } else if (huge) {
        // PG_mlocked stays: it is the parent's.
        get_page(pmd_page(pmd), Holder::map);
        page_dup_compound_rmap(pmd_page(pmd));
        set_pmd_at(src->vm_mm, address, pte_wrprotect(pmd));
        set_pmd_at(dst->vm_mm, address, pte_mkold(pte_wrprotect(pmd)));
    }
    spin_unlock(src_ptl);
    spin_unlock(dst_ptl);
    return huge;
}

bool move_huge_pmd(struct mm_struct* mm, unsigned long from, unsigned long to) {
    // Others could be filling a page table at the new place.
    if (!pmd_none(pmd_peek(mm, to))) {
        return false;
    }
    spin_lock(pmd_lockptr(mm));
    const pmd_t pmd = pmd_at(mm, from);
    const bool huge = pmd_trans_huge(pmd);
    if (huge) {
        set_pmd_at(mm, from, 0);
        set_pmd_at(mm, to, pmd);
        ghost([&] {
            for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
                ghost_move_promise(mm, from + i * PAGE_SIZE, to + i * PAGE_SIZE);
            }
        });
    }
    spin_unlock(pmd_lockptr(mm));
    return huge;
}

}  // namespace heddle
