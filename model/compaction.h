// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/compaction.c (v4.8): moving whatever can be moved out of a zone. Leaves out:
// pageblocks and their skip bits, the free scanner (new pages come from the allocator), balloon
// pages, aborting for signals and need_resched(), draining at block borders.
#pragma once

#include "model/migrate.h"

namespace heddle {

// Goes over the zone's pages by number, without a reference to any, and isolates those on an LRU
// list, mlocked ones too (compact_unevictable_allowed is 1), except anonymous ones that somebody
// has pinned. Stops when MIGRATE_ASYNC and lru_lock is taken, or with COMPACT_CLUSTER_MAX pages.
// Returns a bit per page isolated; they are not in NR_ISOLATED yet.
page_set isolate_migratepages_block(struct zone* zone, migrate_mode mode);

// Isolates pages of the zone, migrates them, and puts back what did not move. Sleeps.
void compact_zone(struct zone* zone, migrate_mode mode);

}  // namespace heddle
