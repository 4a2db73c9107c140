// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/swap_state.c (v4.8): the swap cache, whose pages have PG_swapcache, their slot, and
// one reference of the cache. Reading a page in and writing it out are instant. Leaves out:
// readahead.
#pragma once

#include "model/mm.h"

namespace heddle {

// Gives the locked, anonymous page a slot and puts it into the swap cache; a huge one is split, and
// its parts join the `list` of isolated pages. False if it cannot be split, no slot is free, or
// there is no swap area.
bool add_to_swap(struct page* page, page_set& list);

// Takes the page out of the swap cache. The caller holds the page lock and tree_lock, and sees to
// the slot and to the reference of the cache.
void __delete_from_swap_cache(struct page* page);

// The same with both.
void delete_from_swap_cache(struct page* page);

// Takes a page that is about to be released out of the swap cache if nobody else needs it there and
// nobody has it locked.
void free_swap_cache(struct page* page);

// The page of the slot with a reference (a pin of the caller), from the swap cache or, new to it,
// from the swap area. Null if there is no memory, or if no entry holds the slot any more.
struct page* read_swap_cache_async(swp_entry_t entry);

}  // namespace heddle
