// SPDX-License-Identifier: Apache-2.0
// What the invariants of every state read of the machine, and besides what paths look at without an
// operation: ghost state (a page table that has been freed, the holders of a page). Who leaves one
// of those words as they are need not be tried in every order with the others.
#include "model/invariant_checks.h"
#include "model/invariants.h"

namespace heddle {

namespace {

using Reads = std::vector<WordsRead>;

// Not the bits that only operations look at, such as PG_referenced.
constexpr unsigned long flags_read = bit_mask(PG_locked) | bit_mask(PG_lru) | bit_mask(PG_active) |
                                     bit_mask(PG_head) | bit_mask(PG_swapbacked) |
                                     bit_mask(PG_unevictable) | bit_mask(PG_mlocked);

template <class T>
void add(Reads& reads, const T& object, unsigned long bits = ~0UL) {
    reads.push_back({&object, sizeof(object), bits});
}

template <class T>
void add_all(Reads& reads, const T* objects, std::size_t count) {
    if (objects != nullptr) {
        reads.push_back({objects, count * sizeof(T)});
    }
}

// All but _mapcount.
void add_page(Reads& reads, const struct page& page) {
    add(reads, page.flags, flags_read);
    add(reads, page.mapping);
    add(reads, page._refcount);
    add(reads, page.zone_id);
    add(reads, page.index);
    add(reads, page.swap);
    add(reads, page.ghost);
}

void add_pages(Reads& reads) {
    const struct machine& machine = this_machine();
    for (const struct page& page : pages()) {
        add_page(reads, page);
        if (machine.huge.compound != nullptr) {
            add(reads, machine.huge.compound[page_to_pfn(&page)].compound_head);
        }
    }
    add_all(reads, machine.pins, std::size_t{machine.nr_pages} * machine.nr_tasks);
}

void add_lists(Reads& reads) {
    const struct machine& machine = this_machine();
    for (const struct zone& zone : zones()) {
        add(reads, zone.zone_pgdat);
        add(reads, zone.lruvec.lists);
        add(reads, zone.vm_stat[NR_MLOCK]);
        add(reads, zone.ghost);
    }
    add_all(reads, machine.nodes, machine.nr_nodes);
    for (const auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        add_all(reads, pvecs->of, nr_cpus());
    }
}

// All of a process, but of its page tables not the locks.
void add_processes(Reads& reads) {
    const struct machine& machine = this_machine();
    add_all(reads, machine.vmas, machine.nr_vmas);
    add_all(reads, machine.mms, machine.nr_mms);
    const std::size_t tables = std::size_t{machine.nr_mms} * machine.nr_tables;
    for (const struct mm_struct& mm : mms()) {
        for (const struct page_table& table : std::span(mm.pgd, machine.nr_tables)) {
            add(reads, table.entries);
        }
    }
    add_all(reads, machine.huge.pmds, machine.huge.pmds != nullptr ? tables : 0);
    for (const auto& anon_vma : std::span(machine.anon_vmas, machine.nr_anon_vmas)) {
        add(reads, anon_vma.root);
        add(reads, anon_vma.refcount);
        add(reads, anon_vma.rb_root);
    }
    add_all(reads, machine.huge.freed_tables, machine.huge.freed_tables != nullptr ? tables : 0);
}

// Of files, the swap area, KSM and segments all but the locks of files.
void add_the_rest(Reads& reads) {
    const struct machine& machine = this_machine();
    for (const auto& mapping : std::span(machine.mappings, machine.nr_mappings)) {
        add(reads, mapping.flags);
        add(reads, mapping.i_mmap);
        add(reads, mapping.page_tree);
    }
    add_all(reads, machine.swap, machine.swap != nullptr ? 1 : 0);
    add_all(reads, machine.ksm.nodes, machine.ksm.nr_nodes);
    const struct shm_globals& shm = machine.shm;
    add_all(reads, shm.users, shm.nr_users);
    add_all(reads, shm.segments, shm.nr_segments);
    add_all(reads, shm.files, shm.nr_segments);
    add_all(reads, shm.inodes, shm.nr_segments);
    add(reads, *machine.state);
}

}  // namespace

std::vector<WordsRead> words_read_in_every_state() {
    Reads reads;
    add_pages(reads);
    add_lists(reads);
    add_processes(reads);
    add_the_rest(reads);
    return reads;
}

}  // namespace heddle
