// SPDX-License-Identifier: Apache-2.0
#include "model/page_alloc.h"

#include <bit>

#include "model/mm.h"
#include "model/vmstat.h"

namespace heddle {

namespace {

constexpr std::uint64_t PAGE_FLAGS_CHECK_AT_FREE =
    bit_mask(PG_lru) | bit_mask(PG_locked) | bit_mask(PG_private) | bit_mask(PG_writeback) |
    bit_mask(PG_swapcache) | bit_mask(PG_active) | bit_mask(PG_unevictable) | bit_mask(PG_mlocked);

void require(bool condition, const char* claim, const char* formula, struct page* page) {
    if (!condition) {
        fail({.claim = claim, .formula = formula, .object = page});
    }
}

bool is_on_a_list(const struct page* page) {
    const struct lru_lists& lists = page_lruvec(page)->lists.peek();
    for (const page_set members : lists.members) {
        if ((members & page_bit(page)) != 0) {
            return true;
        }
    }
    return false;
}

void free_pages_check(struct page* page) {
    const bool mapped = page->_mapcount.counter != -1;
    const bool mlocked = (page->flags & bit_mask(PG_mlocked)) != 0;
    require(!mlocked, "B8", "a page is freed without PG_mlocked", page);
    require((page->flags & PAGE_FLAGS_CHECK_AT_FREE) == 0, "D3",
            "a page is freed with no flag of PAGE_FLAGS_CHECK_AT_FREE", page);
    require(page->mapping == nullptr || is_anon(page->mapping), "D3",
            "a page is freed with no mapping but an anonymous one", page);
    require(!mapped, "D3", "a page is freed with no mapping left", page);
    require(page->_refcount.counter == 0, "D3", "a page is freed with no reference left", page);
    require(!is_on_a_list(page), "D3", "a page is freed off every LRU list", page);
}

// Makes one huge page of pages that nobody knows of: plain stores.
void prep_compound_page(struct page* head) {
    head->flags |= bit_mask(PG_head);
    compound_of(head)->compound_mapcount.counter = -1;
    for (unsigned i = 1; i < hpage_pmd_nr(); ++i) {
        compound_of(head + i)->compound_head = head;
        ghost([&] { head[i].ghost = {}; });
    }
}

// The caller's memory cgroup pays. Source: mem_cgroup_try_charge() of mm/memcontrol.c, which the
// kernel's faults call by themselves.
void charge(struct page* page) {
    const struct mm_struct* mm = current_mm();
    page->mem_cgroup = mm == nullptr ? 0 : mm->mem_cgroup;
}

// From `pfn` on, in one step: the kernel holds zone->lock. False if one of them is not free.
bool take_free_pages(unsigned pfn, unsigned nr) {
    unsigned long& buddy = this_machine().state->buddy;
    const unsigned long run = ((1UL << nr) - 1) << pfn;
    for (unsigned long free = READ_ONCE(buddy); (free & run) == run; free = READ_ONCE(buddy)) {
        if (cmpxchg(&buddy, free, free & ~run) == free) {
            return true;
        }
    }
    return false;
}

}  // namespace

struct page* alloc_hugepage() {
    const unsigned nr = hpage_pmd_nr();
    for (unsigned pfn = 0; pfn + nr <= this_machine().nr_pages; ++pfn) {
        if (take_free_pages(pfn, nr)) {
            struct page* page = pfn_to_page(pfn);
            prep_compound_page(page);
            charge(page);
            atomic_set(&page->_refcount, 1);
            ghost([&] { ghost_allocate(page); });
            return page;
        }
    }
    return nullptr;
}

void free_compound_page(struct page* page) {
    const unsigned nr = hpage_pmd_nr();
    ghost([&] {
        require(compound_of(page)->compound_mapcount.counter == -1, "D3",
                "a huge page is freed with no pmd mapping left", page);
    });
    page->flags &= ~bit_mask(PG_head);
    page[1].flags &= ~bit_mask(PG_double_map);
    for (unsigned i = 0; i < nr; ++i) {
        compound_of(page + i)->compound_head = nullptr;
        free_hot_cold_page(page + i);
    }
}

struct page* alloc_page() {
    unsigned long& buddy = this_machine().state->buddy;
    for (unsigned long free = READ_ONCE(buddy); free != 0; free = READ_ONCE(buddy)) {
        const auto pfn = static_cast<unsigned>(std::countr_zero(free));
        if (test_and_clear_bit(pfn, &buddy)) {
            struct page* page = pfn_to_page(pfn);
            charge(page);
            atomic_set(&page->_refcount, 1);
            ghost([&] { ghost_allocate(page); });
            return page;
        }
    }
    return nullptr;
}

void free_hot_cold_page(struct page* page) {
    ghost([&] { free_pages_check(page); });
    count_vm_event(PGFREE);
    // Nobody has a reference: plain stores.
    page->flags = 0;
    page->mapping = nullptr;
    ghost([&] {
        page->ghost = {};
        page->ghost.free = true;
    });
    set_bit(page_to_pfn(page), &this_machine().state->buddy);
}

}  // namespace heddle
