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
    zone->ghost.flips_not_counted -= delta;
}

// An event of mlock should count `pages`.
inline void ghost_event(unsigned char event_ghost::*what, unsigned pages) {
    if (this_machine().huge.events != nullptr) {
        unsigned char& count = this_machine().huge.events->*what;
        count = static_cast<unsigned char>(count + pages);
    }
}

// _refcount is kept at 0 and comes back, or the page is freed.
inline void ghost_freeze(struct page* page, bool frozen) { page->ghost.frozen = frozen; }

// R2: mlock() says that the pages are in memory; the promise ends, or goes with the page.
void ghost_promise(struct mm_struct* mm, unsigned long start, unsigned long end);
void ghost_end_promise(struct mm_struct* mm, unsigned long start, unsigned long end);
void ghost_move_promise(struct mm_struct* mm, unsigned long from, unsigned long to);

// Somebody will still look whether the page is on the right list; has looked.
inline void ghost_owe(struct page* page) { ++page->ghost.owed; }
inline void ghost_settle(struct page* page) { --page->ghost.owed; }

// The caller of a path must hold a reference of its own, or the ptl of an entry that maps the page
// (D8).
void ghost_require_reference(struct page* page);
void ghost_require_references(const page_slot* pages, unsigned nr);

}  // namespace heddle
