// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/migrate.c (v4.8): moving a page's contents, mappings and place in the page cache to
// another page; a huge one is split first, or moved whole by NUMA balancing. Leaves out: hugetlb,
// buffers and other private data, balloon and other movable pages off the LRU, memcg, NUMA
// balancing of small pages, migrate_prep() (who calls drains), the moment in which NUMA balancing
// has the pmd empty.
#pragma once

#include "model/mm.h"

namespace heddle {

// Source: include/linux/migrate_mode.h; leaves out MIGRATE_SYNC_LIGHT.
enum migrate_mode : unsigned { MIGRATE_ASYNC, MIGRATE_SYNC };

constexpr int MIGRATEPAGE_SUCCESS = 0;

// Counts the isolated page in NR_ISOLATED of its zone, or (`delta` -1) no more.
void mod_zone_isolated(struct page* page, long delta);

// Moves each page of the set, which the running task has isolated and counted in NR_ISOLATED, to a
// new page. Pages that moved, or could not for good, leave the set. Returns how many did not move,
// or -ENOMEM. Sleeps. this_machine().migrate_passes times at most, the last time by force: waits
// for page locks then, unless MIGRATE_ASYNC.
int migrate_pages(page_set& from, migrate_mode mode);

// Puts the pages of the set, isolated and counted as above, back on their lists.
void putback_movable_pages(page_set& from);

// A fault has found a migration entry: waits until the page has been moved, or stays. The caller
// looks at the entry again. Sleeps.
void migration_entry_wait(struct mm_struct* mm, unsigned long address);

// Makes each migration entry of `old` one that maps `newpage` (perhaps `old` itself), and mlocks it
// for VM_LOCKED vmas. Both are locked, `newpage` has the mapping. Sleeps.
void remove_migration_ptes(struct page* old, struct page* newpage);

// Makes each migration entry of the anonymous page, which is or was a part of a huge one, one that
// maps it. The caller holds the lock of the tree of its mappings.
void remove_migration_ptes_locked(struct page* page);

// Gives the new, locked page the old one's flags, and takes those of its list from the old one.
void migrate_page_copy(struct page* newpage, struct page* page);

// mm/huge_memory.c: a fault by which NUMA balancing asks where a huge page is used. Moves it to a
// new huge page, if only this entry maps it and nobody else has a reference. Sleeps.
// migrate_huge.cpp.
void do_huge_pmd_numa_page(struct mm_struct* mm, unsigned long address);

}  // namespace heddle
