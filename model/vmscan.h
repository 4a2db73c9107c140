// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/vmscan.c (v4.8 logic, list by list of a zone as in the seed): taking pages off the LRU
// lists and putting them back, and reclaim. Leaves out: memcg, zone limits of
// isolate_lru_pages(), how much to scan, statistics of reclaim but PGACTIVATE and PGDEACTIVATE,
// VM_EXEC, slabs. Pages under writeback and dirty pages of files are kept.
#pragma once

#include <cerrno>

#include "model/mm.h"

namespace heddle {

// Source: include/linux/mmzone.h.
enum isolate_mode_t : unsigned {
    ISOLATE_CLEAN = 1,
    ISOLATE_UNMAPPED = 2,
    ISOLATE_ASYNC_MIGRATE = 4,
    ISOLATE_UNEVICTABLE = 8
};

// False if the page belongs on the unevictable list: its mapping says so, or it is mlocked. Two
// separate reads.
bool page_evictable(struct page* page);

// Takes the page off its list, with a reference of its own: 0, or -EBUSY if it is on none. The
// caller holds a reference; lru_lock is free and interrupts are on.
int isolate_lru_page(struct page* page);

// Puts an isolated page back on the list its flags ask for now, and drops the reference of the
// isolation (perhaps the last).
void putback_lru_page(struct page* page);

// Under lru_lock, without a reference: 0 after PG_lru was cleared and a reference taken, -EBUSY if
// the page is being freed or busy, -EINVAL if it is not to be taken.
int __isolate_lru_page(struct page* page, unsigned mode);

// Under lru_lock: isolates up to `nr_to_scan` pages of a list. `dst` becomes a set with a bit per
// page taken. Returns how many.
unsigned isolate_lru_pages(unsigned nr_to_scan, struct lruvec* lruvec, page_set& dst, unsigned mode,
                           lru_list lru);

// Takes up to `nr_to_scan` pages off an inactive list and frees those that can be: clean pages of
// files, and anonymous ones that get a slot in the swap area. The others go back to a list. Returns
// how many it freed. Sleeps.
unsigned shrink_inactive_list(unsigned nr_to_scan, struct lruvec* lruvec, lru_list lru);

// Moves up to `nr_to_scan` pages of an active list to the inactive one. Sleeps.
void shrink_active_list(unsigned nr_to_scan, struct lruvec* lruvec, lru_list lru);

// One round of kswapd: the evictable lists of the node's zones up to `classzone`. Sleeps.
void balance_pgdat(struct pglist_data* pgdat, const struct zone* classzone);

// Moves those of the pages that are evictable now from the unevictable list to an inactive one.
// The caller holds a reference to each.
void check_move_unevictable_pages(const page_slot* pages, unsigned nr_pages);

}  // namespace heddle
