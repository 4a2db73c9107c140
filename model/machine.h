// SPDX-License-Identifier: Apache-2.0
// The world: what are global variables in the kernel.
#pragma once

#include "checker/sync/sync.h"
#include "model/mm_types.h"
#include "model/shm_types.h"

namespace heddle {

constexpr unsigned pages_max = 8;

struct machine {
    struct page* mem_map;
    struct pglist_data* nodes;
    struct zone* zones;  // of all nodes
    struct vm_area_struct* vmas;
    struct address_space* mappings;
    unsigned nr_pages;
    unsigned nr_nodes;
    unsigned nr_zones;
    unsigned nr_vmas;
    unsigned nr_mappings;
    unsigned pagevec_size;  // 1 to PAGEVEC_SIZE slots in use
    unsigned long fixes;    // a bit per Fix
    bool d6_is_off;         // ghost: let the deadlock happen that D6 foresees
    struct anon_vma anon_vma;

    // mm/swap.c
    per_cpu<struct pagevec> lru_add_pvec;
    per_cpu<struct pagevec> lru_rotate_pvecs;
    per_cpu<struct pagevec> lru_deactivate_file_pvecs;
    per_cpu<struct pagevec> lru_deactivate_pvecs;
    per_cpu<struct pagevec> activate_page_pvecs;
    per_cpu<struct work_struct> lru_add_drain_work;
    struct mutex lru_add_drain_lock;

    // mm/vmstat.c
    per_cpu<struct vm_event_state> vm_event_states;

    struct shm_globals shm;
};

inline struct machine& this_machine() { return *static_cast<struct machine*>(world_root()); }

inline unsigned page_to_pfn(const struct page* page) {
    return static_cast<unsigned>(page - this_machine().mem_map);
}
inline struct page* pfn_to_page(unsigned pfn) { return this_machine().mem_map + pfn; }
inline struct page* entry_page(page_tree_entry entry) { return pfn_to_page(entry - 1U); }
inline page_slot::page_slot(struct page* page)
    : pfn_plus_1_(page == nullptr ? 0
                                  : static_cast<unsigned char>(page - this_machine().mem_map + 1)) {
}
inline page_slot::operator struct page *() const {
    return pfn_plus_1_ == 0 ? nullptr : this_machine().mem_map + pfn_plus_1_ - 1;
}
inline unsigned char page_bit(const struct page* page) {
    return static_cast<unsigned char>(1U << page_to_pfn(page));
}

inline struct zone* page_zone(const struct page* page) {
    return this_machine().zones + page->zone_id;
}
inline struct pglist_data* page_pgdat(const struct page* page) {
    return page_zone(page)->zone_pgdat;
}
inline spinlock_t* zone_lru_lock(struct zone* zone) { return &zone->zone_pgdat->lru_lock; }
inline struct lruvec* mem_cgroup_page_lruvec(struct page*, struct zone* zone) {
    return &zone->lruvec;
}

}  // namespace heddle
