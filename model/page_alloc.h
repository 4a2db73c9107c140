// SPDX-License-Identifier: Apache-2.0
// Mirrors the free path of mm/page_alloc.c (v4.8 with CONFIG_DEBUG_VM) for small pages.
#pragma once

#include "checker/sync/sync.h"
#include "model/mm_types.h"

namespace heddle {

// Hands a page with no reference left to the allocator: moment FREE. A page that is not fit for
// it (free_pages_check(), bad_page()) is a violation of B5, B8 or D3.
void free_hot_cold_page(struct page* page);

}  // namespace heddle
