// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/filemap.c (v4.8): the page cache. A mapping's tree is an array with an entry per
// offset. Reading a page in is instant; leaves out: tags, shadow entries, RCU, readahead, errors.
#pragma once

#include "model/mm.h"

namespace heddle {

// An entry of the tree that is neither empty nor a page: shmem has swapped the page out.
inline bool radix_tree_exceptional_entry(page_tree_entry entry) { return entry == swap_entry; }

// The page at the index with a reference (a pin of the caller); null if there is none.
struct page* find_get_page(struct address_space* mapping, unsigned index);

// Finds or reads the page at the index: 0, and `page` is locked, with a pin of the caller's; or
// VM_FAULT_OOM, or VM_FAULT_SIGBUS behind the end of the file.
// Sleeps.
unsigned filemap_fault(struct address_space* mapping, unsigned index, struct page*& page);

// Up to `nr_entries` entries that are not empty, from offset `start` on, with their offsets; pages
// with a reference of the task (Holder::pin). Returns how many; 0 means the end of the file.
unsigned find_get_entries(struct address_space* mapping, unsigned start, unsigned nr_entries,
                          page_tree_entry* entries, pgoff_t* indices);

// As find_get_entries(), less the swap entries: looks at `nr_entries` entries and returns the pages
// among them. So 0 is not the end of the file where a whole batch is swapped out.
unsigned find_get_pages(struct address_space* mapping, unsigned start, unsigned nr_entries,
                        page_tree_entry* entries, pgoff_t* indices);

// Takes the page at offset `index` out of its mapping. The caller holds the page lock and the
// mapping's tree_lock, and sees to the reference of the page cache.
void __delete_from_page_cache(struct page* page, unsigned index);

// The same for a caller with a reference of its own: takes the tree_lock and drops the cache's.
void delete_from_page_cache(struct page* page, unsigned index);

}  // namespace heddle
