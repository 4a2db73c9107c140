// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/truncate.c (v4.8). Leaves out: parts of pages, huge pages of files, buffers,
// cleancache, dirty accounting, entries of shadows and swap, i_mutex, files that grow.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// Unmaps the page of the file from whoever maps it, and takes it out of the page cache, if it is
// still there. The caller holds the page lock and a reference. Sleeps.
void truncate_inode_page(struct address_space* mapping, struct page* page);

// The same for all pages from index `start` on; with a look for what comes in meanwhile. Sleeps.
void truncate_inode_pages(struct address_space* mapping, unsigned start);

// Makes the file `newsize` pages long, which is not longer than it is: nobody has a page behind
// that any more when this returns, be it of the file or a private copy. The caller has no need of
// mmap_sem. Sleeps.
void truncate_setsize(struct address_space* mapping, unsigned newsize);

}  // namespace heddle
