// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/mm_types.h and mmzone.h (v4.8, LRU lists per zone as in the seed).
// Leaves out: memcg, watermarks and free lists, counters that no path here changes.
#pragma once

#include <cstddef>

#include "checker/sync/sync.h"
#include "model/bit_set.h"
#include "model/slot.h"

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
    PG_double_map = 12,  // of the second page of a huge one; aliases PG_private_2
    PG_writeback = 13,
    PG_head = 14,
    PG_swapcache = 15,
    PG_reclaim = 17,
    PG_swapbacked = 18,
    PG_unevictable = 19,
    PG_mlocked = 20,
    PG_hwpoison = 22
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

// Bits of vm_flags, from include/linux/mm.h (v4.8). Half as wide as the kernel's: worlds are
// hashed.
using vm_flags_t = unsigned;
constexpr vm_flags_t VM_READ = 0x1;
constexpr vm_flags_t VM_WRITE = 0x2;
constexpr vm_flags_t VM_SHARED = 0x8;
constexpr vm_flags_t VM_GROWSDOWN = 0x100;
constexpr vm_flags_t VM_PFNMAP = 0x400;
constexpr vm_flags_t VM_LOCKED = 0x2000;
constexpr vm_flags_t VM_IO = 0x4000;
constexpr vm_flags_t VM_DONTEXPAND = 0x40000;
constexpr vm_flags_t VM_LOCKONFAULT = 0x80000;
constexpr vm_flags_t VM_MIXEDMAP = 0x10000000;
constexpr vm_flags_t VM_HUGEPAGE = 0x20000000;
constexpr vm_flags_t VM_SPECIAL = VM_IO | VM_DONTEXPAND | VM_PFNMAP | VM_MIXEDMAP;
constexpr vm_flags_t VM_LOCKED_MASK = VM_LOCKED | VM_LOCKONFAULT;  // ~VM_LOCKED_CLEAR_MASK

constexpr unsigned PAGE_SHIFT = 12;
constexpr unsigned long PAGE_SIZE = 1UL << PAGE_SHIFT;
constexpr unsigned long PAGE_MASK = ~(PAGE_SIZE - 1);

constexpr unsigned AS_UNEVICTABLE = 3;  // bit of address_space.flags
constexpr unsigned long PAGE_MAPPING_ANON = 1;
constexpr unsigned long PAGE_MAPPING_KSM = 2;  // with PAGE_MAPPING_ANON: a struct stable_node

// On threads a machine is to have pages for as many tasks as there may be, each with a pagevec's.
constexpr unsigned pages_max = by_build(16U, 2048U);
constexpr unsigned vmas_max = by_build(16U, 256U);
constexpr unsigned anon_vmas_max = by_build(32U, 512U);
constexpr unsigned swap_slots_max = 4;

// On threads what one CPU has for itself, and what a lock guards, is on cache lines of its own.
// `Member` is the member with the strictest alignment.
template <class Member>
constexpr std::size_t own_line = by_build(alignof(Member), std::size_t{64});

// A slot of the swap area, from 1; 0 is none.
using swp_entry_t = unsigned char;

using page_set = bit_set<pages_max>;
using vma_set = bit_set<vmas_max>;

// The number of a page in its file, or of its place in its address space.
using pgoff_t = by_build_t<unsigned char, unsigned short>;

// Who holds a reference to a page. Ghost: the kernel only counts.
enum class Holder : unsigned char {
    cache,      // the page cache or the swap cache
    map,        // a page-table entry
    pagevec,    // a slot of a per-CPU pagevec
    isolation,  // whoever has taken the page off its list
    pin         // a task, for its own use
};
constexpr unsigned nr_holders = 5;

// What claims know of a page and no path reads.
struct page_ghost {
    unsigned char references[nr_holders];  // by Holder
    unsigned char isolated_by;             // 0: nobody; otherwise the index of the task + 1
    unsigned char owed;        // tasks that will still look whether the page is on the right list
    bool scan_owed;            // SHM_UNLOCK will still look
    bool free;                 // handed to the allocator
    bool frozen : 1;           // page_ref_freeze() has set _refcount to 0; its holders get it back
    bool splitting : 1;        // of a head: its tails get its flags and leave it, one by one
    unsigned char content;     // R4: how often a user has written to the page
    unsigned char to_munlock;  // B9: writers that have taken it out of a VM_LOCKED vma, and will
};

struct page {
    unsigned long flags;
    struct address_space* mapping;  // with PAGE_MAPPING_ANON: a struct anon_vma or stable_node
    atomic_t _mapcount;             // -1: not mapped
    atomic_t _refcount;
    unsigned char zone_id;  // in the kernel a part of flags, constant
    pgoff_t index;          // as vm_pgoff
    swp_entry_t swap;       // in the kernel "private": the slot of a page with PG_swapcache
    struct page_ghost ghost;
    unsigned char mem_cgroup;  // who pays for it; 0: the root. See lru_lock_layout
};

