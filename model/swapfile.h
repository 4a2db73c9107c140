// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/swapfile.c (v4.8) with one swap area: how often each slot is in use. Leaves out:
// clusters, counts that overflow, swapoff, a swap area that is nearly full (vm_swap_full()).
#pragma once

#include "model/mm.h"

namespace heddle {

// Bit of a slot's count in swap_map: the swap cache has a page for it.
constexpr unsigned char SWAP_HAS_CACHE = 0x40;

// A free slot, which becomes the swap cache's; 0 if there is none. Under tree_lock.
swp_entry_t get_swap_page();

// Takes the slot for one more page of the swap cache: false if the cache has one, or if no entry
// holds the slot any more. Under tree_lock.
bool swapcache_prepare(swp_entry_t entry);

// The swap cache gives the slot up. Under tree_lock.
void swapcache_free(swp_entry_t entry);

// One page-table entry more, or less, holds the slot. Take tree_lock.
void swap_duplicate(swp_entry_t entry);
void swap_free(swp_entry_t entry);

// Drops an entry that is being unmapped, and its page from the swap cache if that was the last use
// of both.
void free_swap_and_cache(swp_entry_t entry);

// Whether a writer may have the page for himself: nobody else maps it or holds its slot. Takes a
// page that is his alone out of the swap cache. The page is locked, under the ptl of his entry.
// Also tells how many entries map the page or, of a huge page, any part of it.
bool reuse_swap_page(struct page* page, int* total_mapcount);

// Takes the locked page out of the swap cache if no entry holds its slot: true if it did.
bool try_to_free_swap(struct page* page);

}  // namespace heddle
