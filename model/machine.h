// SPDX-License-Identifier: Apache-2.0
// The world: what are global variables in the kernel.
#pragma once

#include "checker/sync/sync.h"
#include "model/mm_types.h"
#include "model/shm_types.h"

namespace heddle {

// The few global variables that change.
struct machine_state {
    unsigned long buddy[(pages_max + 63) / 64];  // free pages, a bit per page
    struct mutex lru_add_drain_lock;             // mm/swap.c
    spinlock_t shmlock_user_lock;                // mm/mlock.c
    struct rw_semaphore shm_ids_rwsem;           // ipc/shm.c
    struct event_ledger events;                  // ghost
};

// What only a machine with huge pages has. Constant once it is built.
struct huge_globals {
    struct compound_page* compound;       // by page; null: a kernel without huge pages
    pmd_t* pmds;                          // by mm and page table
    struct deferred_split* split_queues;  // by node
    bool* freed_tables;                   // ghost: by mm and page table
    atomic_long_t* nr_anon_thps;          // by zone: NR_ANON_THPS
    unsigned hpage_pmd_nr;                // 1 without huge pages
};

// What only a machine with KSM has. Constant once it is built.
struct ksm_globals {
    struct stable_node* nodes;  // null: a kernel without CONFIG_KSM
    unsigned nr_nodes;
};

// Constant once it is built: sizes, and where everything is.
struct machine {
    struct machine_state* state;
    struct page* mem_map;
    struct pglist_data* nodes;
    struct zone* zones;           // of all nodes
    struct lruvec* lruvecs;       // by zone and memory cgroup; null but in the layout lruvec
    struct lru_lock* lru_locks;   // of the layouts zone, lruvec and page_hash
    struct vm_area_struct* vmas;  // vmas_max slots at most
    struct mm_struct* mms;
    struct mm_struct** task_mm;  // by task; null: a kernel thread
    struct anon_vma* anon_vmas;
    struct address_space* mappings;
    struct swap_area* swap;  // null: a kernel without CONFIG_SWAP
    unsigned char* pins;     // ghost: by page and task, the references a task holds for its own use
    unsigned char* contents;  // ghost, R4: by mm and page, what a user finds; null: no processes
    unsigned nr_pages;
    unsigned nr_nodes;
    unsigned nr_zones;
    unsigned nr_mem_cgroups;  // 1, but in the layout lruvec
    unsigned nr_lru_locks;
    enum lru_lock_layout lru_lock_layout;
    unsigned nr_vmas;
    unsigned nr_mms;
    unsigned nr_anon_vmas;
    unsigned nr_tables;      // page tables of each mm
    unsigned pmd_shift;      // log2 of the bytes that a page table maps
    unsigned section_pages;  // pages of a section of memory, of which page_zone_id() tells
    unsigned int_bits;  // width of the int in which mlock_fixup() counts pages; 32 in the kernel
    unsigned nr_mappings;
    unsigned nr_swap_slots;
    unsigned nr_tasks;
    unsigned pagevec_size;      // 1 to PAGEVEC_SIZE slots in use
    unsigned swap_cluster_max;  // SWAP_CLUSTER_MAX, and COMPACT_CLUSTER_MAX; 32 in the kernel
    unsigned migrate_passes;    // of migrate_pages() over its pages; 10 in the kernel
    unsigned long fixes;        // a bit per Fix
    bool d6_is_off;             // ghost: let the deadlock happen that D6 foresees

    // mm/swap.c
    per_cpu<struct pagevec> lru_add_pvec;
    per_cpu<struct pagevec> lru_rotate_pvecs;
    per_cpu<struct pagevec> lru_deactivate_file_pvecs;
    per_cpu<struct pagevec> lru_deactivate_pvecs;
    per_cpu<struct pagevec> activate_page_pvecs;
    per_cpu<struct work_struct> lru_add_drain_work;

    // kernel/workqueue.c: held by the worker while it does an item. None unless a scenario has
    // items of its own.
    per_cpu<struct mutex> workers;

    // mm/vmstat.c
    per_cpu<struct vm_event_state> vm_event_states;

