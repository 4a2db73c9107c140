// SPDX-License-Identifier: Apache-2.0
#include "bench/locks/lock_world.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/fixes.h"
#include "model/invariants.h"
#include "model/lru_lock.h"
#include "model/memory.h"
#include "model/mmap.h"
#include "model/pgtable.h"
#include "model/swap.h"

namespace heddle {

namespace {

constexpr unsigned nr_zones = 2;
constexpr unsigned nr_page_hash_locks = 64;
constexpr unsigned hpage_pages = 8;

// The seed, but for two changes of upstream: NR_MLOCK does not leak, or B1 could not be asked; and
// mlock() does not wait for workers of all CPUs, which would be one more thread for each.
constexpr unsigned long fixes_of_storms =
    seed_fixes() | fix_bit(Fix::munlock_counts_cleared_flags) | fix_bit(Fix::mlock_leaves_pagevecs);

}  // namespace

unsigned lock_world_pages(const LockWorldSize& size) {
    return size.pages * (size.shared_file ? 1 : size.tasks) + size.spare_pages;
}

template <class T>
T* LockWorld::array(std::size_t count) {
    std::shared_ptr<T[]> elements(new T[count]());
    memory_.push_back(elements);
    return elements.get();
}

LockWorld::LockWorld(const LockWorldSize& size) {
    shared_world = &machine_;
    machine_.state = array<struct machine_state>(1);
    machine_.fixes = fixes_of_storms;
    machine_.nr_tasks = size.tasks;
    machine_.pagevec_size = size.pagevec_size;
    machine_.migrate_passes = 10;
    machine_.swap_cluster_max = 32;
    machine_.int_bits = 32;
    machine_.section_pages = pages_max;
    build_lists(size);
    build_pages(size);
    build_processes(size);
    build_cpus(size);
    init_locks();
}

void LockWorld::build_lists(const LockWorldSize& size) {
    machine_.nr_nodes = 1;
    machine_.nr_zones = nr_zones;
    machine_.nodes = array<struct pglist_data>(machine_.nr_nodes);
    machine_.zones = array<struct zone>(nr_zones);
    for (unsigned i = 0; i < nr_zones; ++i) {
        machine_.zones[i].zone_pgdat = &machine_.nodes[0];
    }
    machine_.lru_lock_layout = size.layout;
    machine_.nr_mem_cgroups = 1;
    if (size.layout == lru_lock_layout::lruvec) {
        machine_.nr_mem_cgroups += size.tasks;
        machine_.lruvecs = array<struct lruvec>(nr_lruvecs());
    }
    machine_.nr_lru_locks = count_lru_locks(machine_, nr_page_hash_locks);
    if (size.layout != lru_lock_layout::node) {
        machine_.lru_locks = array<struct lru_lock>(machine_.nr_lru_locks);
    }
    for (unsigned i = 0; i < nr_lruvecs(); ++i) {
        lruvec_number(i)->zone = &machine_.zones[i / machine_.nr_mem_cgroups];
    }
}

// Faults take the free page with the lowest number. So a process's pages, or those of a huge page,
// are of one zone; those of a file alternate.
void LockWorld::build_pages(const LockWorldSize& size) {
    const unsigned in_a_row = size.huge ? hpage_pages : size.shared_file ? 1 : size.pages;
    machine_.nr_pages = lock_world_pages(size);
    machine_.mem_map = array<struct page>(machine_.nr_pages);
    for (unsigned pfn = 0; pfn < machine_.nr_pages; ++pfn) {
        struct page& page = machine_.mem_map[pfn];
        page._mapcount.counter = -1;
        page.zone_id = static_cast<unsigned char>(pfn / in_a_row % nr_zones);
        machine_.state->buddy[pfn / 64] |= bit_mask(pfn % 64);
    }
    machine_.nr_mappings = size.shared_file ? 1 : 0;
    machine_.mappings = array<struct address_space>(machine_.nr_mappings);
    if (size.shared_file) {
        machine_.mappings[0].i_size = static_cast<pgoff_t>(size.pages);
        machine_.mappings[0].page_tree_end = machine_.mappings[0].i_size;
    }
    machine_.huge.hpage_pmd_nr = 1;
    if (size.huge) {
        machine_.huge.hpage_pmd_nr = hpage_pages;
        machine_.huge.compound = array<struct compound_page>(machine_.nr_pages);
        machine_.huge.split_queues = array<struct deferred_split>(machine_.nr_nodes);
        machine_.huge.nr_anon_thps = array<atomic_long_t>(nr_zones);
        for (unsigned pfn = 0; pfn < machine_.nr_pages; ++pfn) {
            machine_.huge.compound[pfn].compound_mapcount.counter = -1;
        }
    }
}

void LockWorld::build_processes(const LockWorldSize& size) {
    const unsigned ptrs = size.huge ? hpage_pages : ptes_max;
    machine_.pmd_shift = PAGE_SHIFT + static_cast<unsigned>(std::countr_zero(ptrs));
    machine_.nr_tables = (size.pages + ptrs - 1) / ptrs;
    machine_.nr_mms = size.tasks;
    machine_.mms = array<struct mm_struct>(size.tasks);
    // A range that is unlocked in part is three vmas for a while.
    machine_.nr_vmas = std::min(vmas_max, size.tasks * 4 + 4);
    machine_.vmas = array<struct vm_area_struct>(machine_.nr_vmas);
    machine_.nr_anon_vmas = std::min(anon_vmas_max, size.tasks * 4 + 4);
    machine_.anon_vmas = array<struct anon_vma>(machine_.nr_anon_vmas);
    machine_.task_mm = array<struct mm_struct*>(tasks_max + 1);
    if (size.huge) {
        const std::size_t tables = std::size_t{size.tasks} * machine_.nr_tables;
        machine_.huge.pmds = array<pmd_t>(tables);
        machine_.huge.freed_tables = array<bool>(tables);
    }
    for (unsigned i = 0; i < size.tasks; ++i) {
        struct mm_struct& mm = machine_.mms[i];
        mm.pgd = array<struct page_table>(machine_.nr_tables);
        mm.memlock_limit = ~0U;
        mm.stack_limit = 0xffff;
        mm.mm_users.counter = 1;
        mm.mem_cgroup =
            static_cast<unsigned char>(size.layout == lru_lock_layout::lruvec ? i + 1 : 0);
        machine_.task_mm[i] = &mm;
    }
}

void LockWorld::build_cpus(const LockWorldSize& size) {
    for (auto* pvecs :
         {&machine_.lru_add_pvec, &machine_.lru_rotate_pvecs, &machine_.lru_deactivate_file_pvecs,
          &machine_.lru_deactivate_pvecs, &machine_.activate_page_pvecs}) {
        pvecs->of = array<struct pagevec>(size.tasks);
    }
    machine_.vm_event_states.of = array<struct vm_event_state>(size.tasks);
    machine_.lru_add_drain_work.of = array<struct work_struct>(size.tasks);
    for (unsigned cpu = 0; cpu < size.tasks; ++cpu) {
        INIT_WORK(&machine_.lru_add_drain_work.of[cpu]);
    }
}

void LockWorld::init_locks() {
    for (unsigned i = 0; i < machine_.nr_lru_locks; ++i) {
        spin_lock_init(lru_lock_number(i));
    }
    for (unsigned i = 0; i < machine_.nr_mms; ++i) {
        spin_lock_init(&machine_.mms[i].page_table_lock);
        for (unsigned table = 0; table < machine_.nr_tables; ++table) {
            spin_lock_init(&machine_.mms[i].pgd[table].ptl);
        }
    }
    for (unsigned i = 0; i < machine_.nr_mappings; ++i) {
        spin_lock_init(&machine_.mappings[i].tree_lock);
    }
    if (machine_.huge.split_queues != nullptr) {
        spin_lock_init(&machine_.huge.split_queues[0].split_queue_lock);
    }
}

void LockWorld::measure(const LockMeter& meter) {
    for (unsigned i = 0; i < machine_.nr_lru_locks; ++i) {
        lru_lock_number(i)->meter = &meter;
    }
}

std::uint32_t LockWorld::times_taken() const {
    std::uint32_t times = 0;
    for (unsigned i = 0; i < machine_.nr_lru_locks; ++i) {
        times += lru_lock_number(i)->times_taken;
    }
    return times;
}

void set_up_process(const LockWorldSize& size) {
    struct mmap_request request = {};
    request.flags =
        VM_READ | VM_WRITE | (size.shared_file ? VM_SHARED : 0) | (size.huge ? VM_HUGEPAGE : 0);
    request.file = size.shared_file ? this_machine().mappings : nullptr;
    BUG_ON(sys_mmap(0, size.pages * PAGE_SIZE, request) != 0);
    for (unsigned page = 0; page < size.pages; ++page) {
        BUG_ON(do_user_access(page * PAGE_SIZE, !size.shared_file) != 0);
    }
    settle_cpu();
}

void settle_cpu() { lru_add_drain(); }

std::string broken_invariant() {
    constexpr std::array readable = {"A1", "A2", "A3", "A4", "B1", "B2", "E1", "E2", "E6"};
    for (const Invariant& invariant : invariants()) {
        const bool is_readable = std::any_of(readable.begin(), readable.end(), [&](const char* id) {
            return std::string_view(id) == invariant.id;
        });
        std::string sides;
        if (is_readable && !invariant.holds(&sides)) {
            return std::string(invariant.id) + ": " + invariant.formula + "; " + sides;
        }
    }
    return "";
}

}  // namespace heddle
