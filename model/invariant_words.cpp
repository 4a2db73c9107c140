// SPDX-License-Identifier: Apache-2.0
#include "model/invariant_words.h"

#include <cstddef>

#include "model/compound.h"
#include "model/invariant_checks.h"
#include "model/pgtable.h"

namespace heddle {

namespace {

// Calls visit(first byte, number of bytes) for the words of some kinds.
template <class Visit>
class Walk {
  public:
    Walk(Words words, const Visit& visit) : words_(words), visit_(visit) {}

    void all() {
        for (const struct page& page : pages()) {
            visit_page(page);
        }
        for (const struct zone& zone : zones()) {
            visit(Words::nr_mlock, zone.vm_stat[NR_MLOCK]);
            visit(Words::flips, zone.ghost.flips_not_counted, zone.ghost.leaked);
            visit(Words::nr_isolated, zone.vm_stat[NR_ISOLATED_ANON]);
            visit(Words::nr_isolated, zone.vm_stat[NR_ISOLATED_FILE]);
        }
        for (const struct mm_struct& mm : mms()) {
            visit_mm(mm);
        }
        for (const struct vm_area_struct& vma : vmas()) {
            visit(Words::vmas, vma.vm_flags, vma.vm_start, vma.vm_end, vma.vm_mm);
        }
        visit_lru();
        visit_reverse_map();
        visit_caches();
        visit_huge();
        visit_shm();
        visit(Words::free_pages, this_machine().state->buddy);
        visit(Words::events, this_machine().state->events);
    }

  private:
    template <class... Fields>
    void visit(Words kind, const Fields&... fields) {
        if ((static_cast<unsigned>(kind) & static_cast<unsigned>(words_)) != 0) {
            (visit_(static_cast<const void*>(&fields), sizeof(fields)), ...);
        }
    }

    void visit_page(const struct page& page) {
        visit(Words::refcount, page._refcount);
        visit(Words::holders, page.ghost.references);
        visit(Words::isolations, page.ghost.isolated_by);
        visit(Words::owed, page.ghost.owed, page.ghost.scan_owed);
        visit(Words::mapcount, page._mapcount);
        visit(Words::free_pages, page.ghost.free);
    }

    void visit_mm(const struct mm_struct& mm) {
        visit(Words::locked_vm, mm.locked_vm, mm.ghost.locked_vm_excess);
        visit(Words::vmas, mm.def_flags);
        visit(Words::promises, mm.ghost.promised);
        for (unsigned table = 0; table < this_machine().nr_tables; ++table) {
            // In a machine with huge pages there is no more of a table.
            for (unsigned i = 0; i < ptrs_per_pte(); ++i) {
                visit(Words::entries, mm.pgd[table].entries.peek().pte[i]);
            }
        }
    }

    void visit_lru() {
        const struct machine& machine = this_machine();
        for (unsigned i = 0; i < nr_lruvecs(); ++i) {
            const struct lru_lists& lists = lruvec_number(i)->lists.peek();
            visit(Words::lists, lists.members, lists.nr);
        }
        for (unsigned i = 0; i < machine.nr_lru_locks; ++i) {
            visit(Words::lru_locks, lru_lock_number(i)->owner);
        }
        for (const auto* pvecs :
             {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
              &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
            for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
                visit(Words::pagevecs, pvecs->of[cpu].nr, pvecs->of[cpu].moved,
                      pvecs->of[cpu].pages);
            }
        }
    }

    void visit_reverse_map() {
        const struct machine& machine = this_machine();
        for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
            const struct anon_vma& anon_vma = machine.anon_vmas[i];
            visit(Words::anon_vmas, anon_vma.refcount, anon_vma.root, anon_vma.rb_root);
        }
        for (unsigned i = 0; i < machine.ksm.nr_nodes; ++i) {
            visit(Words::anon_vmas, machine.ksm.nodes[i].nr_items, machine.ksm.nodes[i].items);
        }
    }

    void visit_caches() {
        const struct machine& machine = this_machine();
        for (unsigned i = 0; i < machine.nr_mappings; ++i) {
            visit(Words::caches, machine.mappings[i].page_tree);
            visit(Words::mapping_flags, machine.mappings[i].flags);
        }
        if (machine.swap != nullptr) {
            visit(Words::caches, machine.swap->swapper_space.page_tree);
            visit(Words::swap_map, machine.swap->swap_map);
        }
    }

    void visit_huge() {
        const struct machine& machine = this_machine();
        if (!has_huge_pages()) {
            return;
        }
        for (unsigned pfn = 0; pfn < machine.nr_pages; ++pfn) {
            visit(Words::mapcount, machine.huge.compound[pfn].compound_mapcount);
        }
        for (unsigned i = 0; i < machine.nr_mms * machine.nr_tables; ++i) {
            visit(Words::entries, machine.huge.pmds[i]);
        }
        for (unsigned zone = 0; zone < machine.nr_zones; ++zone) {
            visit(Words::nr_anon_thps, machine.huge.nr_anon_thps[zone]);
        }
    }

    void visit_shm() {
        const struct shm_globals& shm = this_machine().shm;
        for (unsigned i = 0; i < shm.nr_users; ++i) {
            visit(Words::shm, shm.users[i].__count, shm.users[i].locked_shm);
        }
        for (unsigned i = 0; i < shm.nr_segments; ++i) {
            const struct shmid_kernel& shp = shm.segments[i];
            const struct inode_ghost& ghost = shp.shm_file->f_inode->ghost;
            visit(Words::shm, shp.shm_perm.mode, shp.shm_perm.deleted, shp.mlock_user,
                  SHMEM_I(shp.shm_file->f_inode)->flags, ghost.locked_for, ghost.unlocked,
                  ghost.gone);
        }
    }

    const Words words_;
    const Visit& visit_;
};

template <class Visit>
void for_all_words(Words words, const Visit& visit) {
    Walk<Visit>(words, visit).all();
}

}  // namespace

bool is_one_of(Words words, const void* object) {
    bool found = false;
    for_all_words(words, [&found, object](const void* first, std::size_t size) {
        const auto begin = reinterpret_cast<std::uintptr_t>(first);
        found = found || reinterpret_cast<std::uintptr_t>(object) - begin < size;
    });
    return found;
}

std::string values_of(Words words) {
    std::string values;
    for_all_words(words, [&values](const void* first, std::size_t size) {
        values.append(static_cast<const char*>(first), size);
    });
    return values;
}

}  // namespace heddle