    struct shm_globals shm;
    struct huge_globals huge;
    struct ksm_globals ksm;
};

inline struct machine& this_machine() { return *static_cast<struct machine*>(world_root()); }

inline unsigned page_to_pfn(const struct page* page) {
    return static_cast<unsigned>(page - this_machine().mem_map);
}
inline struct page* pfn_to_page(unsigned pfn) { return this_machine().mem_map + pfn; }

// For whoever looks while no task runs.
inline bool is_free(unsigned pfn) {
    return (this_machine().state->buddy[pfn / 64] >> (pfn % 64) & 1U) != 0;
}

inline struct page* entry_page(page_tree_entry entry) { return pfn_to_page(entry - 1U); }
inline page_tree_entry entry_of(const struct page* page) {
    return static_cast<page_tree_entry>(page_to_pfn(page) + 1);
}

// Where the machine's objects of a type stand, one after the other.
template <class T>
T* array_of();
template <>
inline struct page* array_of() {
    return this_machine().mem_map;
}
template <>
inline struct mm_struct* array_of() {
    return this_machine().mms;
}
template <>
inline struct address_space* array_of() {
    return this_machine().mappings;
}
template <>
inline struct anon_vma* array_of() {
    return this_machine().anon_vmas;
}

template <class T>
slot<T>::slot(T* element)
    : index_plus_1_(element == nullptr ? 0 : static_cast<index>(element - array_of<T>() + 1)) {}
template <class T>
slot<T>::operator T*() const {
    return index_plus_1_ == 0 ? nullptr : array_of<T>() + index_plus_1_ - 1;
}

inline bool has_page(const page_set& set, const struct page* page) {
    return set.has(page_to_pfn(page));
}
inline void add_page(page_set& set, const struct page* page) { set.add(page_to_pfn(page)); }
inline void remove_page(page_set& set, const struct page* page) { set.remove(page_to_pfn(page)); }
inline struct page* take_first_page(page_set& set) { return pfn_to_page(set.take_first()); }

inline unsigned vma_number(const struct vm_area_struct* vma) {
    return static_cast<unsigned>(vma - this_machine().vmas);
}
inline bool is_in_tree(const vma_set& tree, const struct vm_area_struct* vma) {
    return tree.has(vma_number(vma));
}

inline bool has_ksm() { return this_machine().ksm.nodes != nullptr; }

// The address space of the process on whose behalf the running task runs.
inline struct mm_struct* current_mm() { return this_machine().task_mm[current_task()]; }

// RLIMIT_MEMLOCK and RLIMIT_STACK of the running task's process, in bytes, and whether it has
// CAP_IPC_LOCK. A kernel thread has no limit. Source: include/linux/sched.h, kernel/capability.c.
constexpr unsigned long RLIM_INFINITY = ~0UL;
inline unsigned long rlimit_memlock() {
    const struct mm_struct* mm = current_mm();
    return mm == nullptr || mm->memlock_limit == ~0U ? RLIM_INFINITY : mm->memlock_limit;
}
inline unsigned long rlimit_stack() {
    const unsigned pages = current_mm()->stack_limit;
    return pages == 0xffff ? RLIM_INFINITY : pages * PAGE_SIZE;
}
inline bool capable_ipc_lock() {
    const struct mm_struct* mm = current_mm();
    return mm != nullptr && mm->cap_ipc_lock;
}

inline struct zone* page_zone(const struct page* page) {
    return this_machine().zones + page->zone_id;
}
inline struct pglist_data* page_pgdat(const struct page* page) {
    return page_zone(page)->zone_pgdat;
}
inline struct lruvec* page_lruvec(const struct page* page) {
    const struct machine& machine = this_machine();
    if (machine.lruvecs == nullptr) {
        return &page_zone(page)->lruvec;
    }
    const std::size_t first = std::size_t{page->zone_id} * machine.nr_mem_cgroups;
    return &machine.lruvecs[first + page->mem_cgroup];
}
inline struct lruvec* mem_cgroup_page_lruvec(const struct page* page, const struct zone*) {
    return page_lruvec(page);
}

inline unsigned nr_lruvecs() { return this_machine().nr_zones * this_machine().nr_mem_cgroups; }

// By zone and memory cgroup, nr_zones * nr_mem_cgroups of them.
inline struct lruvec* lruvec_number(unsigned i) {
    const struct machine& machine = this_machine();
    return machine.lruvecs == nullptr ? &machine.zones[i].lruvec : &machine.lruvecs[i];
}

// From 0 to nr_lru_locks - 1.
inline spinlock_t* lru_lock_number(unsigned i) {
    const struct machine& machine = this_machine();
    return machine.lru_lock_layout == lru_lock_layout::node ? &machine.nodes[i].lru_lock
                                                            : &machine.lru_locks[i].lock;
}

// The lru_lock of an lruvec's lists, by the machine's layout. In the layout page_hash there is
// none: it is the first one then. Source: zone_lru_lock() (v4.8), lruvec::lru_lock (v5.11).
inline spinlock_t* lruvec_lru_lock(const struct lruvec* lruvec) {
    const struct machine& machine = this_machine();
    switch (machine.lru_lock_layout) {
        case lru_lock_layout::node:
            return &lruvec->zone->zone_pgdat->lru_lock;
        case lru_lock_layout::zone:
            return &machine.lru_locks[lruvec->zone - machine.zones].lock;
        case lru_lock_layout::lruvec:
            return &machine.lru_locks[lruvec - machine.lruvecs].lock;
        case lru_lock_layout::page_hash:
            break;
    }
    return &machine.lru_locks[0].lock;
}

// The lru_lock of a page.
inline spinlock_t* page_lru_lock(const struct page* page) {
    const struct machine& machine = this_machine();
    if (machine.lru_lock_layout == lru_lock_layout::page_hash) {
        return &machine.lru_locks[page_to_pfn(page) % machine.nr_lru_locks].lock;
    }
    return lruvec_lru_lock(page_lruvec(page));
}

// Takes `lock` in the place of `locked`, unless they are the same, and returns it: the pages of a
// batch need not be under one lock.
inline spinlock_t* relock_irq(spinlock_t* locked, spinlock_t* lock, Where where = Where::here()) {
    if (lock != locked) {
        spin_unlock_irq(locked, where);
        spin_lock_irq(lock, where);
    }
    return lock;
}

}  // namespace heddle
