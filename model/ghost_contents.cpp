// SPDX-License-Identifier: Apache-2.0
// The ledger of contents: R4. Of anonymous pages only; what is shared by a file is not followed.
#include "model/ghost.h"
#include "model/mm.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

// What the user of the place is to find; null if the scenario has no users.
unsigned char* expected(const struct mm_struct* mm, unsigned long address) {
    const struct machine& machine = this_machine();
    if (machine.contents == nullptr) {
        return nullptr;
    }
    const auto index = static_cast<unsigned>(mm - machine.mms) * machine.nr_tables * PTRS_PER_PTE;
    return machine.contents + index + (address >> PAGE_SHIFT);
}

// A page just read in from the swap area, or copied from one, is nobody's by its mapping yet.
bool is_own_page(const struct page* page) {
    return page != nullptr && (is_anon(page->mapping) || page->mapping == nullptr);
}

}  // namespace

void ghost_require_content(const struct mm_struct* mm, unsigned long address, pte_t pte) {
    const unsigned char* wanted = expected(mm, address);
    if (wanted == nullptr || !pte_present(pte)) {
        return;
    }
    const struct page* page = vm_normal_page(pte);
    const unsigned found = is_own_page(page) ? page->ghost.content : 0;
    if (found != *wanted) {
        fail({.claim = "R4",
              .formula = "a user finds in his page what was last written there",
              .left = found,
              .right = *wanted,
              .object = page});
    }
}

void ghost_write_content(const struct mm_struct* mm, unsigned long address, pte_t pte) {
    unsigned char* wanted = expected(mm, address);
    struct page* page = vm_normal_page(pte);
    if (wanted != nullptr && is_own_page(page)) {
        *wanted = ++page->ghost.content;
    }
}

void ghost_access_content(const struct mm_struct* mm, unsigned long address, pte_t pte,
                          bool write) {
    ghost_require_content(mm, address, pte);
    if (write) {
        ghost_write_content(mm, address, pte);
    }
}

void ghost_copy_content(struct page* to, const struct page* from) {
    to->ghost.content = is_own_page(from) ? from->ghost.content : 0;
}

void ghost_write_to_slot(swp_entry_t slot, const struct page* from) {
    this_machine().swap->contents[slot] = from->ghost.content;
}

void ghost_read_from_slot(struct page* to, swp_entry_t slot) {
    to->ghost.content = this_machine().swap->contents[slot];
}

void ghost_forget_slot(swp_entry_t slot) {
    struct swap_area& swap = *this_machine().swap;
    if (swap.swap_map[slot] == 0) {
        swap.contents[slot] = 0;
    }
}

void ghost_share_content(const struct mm_struct* from, const struct mm_struct* to,
                         unsigned long address) {
    if (this_machine().contents != nullptr) {
        *expected(to, address) = *expected(from, address);
    }
}

void ghost_move_content(const struct mm_struct* mm, unsigned long from, unsigned long to) {
    if (this_machine().contents != nullptr) {
        *expected(mm, to) = *expected(mm, from);
        *expected(mm, from) = 0;
    }
}

void ghost_drop_content(const struct mm_struct* mm, unsigned long address) {
    if (this_machine().contents != nullptr) {
        *expected(mm, address) = 0;
    }
}

}  // namespace heddle
