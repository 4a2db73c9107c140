// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/filemap.c (v4.8): the page cache. Reading a page in is instant; leaves out shadow
// entries, readahead, errors.
#pragma once

#include "model/mm.h"

namespace heddle {

// The page at the index with a reference (a pin of the caller); null if there is none.
struct page* find_get_page(struct address_space* mapping, unsigned index);

// Takes the page out of its mapping. The caller holds the page lock and the mapping's tree_lock,
// and sees to the reference of the page cache.
void __delete_from_page_cache(struct page* page);

// Finds or reads the page at the index and returns it locked, with a pin of the caller's. Null if
// there is no memory. Sleeps.
struct page* filemap_fault(struct address_space* mapping, unsigned index);

}  // namespace heddle
