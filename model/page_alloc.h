// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/page_alloc.c (v4.8 with CONFIG_DEBUG_VM).
#pragma once

#include "checker/sync/sync.h"
#include "model/mm_types.h"

namespace heddle {

// A free page, with one reference, which is a pin of the caller; null if there is none. Leaves out
// zones, watermarks and waiting for reclaim: the page with the lowest number is taken, in one step.
struct page* alloc_page();

// Whether the allocator has the page; for a look without any lock.
bool is_in_buddy(const struct page* page, Where where = Where::here());

// Hands a page with no reference left to the allocator: moment FREE. A page that is not fit for
// it (free_pages_check(), bad_page()) is a violation of B5, B8 or D3.
void free_hot_cold_page(struct page* page);

// One huge page, not mapped, with one reference; null if there are not enough free pages in a row.
struct page* alloc_hugepage();

// Gives a huge page without references back.
void free_compound_page(struct page* page);

}  // namespace heddle
