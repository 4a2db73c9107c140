// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/filemap.c (v4.8): lookups in the page cache and removal from it. A mapping's tree is
// an array with an entry per offset. Leaves out: adding pages, tags, shadow entries, RCU.
#pragma once

#include "model/mm.h"

namespace heddle {

// An entry of the tree that is neither empty nor a page: shmem has swapped the page out.
inline bool radix_tree_exceptional_entry(page_tree_entry entry) { return entry == swap_entry; }

// Up to `nr_entries` entries that are not empty, from offset `start` on, with their offsets; pages
// with a reference of the task (Holder::pin). Returns how many; 0 means the end of the file.
unsigned find_get_entries(struct address_space* mapping, unsigned start, unsigned nr_entries,
                          page_tree_entry* entries, unsigned char* indices);

// As find_get_entries(), less the swap entries: looks at `nr_entries` entries and returns the pages
// among them. So 0 is not the end of the file where a whole batch is swapped out.
unsigned find_get_pages(struct address_space* mapping, unsigned start, unsigned nr_entries,
                        page_tree_entry* entries, unsigned char* indices);

// Takes a locked page at offset `index` out of the cache and drops the cache's reference. The
// caller holds one too.
void delete_from_page_cache(struct page* page, unsigned index);

}  // namespace heddle
