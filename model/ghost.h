// SPDX-License-Identifier: Apache-2.0
// Ghost state: what claims need to know and no kernel path reads. Always inside ghost(), so that
// it changes in the same step as the operation it belongs to and not at all on threads.
#pragma once

#include "model/compound.h"

namespace heddle {

inline unsigned char& references(struct page* page, Holder holder) {
    return page->ghost.references[static_cast<unsigned>(holder)];
}

// The pins of the running task; null outside a task.
inline unsigned char* own_pins(struct page* page) {
    const struct machine& machine = this_machine();
    return current_task() >= machine.nr_tasks
               ? nullptr
               : &machine.pins[(page_to_pfn(page) * machine.nr_tasks) + current_task()];
}

// A reference has been taken for `holder`. Fails D7 if nobody held the page before.
void ghost_get(struct page* page, Holder holder);

// `nr` references of `holder` have been taken, or dropped if it is negative; some are left.
void ghost_add(struct page* page, Holder holder, int nr);

// A tail becomes a page of its own: one reference is a pin of the running task, who has it isolated
// until it is on a list, and one is the page cache's, if it is `cached`; both are taken from the
// head.
void ghost_split_tail(struct page* tail, bool cached);

// The page has been allocated: its one reference is a pin of the running task.
void ghost_allocate(struct page* page);

// A reference of `holder` has been dropped. Fails D7 if the counter went below 0, D1 if `holder`
// had none.
void ghost_put(struct page* page, Holder holder);

// The reference changes hands without the counter noticing. Fails D1 if `from` had none.
void ghost_transfer(struct page* page, Holder from, Holder to);

// The running task has taken the page off its list. Fails A6 if somebody else had already.
void ghost_isolate(struct page* page);

// It is back on a list, or on its way there. Fails A6 if another task had isolated it.
void ghost_end_isolation(struct page* page);

// Pages that a flag of the page stands for.
inline int weight_of(const struct page* page) {
    const bool huge = has_huge_pages() && (page->flags & bit_mask(PG_head)) != 0;
    return huge ? static_cast<int>(hpage_pmd_nr()) : 1;
}

// PG_mlocked changed by `change`; NR_MLOCK changed by `delta`.
inline void ghost_mlock_flip(struct page* page, int change) {
    page_zone(page)->ghost.flips_not_counted += change * weight_of(page);
}
inline void ghost_mlock_count(struct zone* zone, long delta) {
    zone->ghost.flips_not_counted -= static_cast<int>(delta);
}

// _refcount is kept at 0 and comes back, or the page is freed.
inline void ghost_freeze(struct page* page, bool frozen) { page->ghost.frozen = frozen; }

// The tails of the huge page become pages of their own.
inline void ghost_split(struct page* head, bool splitting) { head->ghost.splitting = splitting; }

inline struct event_ledger& ledger() { return this_machine().state->events; }

// A bit per page of a range of addresses.
inline unsigned short page_bits(unsigned long start, unsigned long end) {
    return static_cast<unsigned short>((1U << (end >> PAGE_SHIFT)) - (1U << (start >> PAGE_SHIFT)));
}

// R2: mlock() says that the pages are in memory; the promise ends, or goes with the page.
void ghost_promise(struct mm_struct* mm, unsigned long start, unsigned long end);
void ghost_end_promise(struct mm_struct* mm, unsigned long start, unsigned long end);
void ghost_move_promise(struct mm_struct* mm, unsigned long from, unsigned long to);

// Somebody will still look whether the page is on the right list; has looked.
inline void ghost_owe(struct page* page) { ++page->ghost.owed; }
inline void ghost_settle(struct page* page) { --page->ghost.owed; }

// ---- H: what the event counters are compared with. The names are those of the kernel notes.

enum class Happened : unsigned char {
    tset,                // a TestSet of PG_mlocked found it clear
    tclr_m,              // a TestClear of munlock found it set
    tclr_c,              // a TestClear of clear_page_mlock() found it set
    rm,                  // munlock finds another vma that keeps the page mlocked
    st_m,                // munlock finds the page off the lists with PG_unevictable
    st_c,                // clear_page_mlock() does
    clear_ends,          // clear_page_mlock() has isolated the page, or need not
    made_unevictable,    // a new page or a split tail has the flag; not counted as PGCULLED
    rescued_by_another,  // putback_lru_page() isolates its page again, and has not counted PGCULLED
    dropped_unevictable,  // PG_unevictable goes with its page; not counted as PGRESCUED
    scanned               // check_move_unevictable_pages() looks at a page
};

// It counts for as many pages as the events do.
void ghost_happened(Happened what, const struct page* page);

// The page is about to lose PG_unevictable, if it has it, without PGRESCUED.
inline void ghost_drop_unevictable(const struct page* page) {
    if ((page->flags & bit_mask(PG_unevictable)) != 0) {
        ghost_happened(Happened::dropped_unevictable, page);
    }
}

// putback_lru_page() has its page back from the unevictable list, or from where another has rescued
// it to: that one has counted PGRESCUED, and PGCULLED will not be.
inline void ghost_isolated_again(const struct page* page) {
    if ((page->flags & bit_mask(PG_unevictable)) == 0) {
        ghost_happened(Happened::rescued_by_another, page);
    }
}

// H8: of the pages that SHM_UNLOCK looks at it rescues some.
void ghost_require_scanned(unsigned rescued, unsigned looked_at);

// The counter has been raised by `delta`.
void ghost_count_event(vm_event_item item, unsigned delta);

// ---- what paths promise

// B9: the pages of the range are to be munlocked; those up to `start` have been; all have been, and
// none is left with PG_mlocked but for others.
void ghost_munlock_starts(struct vm_area_struct* vma, unsigned long start, unsigned long end);
void ghost_munlock_passes(struct vm_area_struct* vma, unsigned long start, unsigned long end);
void ghost_munlock_ends(const struct vm_area_struct* vma, unsigned long start, unsigned long end);

// B9: a copy has taken the page's place in a VM_LOCKED vma, and the page is still to be munlocked;
// has been.
void ghost_copy_replaces(struct page* page, const struct vm_area_struct* vma);
void ghost_copy_has_replaced(struct page* page, const struct vm_area_struct* vma);

// B10: a path that mlocks the page has just seen to it that PG_mlocked is set.
void ghost_require_mlocked(const struct page* page);

// E4: a child of fork() has nothing locked.
void ghost_require_nothing_locked(const struct mm_struct* mm);

// E5: the pages of the range are within the limit of the mm when they are locked too.
void ghost_require_within_limit(struct mm_struct* mm, unsigned long start, unsigned long end);

// ---- R4: what a user finds in his own pages. The content of a page is how often it was written
// to.

// The entry is about to be stored, or a user looks by it: its page has what was written there.
void ghost_require_content(const struct mm_struct* mm, unsigned long address, pte_t pte);

// A user writes by the entry.
void ghost_write_content(const struct mm_struct* mm, unsigned long address, pte_t pte);

// Both, or the first alone.
void ghost_access_content(const struct mm_struct* mm, unsigned long address, pte_t pte, bool write);

// The page or the slot gets what the other has. Null is the zero page.
void ghost_copy_content(struct page* to, const struct page* from);
void ghost_write_to_slot(swp_entry_t slot, const struct page* from);
void ghost_read_from_slot(struct page* to, swp_entry_t slot);

// A slot that is free by now has nothing.
void ghost_forget_slot(swp_entry_t slot);

// What the user finds at one place is found at the other (of perhaps another mm), there too or
// instead; is given up.
void ghost_share_content(const struct mm_struct* from, const struct mm_struct* to,
                         unsigned long address);
void ghost_move_content(const struct mm_struct* mm, unsigned long from, unsigned long to);
void ghost_drop_content(const struct mm_struct* mm, unsigned long address);

// ---- what must be held

// L10: whoever changes PG_lru holds the page's lru_lock.
void ghost_require_lru_lock(const struct page* page, Where where);

// L11: whoever sets PG_mlocked holds the page lock or, of a page that is on no list yet, a ptl.
void ghost_require_mlock_lock(const struct page* page, Where where);

// L5: whoever has taken the page's lock holds no other page's, or has the page to himself.
void ghost_require_one_page_lock(const struct page* page, Where where);

// A tree of mappings is walked under its rwsem, and changed, or a vma in it moved, under the rwsem
// held for writing.
void ghost_require_tree_reader(const vma_set& tree);
void ghost_require_tree_writer(const vma_set& tree);

// The slots of a mapping's tree, and what is counted of the slots of the swap area, are changed
// under tree_lock.
void ghost_require_tree_lock(const struct address_space* mapping);

// An access or a lookup that has faulted so often in a row comes to no end: nobody takes a page
// away again that many times. Claim `livelock`.
void ghost_require_end(unsigned faults);

// L12: a per-CPU vector is its CPU's own, with preemption off and, if an interrupt fills it,
// interrupts. One on the stack is its task's.
void ghost_require_own_pagevec(const struct pagevec* pvec, Where where);

// The caller of a path must hold a reference of its own, or the ptl of an entry that maps the page
// (D8).
void ghost_require_reference(struct page* page);
void ghost_require_references(const page_slot* pages, unsigned nr);

}  // namespace heddle
