// SPDX-License-Identifier: Apache-2.0
// Mirrors asm-generic/pgtable.h, swapops.h and the parts of mm.h about page tables (v4.8). Two
// levels: an mm is a row of page tables, all of which exist. A machine with huge pages has a pmd
// besides, whose entries may hold a huge page in the place of a page table. Leaves out: the levels
// above, freeing of tables by munmap and exit, split locks of pmds, flushes of the TLB.
#pragma once

#include "model/compound.h"
#include "model/ghost.h"

namespace heddle {

// ---- entries: bits in the low byte, the page's number above

constexpr pte_t _PAGE_PRESENT = 0x1;
constexpr pte_t _PAGE_RW = 0x2;
constexpr pte_t _PAGE_ACCESSED = 0x4;
constexpr pte_t _PAGE_DIRTY = 0x8;
constexpr pte_t _PAGE_SPECIAL = 0x10;    // present without a struct page: the zero page
constexpr pte_t _PAGE_MIGRATION = 0x20;  // not present: the page is on its way elsewhere
constexpr pte_t _PAGE_SWAP = 0x40;       // not present: a slot of the swap area in place of a page
constexpr pte_t _PAGE_HWPOISON = 0x80;   // not present: the page's memory is broken

inline bool pte_none(pte_t pte) { return pte == 0; }
inline bool pte_present(pte_t pte) { return (pte & _PAGE_PRESENT) != 0; }
inline bool pte_write(pte_t pte) { return (pte & _PAGE_RW) != 0; }
inline bool pte_dirty(pte_t pte) { return (pte & _PAGE_DIRTY) != 0; }
inline bool pte_special(pte_t pte) { return (pte & _PAGE_SPECIAL) != 0; }
inline unsigned pte_pfn(pte_t pte) { return pte >> 8U; }

inline pte_t mk_pte(const struct page* page, unsigned bits) {
    return static_cast<pte_t>(page_to_pfn(page) << 8U | bits | _PAGE_PRESENT | _PAGE_ACCESSED);
}
inline bool pte_young(pte_t pte) { return (pte & _PAGE_ACCESSED) != 0; }
inline pte_t pte_mkyoung(pte_t pte) { return static_cast<pte_t>(pte | _PAGE_ACCESSED); }
inline pte_t pte_mkold(pte_t pte) { return static_cast<pte_t>(pte & ~_PAGE_ACCESSED); }
inline pte_t pte_mkclean(pte_t pte) { return static_cast<pte_t>(pte & ~_PAGE_DIRTY); }
inline pte_t pte_wrprotect(pte_t pte) { return static_cast<pte_t>(pte & ~_PAGE_RW); }
inline pte_t pte_mkwrite(pte_t pte) {
    return static_cast<pte_t>(pte | _PAGE_RW | _PAGE_DIRTY | _PAGE_ACCESSED);
}
inline bool is_migration_entry(pte_t pte) { return (pte & _PAGE_MIGRATION) != 0; }
inline pte_t make_migration_entry(const struct page* page, bool write) {
    return static_cast<pte_t>(page_to_pfn(page) << 8U | _PAGE_MIGRATION | (write ? _PAGE_RW : 0));
}
inline bool is_hwpoison_entry(pte_t pte) { return (pte & _PAGE_HWPOISON) != 0; }
inline pte_t make_hwpoison_entry(const struct page* page) {
    return static_cast<pte_t>(page_to_pfn(page) << 8U | _PAGE_HWPOISON);
}
inline bool is_swap_entry(pte_t pte) { return (pte & _PAGE_SWAP) != 0; }
inline swp_entry_t pte_to_swp_entry(pte_t pte) { return static_cast<swp_entry_t>(pte >> 8U); }
inline pte_t swp_entry_to_pte(swp_entry_t entry) {
    return static_cast<pte_t>(unsigned{entry} << 8U | _PAGE_SWAP);
}
inline bool is_write_migration_entry(pte_t pte) {
    return is_migration_entry(pte) && pte_write(pte);
}
// The entry holds no reference: the page is there as long as it is locked and its entries are.
inline struct page* migration_entry_to_page(pte_t pte) { return pfn_to_page(pte_pfn(pte)); }
constexpr pte_t zero_page_pte = _PAGE_PRESENT | _PAGE_SPECIAL | _PAGE_ACCESSED;

// The page behind a present entry; null for the zero page.
inline struct page* vm_normal_page(pte_t pte) {
    return pte_special(pte) ? nullptr : pfn_to_page(pte_pfn(pte));
}

// How many of the entries map the page itself. For claims.
inline int entries_of(const struct ptes& entries, const struct page* page) {
    int count = 0;
    for (const pte_t pte : entries.pte) {
        count += pte_present(pte) && vm_normal_page(pte) == page ? 1 : 0;
    }
    return count;
}

// ---- addresses

// A page table maps as many pages as a huge page has, or PTRS_PER_PTE.
inline unsigned long pmd_size() { return 1UL << this_machine().pmd_shift; }
inline unsigned ptrs_per_pte() { return 1U << (this_machine().pmd_shift - PAGE_SHIFT); }

inline unsigned long PAGE_ALIGN(unsigned long address) {
    return (address + PAGE_SIZE - 1) & PAGE_MASK;
}
inline unsigned long offset_in_page(unsigned long address) { return address & ~PAGE_MASK; }
inline unsigned long pmd_addr_end(unsigned long address, unsigned long end) {
    const unsigned long boundary = (address + pmd_size()) & ~(pmd_size() - 1);
    return boundary < end ? boundary : end;
}

// End of the address space of every process.
inline unsigned long TASK_SIZE() { return this_machine().nr_tables * pmd_size(); }

inline unsigned long vma_pages(const struct vm_area_struct* vma) {
    return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

// Index in the file (or of the anonymous page) that belongs at the address.
inline unsigned linear_page_index(const struct vm_area_struct* vma, unsigned long address) {
    return static_cast<unsigned>((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
}

// ---- page tables

inline struct page_table* pmd_offset(struct mm_struct* mm, unsigned long address) {
    return mm->pgd + (address >> this_machine().pmd_shift);
}
inline spinlock_t* pte_lockptr(struct mm_struct* mm, unsigned long address) {
    return &pmd_offset(mm, address)->ptl;
}
inline unsigned pte_index(unsigned long address) {
    return static_cast<unsigned>(address >> PAGE_SHIFT) & (ptrs_per_pte() - 1);
}

// Page tables are freed only in a machine with huge pages, for one to take their place. The ghost
// says which are.
inline bool& is_freed_table(const struct mm_struct* mm, unsigned long address) {
    const struct machine& machine = this_machine();
    return machine.huge
        .freed_tables[static_cast<unsigned long>(mm - machine.mms) * machine.nr_tables +
                      (address >> machine.pmd_shift)];
}
inline void check_page_table(const struct mm_struct* mm, unsigned long address, Where where) {
    ghost([&] {
        if (has_huge_pages() && is_freed_table(mm, address)) {
            fail({.claim = "MEM",
                  .formula = "no page table is looked into that has been freed",
                  .object = pmd_offset(const_cast<struct mm_struct*>(mm), address),
                  .where = where});
        }
    });
}

// The entry for a look without the ptl; what it says may be gone the next moment.
inline pte_t pte_peek(struct mm_struct* mm, unsigned long address, Where where = Where::here()) {
    check_page_table(mm, address, where);
    return READ_ONCE(pmd_offset(mm, address)->entries.value.pte[pte_index(address)], where);
}

// The entry; the running task holds the ptl.
inline pte_t pte_at(struct mm_struct* mm, unsigned long address, Where where = Where::here()) {
    check_page_table(mm, address, where);
    const pte_t pte =
        pmd_offset(mm, address)->entries.locked_to_write(where).pte[pte_index(address)];
    observe(pte);
    return pte;
}

// Stores an entry; the running task holds the ptl. Others may look without it.
inline void set_pte_at(struct mm_struct* mm, unsigned long address, pte_t pte,
                       Where where = Where::here()) {
    WRITE_ONCE(pmd_offset(mm, address)->entries.locked_to_write(where).pte[pte_index(address)], pte,
               where);
    ghost([&] { ghost_require_content(mm, address, pte); });
}

// ---- entries of pmds: _PAGE_PRESENT alone is a page table, with _PAGE_PSE a huge page, with
// _PAGE_SPECIAL besides the huge zero page

constexpr pmd_t _PAGE_PSE = 0x80;
constexpr pmd_t page_table_pmd = _PAGE_PRESENT;

inline bool pmd_none(pmd_t pmd) { return pmd == 0; }
inline bool pmd_trans_huge(pmd_t pmd) { return (pmd & _PAGE_PSE) != 0; }
inline bool pmd_write(pmd_t pmd) { return (pmd & _PAGE_RW) != 0; }
inline bool is_huge_zero_pmd(pmd_t pmd) { return (pmd & _PAGE_SPECIAL) != 0; }

// The huge page behind a huge entry; null for the huge zero page.
inline struct page* pmd_page(pmd_t pmd) {
    return is_huge_zero_pmd(pmd) ? nullptr : pfn_to_page(pmd >> 8U);
}
constexpr pmd_t huge_zero_pmd = zero_page_pte | _PAGE_PSE;
inline pmd_t mk_huge_pmd(const struct page* head, unsigned bits) {
    return static_cast<pmd_t>(mk_pte(head, bits) | _PAGE_PSE);
}

inline unsigned long HPAGE_PMD_SIZE() { return pmd_size(); }
inline unsigned long HPAGE_PMD_MASK() { return ~(pmd_size() - 1); }

// Without split locks of pmds (USE_SPLIT_PMD_PTLOCKS).
inline spinlock_t* pmd_lockptr(struct mm_struct* mm) { return &mm->page_table_lock; }

// The entry, for claims, and what only one task can reach.
inline pmd_t& pmd_of(const struct mm_struct* mm, unsigned long table) {
    const struct machine& machine = this_machine();
    return machine.huge
        .pmds[static_cast<unsigned long>(mm - machine.mms) * machine.nr_tables + table];
}

// The entry for a look without the pmd's lock. A machine without huge pages has page tables only.
inline pmd_t pmd_peek(const struct mm_struct* mm, unsigned long address,
                      Where where = Where::here()) {
    return has_huge_pages() ? READ_ONCE(pmd_of(mm, address >> this_machine().pmd_shift), where)
                            : page_table_pmd;
}

inline void check_pmd_lock(struct mm_struct* mm) {
    if (current_task() != no_task && !spin_is_held(pmd_lockptr(mm))) {
        fail({.claim = "guarded-by",
              .formula = "an entry of a pmd is accessed by the holder of the pmd's lock",
              .object = pmd_lockptr(mm)});
    }
}

// The entry; the running task holds the pmd's lock.
inline pmd_t pmd_at(struct mm_struct* mm, unsigned long address) {
    check_pmd_lock(mm);
    const pmd_t pmd = pmd_of(mm, address >> this_machine().pmd_shift);
    observe(pmd);
    return pmd;
}

// Stores an entry; the running task holds the pmd's lock. Others may look without it.
inline void set_pmd_at(struct mm_struct* mm, unsigned long address, pmd_t pmd,
                       Where where = Where::here()) {
    check_pmd_lock(mm);
    WRITE_ONCE(pmd_of(mm, address >> this_machine().pmd_shift), pmd, where);
}

// Whether the page has been accessed by the entry since this was last asked. The running task holds
// the ptl.
inline bool ptep_clear_flush_young(struct mm_struct* mm, unsigned long address,
                                   Where where = Where::here()) {
    const pte_t pte = pte_at(mm, address, where);
    if (pte_young(pte)) {
        set_pte_at(mm, address, pte_mkold(pte), where);
    }
    return pte_young(pte);
}

// The same of a huge page; the running task holds the pmd's lock.
inline bool pmdp_clear_flush_young(struct mm_struct* mm, unsigned long address,
                                   Where where = Where::here()) {
    const pmd_t pmd = pmd_at(mm, address);
    if (pte_young(pmd)) {
        set_pmd_at(mm, address, pte_mkold(pmd), where);
    }
    return pte_young(pmd);
}

}  // namespace heddle
