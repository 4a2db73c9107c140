// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/filemap.c (v4.8): the page cache. Reading a page in is instant; leaves out shadow
// entries, readahead, errors.
#pragma once

#include "model/mm.h"

namespace heddle {

// The page at the index with a reference (a pin of the caller); null if there is none.
struct page* find_get_page(struct address_space* mapping, unsigned index);

// Finds or reads the page at the index: 0, and `page` is locked, with a pin of the caller's; or
// VM_FAULT_OOM, or VM_FAULT_SIGBUS behind the end of the file, which has file_pages_max pages.
// Sleeps.
unsigned filemap_fault(struct address_space* mapping, unsigned index, struct page*& page);

}  // namespace heddle
