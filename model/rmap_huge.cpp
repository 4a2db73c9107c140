// SPDX-License-Identifier: Apache-2.0
// The second part of mm/rmap.c: counting mappings of huge pages, and the counts of mm/util.c.
#include "model/huge_memory.h"
#include "model/mlock.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/vmstat.h"

namespace heddle {

namespace {

void mod_nr_anon_thps(const struct page* page, long delta) {
    atomic_add(delta, &this_machine().huge.nr_anon_thps[page->zone_id]);
}

}  // namespace

// ---- reading

int __page_mapcount(const struct page* page, Where where) {
    int ret = atomic_read(&page->_mapcount, where) + 1;
    // The pmds that map a page of a file are counted in each of its parts.
    if (!PageAnon(page, where)) {
        return ret;
    }
    page = compound_head(page);
    ret += compound_mapcount(page, where);
    return PageDoubleMap(page, where) ? ret - 1 : ret;
}

bool __page_mapped(const struct page* page, Where where) {
    page = compound_head(page);
    if (compound_mapcount(page, where) > 0) {
        return true;
    }
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        if (atomic_read(&page[i]._mapcount, where) >= 0) {
            return true;
        }
    }
    return false;
}

int total_mapcount(const struct page* page, Where where) {
    VM_BUG_ON_PAGE(PageTail(page), page, where);
    if (!PageHead(page, where)) {
        return atomic_read(&page->_mapcount, where) + 1;
    }
    const int nr = static_cast<int>(hpage_pmd_nr());
    const int compound = compound_mapcount(page, where);
    int ret = compound;
    for (int i = 0; i < nr; ++i) {
        ret += atomic_read(&page[i]._mapcount, where) + 1;
    }
    if (!PageAnon(page, where)) {
        return ret - compound * nr;
    }
    return PageDoubleMap(page, where) ? ret - nr : ret;
}

// ---- counting

void page_add_new_anon_compound_rmap(struct page* page, struct vm_area_struct* vma,
                                     unsigned long address) {
    VM_BUG_ON_PAGE(address < vma->vm_start || address >= vma->vm_end, page);
    VM_BUG_ON_PAGE(!PageTransHuge(page), page);
    __SetPageSwapBacked(page);
    atomic_set(&compound_of(page)->compound_mapcount, 0);
    mod_nr_anon_thps(page, 1);
    page->index = static_cast<pgoff_t>(linear_page_index(vma, address));
    WRITE_ONCE(page->mapping, anon_mapping(vma->anon_vma));
}

void page_add_anon_compound_rmap(struct page* page) {
    VM_BUG_ON_PAGE(!PageTransHuge(page), page);
    if (atomic_inc_and_test(&compound_of(page)->compound_mapcount)) {
        mod_nr_anon_thps(page, 1);
    }
    VM_BUG_ON_PAGE(!PageLocked(page), page);
}

void page_add_file_compound_rmap(struct page* page) {
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        atomic_inc(&page[i]._mapcount);
    }
    atomic_inc(&compound_of(page)->compound_mapcount);
}

void page_dup_compound_rmap(struct page* page) {
    atomic_inc(&compound_of(page)->compound_mapcount);
}

namespace {

void page_remove_anon_compound_rmap(struct page* page) {
    if (!atomic_add_negative(-1, &compound_of(page)->compound_mapcount)) {
        return;
    }
    mod_nr_anon_thps(page, -1);
    unsigned nr_unmapped = hpage_pmd_nr();
    if (TestClearPageDoubleMap(page)) {
        // Parts may be mapped by ptes still.
        nr_unmapped = 0;
        for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
            nr_unmapped += atomic_add_negative(-1, &page[i]._mapcount) ? 1 : 0;
        }
    }
    if (PageMlocked(page)) {
        clear_page_mlock(page);
    }
    if (nr_unmapped != 0) {
        deferred_split_huge_page(page);
    }
}

}  // namespace

void page_remove_compound_rmap(struct page* page) {
    if (PageAnon(page)) {
        page_remove_anon_compound_rmap(page);
        return;
    }
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        atomic_add_negative(-1, &page[i]._mapcount);
    }
    if (atomic_add_negative(-1, &compound_of(page)->compound_mapcount) && PageMlocked(page)) {
        clear_page_mlock(page);
    }
}

}  // namespace heddle
