// SPDX-License-Identifier: Apache-2.0
#include "model/ghost.h"

#include <algorithm>
#include <iterator>

#include "model/pgtable.h"

namespace heddle {

namespace {

void ledger_failure(const char* claim, const char* formula, struct page* page) {
    fail({.claim = claim, .formula = formula, .object = page});
}

void take_from_ledger(struct page* page, Holder holder) {
    unsigned char* pins = holder == Holder::pin ? own_pins(page) : nullptr;
    if (references(page, holder) == 0 || (pins != nullptr && *pins == 0)) {
        ledger_failure("D1", "a reference is dropped by one who holds it", page);
    }
    --references(page, holder);
    if (pins != nullptr) {
        --*pins;
    }
}

void add_to_ledger(struct page* page, Holder holder) {
    ++references(page, holder);
    unsigned char* pins = own_pins(page);
    if (holder == Holder::pin && pins != nullptr) {
        ++*pins;
    }
}

}  // namespace

void ghost_get(struct page* page, Holder holder) {
    if (page->_refcount.counter <= 1) {
        ledger_failure("D7", "get_page() finds a reference count above 0", page);
    }
    add_to_ledger(page, holder);
}

void ghost_add(struct page* page, Holder holder, int nr) {
    for (; nr > 0; --nr) {
        add_to_ledger(page, holder);
    }
    for (; nr < 0; ++nr) {
        take_from_ledger(page, holder);
    }
}

void ghost_allocate(struct page* page) {
    page->ghost = {};
    add_to_ledger(page, Holder::pin);
}

void ghost_split_tail(struct page* tail, bool cached) {
    tail->ghost = {};
    references(tail, Holder::pin) = 1;
    ++*own_pins(tail);
    ghost_isolate(tail);
    if (cached) {
        references(tail, Holder::cache) = 1;
        --references(peek_head(tail), Holder::cache);
    }
}

void ghost_put(struct page* page, Holder holder) {
    if (page->_refcount.counter < 0) {
        ledger_failure("D7", "put_page() finds a reference count above 0", page);
    }
    take_from_ledger(page, holder);
}

void ghost_transfer(struct page* page, Holder from, Holder to) {
    page = peek_head(page);
    take_from_ledger(page, from);
    add_to_ledger(page, to);
}

void ghost_isolate(struct page* page) {
    if (page->ghost.isolated_by != 0) {
        ledger_failure("A6", "a page is isolated by at most one owner", page);
    }
    page->ghost.isolated_by = static_cast<unsigned char>(current_task() + 1);
}

void ghost_end_isolation(struct page* page) {
    if (page->ghost.isolated_by != 0 && page->ghost.isolated_by != current_task() + 1) {
        ledger_failure("A6", "a page is put back by the task that isolated it", page);
    }
    page->ghost.isolated_by = 0;
}

namespace {

// The address up to which the vma has pages: behind the end of a file there are none.
unsigned long end_of_pages(const struct vm_area_struct& vma) {
    if (vma.vm_file == nullptr) {
        return vma.vm_end;
    }
    const unsigned size = vma.vm_file->i_size;
    const unsigned pages = size > vma.vm_pgoff ? size - vma.vm_pgoff : 0;
    return std::min<unsigned long>(vma.vm_end, vma.vm_start + pages * PAGE_SIZE);
}

// The pages of a process but those of a stack that are not there: populate passes over the lowest,
// which another thread may have made another one since.
unsigned short not_passed_over(const struct vm_area_struct& vma) {
    unsigned short pages = 0xffff;
    if ((vma.vm_flags & VM_GROWSDOWN) != 0) {
        for (unsigned long at = vma.vm_start; at < vma.vm_end; at += PAGE_SIZE) {
            const struct page_table* table = pmd_offset(vma.vm_mm, at);
            if (pte_none(table->entries.peek().pte[pte_index(at)])) {
                pages = static_cast<unsigned short>(pages & ~page_bits(at, at + PAGE_SIZE));
            }
        }
    }
    return pages;
}

}  // namespace

void ghost_promise(struct mm_struct* mm, unsigned long start, unsigned long end) {
    for (unsigned i = 0; i < this_machine().nr_vmas; ++i) {
        const struct vm_area_struct& vma = this_machine().vmas[i];
        const unsigned long from = std::max<unsigned long>(start, vma.vm_start);
        const unsigned long to = std::min(end, end_of_pages(vma));
        // Another thread may have unlocked, unmapped or truncated a part of it meanwhile.
        if (vma.vm_mm == mm && (vma.vm_flags & VM_LOCKED_MASK) == VM_LOCKED && from < to) {
            const int pages = page_bits(from, to) & not_passed_over(vma);
            mm->ghost.promised |= static_cast<unsigned short>(pages);
        }
    }
}

void ghost_end_promise(struct mm_struct* mm, unsigned long start, unsigned long end) {
    mm->ghost.promised &= static_cast<unsigned short>(~page_bits(start, end));
}

void ghost_move_promise(struct mm_struct* mm, unsigned long from, unsigned long to) {
    if ((mm->ghost.promised & page_bits(from, from + PAGE_SIZE)) != 0) {
        ghost_end_promise(mm, from, from + PAGE_SIZE);
        mm->ghost.promised |= page_bits(to, to + PAGE_SIZE);
    }
}

namespace {

bool maps_some_of(const struct ptes& entries, const struct page* head) {
    return std::any_of(std::begin(entries.pte), std::end(entries.pte), [head](pte_t pte) {
        const struct page* page = pte_present(pte) ? vm_normal_page(pte) : nullptr;
        return page != nullptr && peek_head(page) == head;
    });
}

// An entry that maps the page cannot go while the running task holds its ptl.
bool is_pinned_by_an_entry(const struct page* page) {
    const struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_mms; ++i) {
        for (unsigned table = 0; table < machine.nr_tables; ++table) {
            const struct page_table& entries = machine.mms[i].pgd[table];
            if (spin_is_held(&entries.ptl) && maps_some_of(entries.entries.peek(), page)) {
                return true;
            }
            const pmd_t pmd = has_huge_pages() ? pmd_of(machine.mms + i, table) : page_table_pmd;
            if (pmd_trans_huge(pmd) && pmd_page(pmd) == page &&
                spin_is_held(pmd_lockptr(machine.mms + i))) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace

void ghost_require_reference(struct page* page) {
    page = peek_head(page);
    const unsigned char* pins = own_pins(page);
    const bool isolated_by_me = page->ghost.isolated_by == current_task() + 1;
    if (pins != nullptr && *pins == 0 && !isolated_by_me && !is_pinned_by_an_entry(page)) {
        ledger_failure("D8", "the caller holds a reference to the page", page);
    }
}

void ghost_require_references(const page_slot* pages, unsigned nr) {
    for (unsigned i = 0; i < nr; ++i) {
        ghost_require_reference(pages[i]);
    }
}

}  // namespace heddle