using page_slot = slot<struct page>;

// What the kernel keeps in the second page of a compound page and in PageTail's word. Only a
// machine with huge pages has these, one for each page.
struct compound_page {
    atomic_t compound_mapcount;              // of a head: entries of pmds that map it, less 1
    shared_slot<struct page> compound_head;  // of a tail; null: this is none
};

// The interval tree is a set: a walk looks at every member's range.
struct anon_vma {
    shared_slot<struct anon_vma>
        root;                   // whose rwsem counts; stays behind when the anon_vma is freed
    struct rw_semaphore rwsem;  // protects the trees of all anon_vmas with this root
    atomic_t refcount;  // 1 for having vmas, for each other anon_vma with this root, each pin
    vma_set rb_root;
};

// mm/ksm.c: a place where a KSM page was mapped when it was merged, with a reference to the
// anon_vma through which copies of that vma are found.
struct rmap_item {
    slot<struct mm_struct> mm;
    slot<struct anon_vma> anon_vma;
    unsigned char page;  // in pages: the kernel's address
};
constexpr unsigned rmap_items_max = 4;

// The places of a KSM page. Protected by its page lock.
struct stable_node {
    unsigned char in_use;
    unsigned char nr_items;
    struct rmap_item items[rmap_items_max];
};

// An entry of the page cache by offset: 0 for none, swap_entry, or a page's number + 1. A byte, as
// for page_slot.
using page_tree_entry = page_slot::index;
constexpr page_tree_entry swap_entry = static_cast<page_tree_entry>(~0U);
constexpr unsigned page_tree_max = by_build(8U, 64U);

struct address_space {
    unsigned long flags;
    struct rw_semaphore i_mmap_rwsem;
    spinlock_t tree_lock;
    vma_set i_mmap;
    page_tree_entry page_tree[page_tree_max];
    pgoff_t page_tree_end;  // all entries from here on are empty; constant
    pgoff_t i_size;         // in pages; in the kernel bytes, of the file's inode
};

// The only swap area. One lock stands for that of the area and that of the swap cache: whoever
// finds a slot in use by the cache finds its page there.
struct swap_area {
    struct address_space swapper_space;          // the swap cache, by slot
    unsigned char swap_map[swap_slots_max + 1];  // by slot: entries, and SWAP_HAS_CACHE
    unsigned char contents[swap_slots_max + 1];  // ghost, R4: of the page that was written there
};

// A page-table entry: bits of model/pgtable.h, and a page.
using pte_t = by_build_t<unsigned short, unsigned>;
constexpr unsigned PTRS_PER_PTE = 8;
constexpr unsigned ptes_max = by_build(PTRS_PER_PTE, 64U);  // what a page table has room for

struct ptes {
    pte_t pte[ptes_max];  // in a machine with huge pages only as many as one of them has
};

// An entry of a pmd: 0 for none, a page table, or a huge page; bits of model/pgtable.h.
using pmd_t = pte_t;

// The lock of a page table, from the address of its entries.
spinlock_t* ptl_of(const void* ptes);

struct alignas(own_line<spinlock_t>) page_table {
    spinlock_t ptl;
    guarded<struct ptes, ptl_of> entries;
};

// L9: written with mmap_sem held for writing, or by the only user of an exiting mm.
struct vm_flags_rule {
    static constexpr const char* claim = "L9";
    static constexpr const char* formula =
        "vm_flags are written with mmap_sem held for writing, or as the mm exits";
    static bool allows(const void* vm_flags);
};

// L8: written with mmap_sem held for writing, or for reading with page_table_lock; before v4.4
// without.
struct locked_vm_rule {
    static constexpr const char* claim = "L8";
    static constexpr const char* formula =
        "locked_vm is written with mmap_sem held for writing, or for reading and page_table_lock";
    static bool allows(const void* locked_vm);
};

struct vm_area_struct {
    write_guarded<vm_flags_t, vm_flags_rule> vm_flags;
    lockless<unsigned> vm_start;  // in bytes
    lockless<unsigned> vm_end;
    shared_slot<struct mm_struct> vm_mm;        // null: this slot is free
    shared_slot<struct address_space> vm_file;  // its mapping; null: anonymous
    shared_slot<struct anon_vma> anon_vma;      // null until the first page of its own
    lockless<pgoff_t> vm_pgoff;  // of an anonymous vma the page number of its first place
};

struct mm_ghost {
    unsigned locked_vm_excess;  // what mlock_fixup() of the seed counts twice and never gives back
    unsigned short promised;    // R2: pages, a bit each, that mlock() has said are in memory
    unsigned short to_munlock;  // B9: pages that a munlock under way has still to visit
};

