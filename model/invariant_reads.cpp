// SPDX-License-Identifier: Apache-2.0
// What the invariants of every state read of the machine.
#include <cstddef>

#include "model/invariant_checks.h"
#include "model/invariants.h"

namespace heddle {

namespace {

using Reads = std::vector<WordsRead>;

// Not the bits that only paths and quiescent invariants look at, such as PG_referenced.
constexpr unsigned long flags_read = bit_mask(PG_locked) | bit_mask(PG_lru) | bit_mask(PG_active) |
                                     bit_mask(PG_head) | bit_mask(PG_swapbacked) |
                                     bit_mask(PG_unevictable) | bit_mask(PG_mlocked);

template <class T>
void add(Reads& reads, const T& object, unsigned long bits = ~0UL) {
    reads.push_back({&object, sizeof(object), bits});
}

template <class T>
void add_all(Reads& reads, std::span<T> objects) {
    reads.push_back({objects.data(), objects.size_bytes()});
}

void add_page(Reads& reads, const struct page& page) {
    add(reads, page.flags, flags_read);
    add(reads, page.mapping);
    add(reads, page._refcount);
    add(reads, page.zone_id);
    reads.push_back({&page.ghost, offsetof(struct page_ghost, content)});
}

void add_processes(Reads& reads) {
    add_all(reads, vmas());
    for (const struct mm_struct& mm : mms()) {
        add(reads, mm.mmap_sem);
        add(reads, mm.page_table_lock);
        add(reads, mm.mm_users);
        add(reads, mm.locked_vm);
        add(reads, mm.def_flags);
        add(reads, mm.ghost.locked_vm_excess);
    }
}

void add_segments(Reads& reads) {
    const struct machine& machine = this_machine();
    const struct shm_globals& shm = machine.shm;
    add_all(reads, std::span(shm.users, shm.nr_users));
    add_all(reads, std::span(shm.segments, shm.nr_segments));
    add_all(reads, std::span(shm.files, shm.nr_segments));
    add_all(reads, std::span(shm.inodes, shm.nr_segments));
    add(reads, machine.state->shmlock_user_lock);
}

// A to D and L.
void add_pages_and_lists(Reads& reads) {
    const struct machine& machine = this_machine();
    for (const struct page& page : pages()) {
        add_page(reads, page);
        if (machine.huge.compound != nullptr) {
            add(reads, machine.huge.compound[page_to_pfn(&page)].compound_head);
        }
    }
    for (const struct zone& zone : zones()) {
        add(reads, zone.zone_pgdat);
        add(reads, zone.lruvec.lists);
        add(reads, zone.vm_stat[NR_MLOCK]);
        add(reads, zone.ghost.flips_not_counted);
    }
    add_all(reads, std::span(machine.nodes, machine.nr_nodes));
    for (const auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        add_all(reads, std::span(pvecs->of, nr_cpus()));
    }
    for (const auto& mapping : std::span(machine.mappings, machine.nr_mappings)) {
        add(reads, mapping.flags);
    }
    for (const struct mm_struct& mm : mms()) {
        add(reads, mm.pgd);
        for (const struct page_table& table : std::span(mm.pgd, machine.nr_tables)) {
            add(reads, table.entries);
        }
    }
}

}  // namespace

std::vector<WordsRead> words_read_in_every_state(const Invariant& invariant) {
    Reads reads;
    switch (invariant.id[0]) {
        case 'E':
            add_processes(reads);
            break;
        case 'F':
            add_pages_and_lists(reads);
            add_segments(reads);
            break;
        default:
            add_pages_and_lists(reads);
    }
    return reads;
}

}  // namespace heddle
