// SPDX-License-Identifier: Apache-2.0
#include "model/truncate.h"

#include "model/filemap.h"
#include "model/fixes.h"
#include "model/memory.h"
#include "model/mlock.h"
#include "model/swap.h"

namespace heddle {

namespace {

void truncate_complete_page(struct address_space* mapping, struct page* page) {
    if (READ_ONCE(page->mapping) != mapping) {
        return;
    }
    // The versions in which page_remove_rmap() leaves PG_mlocked: nobody maps the page any more.
    if (!has(Fix::unmap_clears_mlock)) {
        clear_page_mlock(page);
    }
    ghost([&] {
        // C1: without its mapping the page is evictable, and stays where it is until its last put.
        page->ghost.scan_owed =
            page->ghost.scan_owed || (mapping->flags & bit_mask(AS_UNEVICTABLE)) != 0;
    });
    delete_from_page_cache(page, page->index);
}

}  // namespace

void truncate_inode_page(struct address_space* mapping, struct page* page) {
    // Private copies stay: whoever truncates has unmapped them, and will again.
    if (page_mapped(page)) {
        unmap_mapping_range(mapping, page->index, page->index + 1U, EvenCows::no);
    }
    truncate_complete_page(mapping, page);
}

namespace {

// The pages of a batch of entries, with references: pagevec_lookup_entries(). False if there are
// none from `index` on, which then is the index behind the last.
bool lookup_batch(struct pagevec* pvec, struct address_space* mapping, unsigned& index) {
    page_tree_entry entries[PAGEVEC_SIZE];
    pgoff_t indices[PAGEVEC_SIZE];
    const unsigned nr =
        find_get_entries(mapping, index, this_machine().pagevec_size, entries, indices);
    pagevec_init(pvec);
    for (unsigned i = 0; i < nr; ++i) {
        if (!radix_tree_exceptional_entry(entries[i])) {
            pagevec_add(pvec, entry_page(entries[i]));
        }
    }
    index = nr != 0 ? indices[nr - 1] + 1U : index;
    return nr != 0;
}

// Passes over pages that are locked or under writeback.
void truncate_what_is_free(struct address_space* mapping, unsigned index) {
    struct pagevec pvec;
    while (lookup_batch(&pvec, mapping, index)) {
        for (unsigned i = 0; i < pagevec_count(&pvec); ++i) {
            struct page* page = pvec.pages[i];
            if (!trylock_page(page)) {
                continue;
            }
            if (!PageWriteback(page)) {
                truncate_inode_page(mapping, page);
            }
            unlock_page(page);
        }
        pagevec_release(&pvec, Holder::pin);
    }
}

}  // namespace

void truncate_inode_pages(struct address_space* mapping, unsigned start) {
    struct pagevec pvec;
    unsigned index = start;

    truncate_what_is_free(mapping, start);
    for (;;) {
        const unsigned from = index;
        if (!lookup_batch(&pvec, mapping, index)) {
            if (from == start) {
                return;
            }
            // Again from the beginning, until all are gone.
            index = start;
            continue;
        }
        for (unsigned i = 0; i < pagevec_count(&pvec); ++i) {
            struct page* page = pvec.pages[i];
            lock_page(page);
            wait_on_page_writeback(page);
            truncate_inode_page(mapping, page);
            unlock_page(page);
        }
        pagevec_release(&pvec, Holder::pin);
    }
}

namespace {

void truncate_pagecache(struct address_space* mapping, unsigned newsize) {
    // All at once first, so that little is left to be unmapped page by page.
    unmap_mapping_range(mapping, newsize, ~0U, EvenCows::yes);
    truncate_inode_pages(mapping, newsize);
    // Until a page was gone from the cache, a write could make a private copy of it.
    unmap_mapping_range(mapping, newsize, ~0U, EvenCows::yes);
}

}  // namespace

void truncate_setsize(struct address_space* mapping, unsigned newsize) {
    // First of all: a fault that finds a page after this looks at the size with the page locked.
    WRITE_ONCE(mapping->i_size, static_cast<pgoff_t>(newsize));
    truncate_pagecache(mapping, newsize);
}

}  // namespace heddle