struct alignas(own_line<void*>) mm_struct {
    struct rw_semaphore mmap_sem;
    spinlock_t page_table_lock;
    atomic_t mm_users;                                  // 0: exiting, nobody else takes mmap_sem
    write_guarded<unsigned, locked_vm_rule> locked_vm;  // pages
    unsigned total_vm;                                  // pages
    vm_flags_t def_flags;                               // bits of vm_flags that each new vma gets
    unsigned memlock_limit;      // RLIMIT_MEMLOCK of the process in bytes; ~0: unlimited
    bool cap_ipc_lock;           // CAP_IPC_LOCK of the process
    unsigned char mem_cgroup;    // that its pages are charged to
    unsigned short stack_limit;  // RLIMIT_STACK of the process in pages; 0xffff: unlimited
    struct page_table* pgd;      // nr_tables of them, each for PTRS_PER_PTE pages
    struct mm_ghost ghost;
};

// A list is a set: where the kernel takes the tail, the model takes any member.
struct lru_lists {
    page_set members[NR_LRU_LISTS];
    by_build_t<signed char, int> nr[NR_LRU_LISTS];  // NR_INACTIVE_ANON .. NR_UNEVICTABLE
};

// Which lru_lock guards what. One machine has one of these, and the paths take it by
// page_lru_lock() and lruvec_lru_lock().
enum class lru_lock_layout : unsigned char {
    node,      // the seed: one for the zones of a node
    zone,      // before the seed (up to v4.7): one for each zone
    lruvec,    // since v5.11: one for each lruvec, that is for each zone and memory cgroup. Each
               // process is a memory cgroup of its own, and pays for the pages that it faults in
    page_hash  // no kernel: one of some locks, by the page's number. No lock guards a whole list
};

// The lock of an lruvec's lists, from their address.
spinlock_t* lru_lock_of(const void* lists);

// The lists of a zone; in the layout lruvec those of its pages that a memory cgroup pays for.
struct alignas(own_line<void*>) lruvec {
    struct zone* zone;
    guarded<struct lru_lists, lru_lock_of> lists;
};

enum zone_stat_item : unsigned {
    NR_MLOCK,
    NR_ISOLATED_ANON,
    NR_ISOLATED_FILE,
    NR_VM_ZONE_STAT_ITEMS
};

struct zone_ghost {
    int flips_not_counted;  // changes of PG_mlocked that NR_MLOCK has not seen yet
    int leaked;             // of these, what __munlock_pagevec() of the seed never counts
};

// H: what has happened less what the event counters say. Kept as differences, each of which comes
// back to what the pages say whenever no task is inside any path: totals would tell states apart
// that are the same to all but a claim.
struct event_ledger {
    signed char set;          // H1: successful TestSets of PG_mlocked - PGMLOCKED
    signed char cleared;      // H2: successful TestClears in clear_page_mlock() - PGCLEARED
    signed char clearing;     // H3: calls of clear_page_mlock() that may still strand their page
    signed char stranded;     // H3: pages found stranded - PGSTRANDED
    signed char munlocked;    // H4: TestClears of munlock - what each of them has come to
    signed char mlocked;      // H5: pages with PG_mlocked, by what the events say
    signed char unevictable;  // H7: pages with PG_unevictable, by what the events say
    signed char scanned;      // H8: pages that SHM_UNLOCK has looked at - PGSCANNED
};

struct alignas(own_line<void*>) zone {
    struct pglist_data* zone_pgdat;
    struct lruvec lruvec;  // not used in the layout lruvec
    atomic_long_t vm_stat[NR_VM_ZONE_STAT_ITEMS];
    struct zone_ghost ghost;
};

struct alignas(own_line<spinlock_t>) pglist_data {
    spinlock_t lru_lock;  // of the layout node
};

// An lru_lock of any other layout.
struct alignas(own_line<spinlock_t>) lru_lock {
    spinlock_t lock;
};

// The lock of a split queue, from its address.
spinlock_t* split_queue_lock_of(const void* split_queue);

// A node's huge pages that are partly unmapped, and will be split when memory gets short.
struct split_queue {
    page_set pages;
    pgoff_t split_queue_len;
};
struct deferred_split {
    spinlock_t split_queue_lock;
    guarded<struct split_queue, split_queue_lock_of> split_queue;
};

// 14 in the kernel of the seed, 15 since v4.16, 31 since v6.10.
constexpr unsigned PAGEVEC_SIZE = by_build(14U, 31U);

struct alignas(own_line<page_slot>) pagevec {
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
    PGMIGRATE_SUCCESS,
    PGMIGRATE_FAIL,
    THP_SPLIT_PAGE,
    THP_SPLIT_PAGE_FAILED,
    THP_DEFERRED_SPLIT_PAGE,
    THP_SPLIT_PMD,
    NR_VM_EVENT_ITEMS
};

using vm_event_count = by_build_t<unsigned char, unsigned>;
struct alignas(own_line<vm_event_count>) vm_event_state {
    vm_event_count event[NR_VM_EVENT_ITEMS];
};

}  // namespace heddle
