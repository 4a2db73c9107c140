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
    for (const page_set& members : lists.members) {
        if (has_page(members, page)) {
            return true;
        }
    }
    return false;
}

void free_pages_check(struct page* page) {
    const unsigned long flags = peek(page->flags);
    const struct address_space* mapping = peek(page->mapping);
    const bool mapped = peek(page->_mapcount.counter) != -1;
    const bool mlocked = (flags & bit_mask(PG_mlocked)) != 0;
    require(!mlocked, "B8", "a page is freed without PG_mlocked", page);
    require((flags & PAGE_FLAGS_CHECK_AT_FREE) == 0, "D3",
            "a page is freed with no flag of PAGE_FLAGS_CHECK_AT_FREE", page);
    require(mapping == nullptr || is_anon(mapping), "D3",
            "a page is freed with no mapping but an anonymous one", page);
    require(!mapped, "D3", "a page is freed with no mapping left", page);
    require(peek(page->_refcount.counter) == 0, "D3", "a page is freed with no reference left",
            page);
}

// Makes one huge page of pages that nobody knows of: plain stores.
void prep_compound_page(struct page* head) {
    poke(head->flags, peek(head->flags) | bit_mask(PG_head));
    poke(compound_of(head)->compound_mapcount.counter, -1);
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

// From `pfn` on, in one step: the kernel holds zone->lock. False if one of them is not free, or if
// they are not in one word of the set.
bool take_free_pages(unsigned pfn, unsigned nr) {
    constexpr unsigned bits = 64;
    if (pfn % bits + nr > bits) {
        return false;
    }
    unsigned long& buddy = this_machine().state->buddy[pfn / bits];
    const unsigned long run = ((1UL << nr) - 1) << pfn % bits;
    for (unsigned long free = READ_ONCE(buddy); (free & run) == run; free = READ_ONCE(buddy)) {
        if (cmpxchg(&buddy, free, free & ~run) == free) {
            return true;
        }
    }
    return false;
}

// The lowest of the free pages of a word of the set; null if there is none.
struct page* take_free_page(unsigned long& buddy, unsigned first) {
    for (unsigned long free = READ_ONCE(buddy); free != 0; free = READ_ONCE(buddy)) {
        const auto bit = static_cast<unsigned>(std::countr_zero(free));
        if (test_and_clear_bit(bit, &buddy)) {
            struct page* page = pfn_to_page(first + bit);
            charge(page);
            atomic_set(&page->_refcount, 1);
            ghost([&] { ghost_allocate(page); });
            return page;
        }
    }
    return nullptr;
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
    poke(page->flags, peek(page->flags) & ~bit_mask(PG_head));
    poke(page[1].flags, peek(page[1].flags) & ~bit_mask(PG_double_map));
    for (unsigned i = 0; i < nr; ++i) {
        compound_of(page + i)->compound_head = nullptr;
        free_hot_cold_page(page + i);
    }
}

struct page* alloc_page() {
    struct page* page = nullptr;
    unsigned first = 0;
    for (unsigned long& buddy : this_machine().state->buddy) {
        if (page == nullptr) {
            page = take_free_page(buddy, first);
        }
        first += 64;
    }
    return page;
}

bool is_in_buddy(const struct page* page, Where where) {
    const unsigned pfn = page_to_pfn(page);
    return test_bit(pfn % 64, &this_machine().state->buddy[pfn / 64], where);
}

void free_hot_cold_page(struct page* page) {
    ghost_of_own([&] { free_pages_check(page); });
    ghost([&] { require(!is_on_a_list(page), "D3", "a page is freed off every LRU list", page); });
    count_vm_event(PGFREE);
    // Nobody has a reference: no operations. Who looks without one may see anything.
    poke(page->flags, 0);
    poke(page->mapping, nullptr);
    ghost([&] {
        page->ghost = {};
        page->ghost.free = true;
    });
    const unsigned pfn = page_to_pfn(page);
    set_bit_release(pfn % 64, &this_machine().state->buddy[pfn / 64]);
}

}  // namespace heddle
