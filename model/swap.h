// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/swap.c (v4.8 logic; lruvecs per zone as in the seed): per-CPU pagevecs and the last
// put of a page. Leaves out: memcg, reclaim statistics, the order within a list.
#pragma once

#include "model/mm.h"
#include "model/pagevec.h"

namespace heddle {

// Puts a page on its way to an LRU list: into this CPU's lru_add pagevec, with a reference. Until
// the pagevec is drained nobody can isolate the page.
void lru_cache_add(struct page* page);

// Puts an isolated page on the unevictable list. Takes no reference and does not look whether the
// page is (still) unevictable. Interrupts are on at entry. Ghost: `looks_again` if the caller will.
void add_page_to_unevictable_list(struct page* page, bool looks_again);

// Puts a new page, not yet mapped, on its way to a list, or, if the vma is VM_LOCKED, mlocks it and
// puts it on the unevictable one at once. Under the ptl that will map it.
void lru_cache_add_active_or_unevictable(struct page* page, struct vm_area_struct* vma);

// Puts a tail that is being split off its head `page` where the head is: beside it on its list;
// into `list`, if the head was isolated for that; or on a list of its own. Under lru_lock.
void lru_add_page_tail(struct page* page, struct page* page_tail, struct lruvec* lruvec,
                       page_set* list);

// Inserts the pages into lists chosen by their flags, drops `holder`'s references (perhaps the
// last), empties the vector. No page may have PG_lru. Does not look at PG_mlocked.
void __pagevec_lru_add(struct pagevec* pvec, Holder holder);

// Empties the five pagevecs of a CPU: the own one with preemption off, or one that is dead.
void lru_add_drain_cpu(unsigned cpu);

// Empties the five pagevecs of this CPU.
void lru_add_drain();

// Has each CPU that has anything in its pagevecs empty them, and waits. Sleeps. What is added
// meanwhile may remain. Needs a daemon per CPU in lru_add_drain_worker().
void lru_add_drain_all();
void lru_add_drain_worker(unsigned cpu);

// The CPU's worker begins an item of its queue, with the one before it done, and ends it. Sleeps.
// Does nothing if a scenario has no items but those of lru_add_drain_all().
void start_work_item(unsigned cpu);
void finish_work_item(unsigned cpu);

// End of writeback: the page goes to the tail of its inactive list. Interrupts may call it.
void rotate_reclaimable_page(struct page* page);

// Puts an inactive page on its way to its active list: into this CPU's pagevec, with a reference.
// Nothing for a page on no list or on the unevictable one. The caller holds a reference.
void activate_page(struct page* page);

// The same for an active page, on its way to the inactive list.
void deactivate_page(struct page* page);

// The same for a page of a file that could not be truncated, whether active or not. It stays where
// it is if it is mapped, or off the lists, when the pagevec is drained.
void deactivate_file_page(struct page* page);

// Second access: activates, or marks the page in this CPU's lru_add pagevec active. First access:
// sets PG_referenced.
void mark_page_accessed(struct page* page);

// Drops `holder`'s reference of each page; pages whose last it was come off their list and are
// freed. The caller does not hold lru_lock.
void release_pages(const page_slot* pages, unsigned nr, Holder holder);

// Empties this CPU's pagevecs, then drops the references of the vector's slots.
void pagevec_release(struct pagevec* pvec, Holder holder);

}  // namespace heddle
