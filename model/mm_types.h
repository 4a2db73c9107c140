// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/mm_types.h and mmzone.h (v4.8, LRU lists per zone as in the seed).
#pragma once

#include "checker/sync/sync.h"

namespace heddle {

// Bit numbers of include/linux/page-flags.h (v4.8).
enum pageflags : unsigned {
    PG_locked = 0,
    PG_referenced = 2,
    PG_uptodate = 3,
    PG_dirty = 4,
    PG_lru = 5,
    PG_active = 6,
    PG_private = 11,
    PG_writeback = 13,
    PG_swapcache = 15,
    PG_reclaim = 17,
    PG_swapbacked = 18,
    PG_unevictable = 19,
    PG_mlocked = 20
};

enum lru_list : unsigned {
    LRU_INACTIVE_ANON,
    LRU_ACTIVE_ANON,
    LRU_INACTIVE_FILE,
    LRU_ACTIVE_FILE,
    LRU_UNEVICTABLE,
    NR_LRU_LISTS
};
constexpr unsigned LRU_ACTIVE = 1;

constexpr unsigned long VM_LOCKED = 0x2000;
constexpr unsigned AS_UNEVICTABLE = 3;  // bit of address_space.flags
constexpr unsigned long PAGE_MAPPING_ANON = 1;

// Who holds a reference to a page. Ghost: the kernel only counts.
enum class Holder : unsigned char {
    cache,      // the page cache
    map,        // a page-table entry
    pagevec,    // a slot of a per-CPU pagevec
    isolation,  // whoever has taken the page off its list
    pin         // a task, for its own use
};
constexpr unsigned nr_holders = 5;

// What claims know of a page and no path reads.
struct page_ghost {
    unsigned char references[nr_holders];  // by Holder
    unsigned char pins[tasks_max];         // by task
    unsigned char isolated_by;             // 0: nobody; otherwise the index of the task + 1
    unsigned char owed;  // tasks that will still look whether the page is on the right list
    bool scan_owed;      // SHM_UNLOCK will still look
    bool free;           // handed to the allocator
};

struct page {
    unsigned long flags;
    struct address_space* mapping;  // with PAGE_MAPPING_ANON: a struct anon_vma
    atomic_t _mapcount;             // -1: not mapped
    atomic_t _refcount;
    unsigned char zone_id;  // in the kernel a part of flags, constant
    struct page_ghost ghost;
};

struct anon_vma {
    struct rw_semaphore rwsem;
};

// An entry of the page cache by offset: 0 for none, swap_entry, or a page's number + 1. A byte, as
// for page_slot.
using page_tree_entry = unsigned char;
constexpr page_tree_entry swap_entry = 0xff;
constexpr unsigned page_tree_max = 8;

struct address_space {
    unsigned long flags;
    struct rw_semaphore i_mmap_rwsem;
    spinlock_t tree_lock;
    page_tree_entry page_tree[page_tree_max];
    unsigned char page_tree_end;  // all entries from here on are empty; constant
};

// A bit per page: its entry is present. Stands for the page table.
using pte_set = unsigned char;

// The lock of a vma's page table, from the address of the table.
spinlock_t* ptl_of(const void* ptes);

struct vm_area_struct {
    unsigned long vm_flags;
    spinlock_t ptl;
    guarded<pte_set, ptl_of> ptes;
    pte_set covers;  // pages at whose offset the vma is found in the rmap trees; constant
};

// A list is a set: where the kernel takes the tail, the model takes any member.
struct lru_lists {
    unsigned char members[NR_LRU_LISTS];  // a bit per page
    signed char nr[NR_LRU_LISTS];         // NR_INACTIVE_ANON .. NR_UNEVICTABLE
};

// The lock of an lruvec's lists, from their address.
spinlock_t* lru_lock_of(const void* lists);

struct lruvec {
    struct zone* zone;
    guarded<struct lru_lists, lru_lock_of> lists;
};

enum zone_stat_item : unsigned { NR_MLOCK, NR_VM_ZONE_STAT_ITEMS };

struct zone_ghost {
    long flips_not_counted;  // changes of PG_mlocked that NR_MLOCK has not seen yet
    long leaked;             // of these, what __munlock_pagevec() of the seed never counts
};

struct zone {
    struct pglist_data* zone_pgdat;
    struct lruvec lruvec;
    atomic_long_t vm_stat[NR_VM_ZONE_STAT_ITEMS];
    struct zone_ghost ghost;
};

struct pglist_data {
    spinlock_t lru_lock;
};

// SWAP_CLUSTER_MAX: 32 in the kernel; 2 lets a release_pages() of few pages drop the lock midway.
constexpr unsigned SWAP_CLUSTER_MAX = 2;
constexpr unsigned PAGEVEC_SIZE = 14;

// A pointer to a page, or null, in one byte. Most of a world would otherwise be empty slots, to be
// copied and hashed in every step: see README.md for what that cost.
class page_slot {
  public:
    page_slot() = default;
    page_slot(struct page* page);
    operator struct page *() const;
    struct page* operator->() const {
        return *this;
    }

  private:
    unsigned char pfn_plus_1_;  // 0: null
};

struct pagevec {
    unsigned char nr;
    unsigned char moved;  // ghost: slots of this vector that a move function has dealt with
    page_slot pages[PAGEVEC_SIZE];
};

enum vm_event_item : unsigned {
    UNEVICTABLE_PGCULLED,
    UNEVICTABLE_PGSCANNED,
    UNEVICTABLE_PGRESCUED,
    UNEVICTABLE_PGMLOCKED,
    UNEVICTABLE_PGMUNLOCKED,
    UNEVICTABLE_PGCLEARED,
    UNEVICTABLE_PGSTRANDED,
    PGROTATED,
    PGACTIVATE,
    PGDEACTIVATE,
    PGFREE,
    NR_VM_EVENT_ITEMS
};

struct vm_event_state {
    unsigned char event[NR_VM_EVENT_ITEMS];
};

}  // namespace heddle
