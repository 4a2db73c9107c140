// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/mlock.c at commit a52633d8e9 (July 2016; lru_lock per node, lists and NR_MLOCK per
// zone) from clear_page_mlock() to __munlock_pagevec(), for small pages. Leaves out: the walk over
// a range, the system calls, memcg, huge pages.
#pragma once

#include "model/mm.h"
#include "model/pagevec.h"

namespace heddle {

// Clears PG_mlocked when the last mapping goes, or for truncation. The caller holds a reference or
// tears a mapping down under its ptl; the page lock is not needed; lru_lock is free, interrupts on.
void clear_page_mlock(struct page* page);

// Sets PG_mlocked and moves the page to the unevictable list if it can be isolated; else whoever
// has it puts it on some list, perhaps an evictable one. The page is locked.
void mlock_vma_page(struct page* page);

// Takes the page off its list, under lru_lock; false if it is on none. With `getpage` it takes a
// reference; without, the caller's pin becomes the reference of the isolation.
bool __munlock_isolate_lru_page(struct page* page, bool getpage);

// Ends the munlock of an isolated, locked page: sets PG_mlocked again if another VM_LOCKED vma maps
// it, and puts it back. Sleeps.
void __munlock_isolated_page(struct page* page);

// Accounts for a page whose flag was cleared and that somebody else has isolated: his putback looks
// at the flag. Under lru_lock.
void __munlock_isolation_failed(struct page* page);

// Munlocks one locked page to which the caller holds a reference. Returns the number of pages to
// skip beside it: 0 for a small page.
unsigned munlock_vma_page(struct page* page);

// Readies a page for a batched putback without a walk of its mappings: appends it to `pvec` and
// unlocks it. False if it needs the slow way (mapped more than once, or not evictable after all).
bool __putback_lru_fast_prepare(struct page* page, struct pagevec* pvec, unsigned& pgrescued);

// Puts the prepared pages back and drops their references.
void __putback_lru_fast(struct pagevec* pvec, unsigned pgrescued);

// Munlocks a batch of pages of one zone. Consumes a pin of the caller for each. Sleeps. The vma
// they were found in has lost VM_LOCKED already.
void __munlock_pagevec(struct pagevec* pvec, struct zone* zone);

}  // namespace heddle
