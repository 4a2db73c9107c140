// SPDX-License-Identifier: Apache-2.0
// The second part of world_builder.h: names of objects, classes of locks.
#include "model/describe.h"
#include "scenarios/lru_lock_builder.h"
#include "scenarios/process_builder.h"
#include "scenarios/shm_builder.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

// Gives objects of the world names.
struct Namer {
    Setup& setup;

    template <class T>
    void operator()(const T& object, const std::string& text,
                    std::vector<std::string> bits = {}) const {
        setup.name({&object, sizeof(object), text, std::move(bits)});
    }
};

void name_per_cpu_data(const Namer& name, unsigned cpus, const struct machine& machine) {
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        const std::string of = "[" + std::to_string(cpu) + "]";
        name(machine.lru_add_pvec.of[cpu].nr, "lru_add_pvec" + of + ".nr");
        name(machine.lru_rotate_pvecs.of[cpu].nr, "lru_rotate_pvecs" + of + ".nr");
        name(machine.lru_deactivate_file_pvecs.of[cpu].nr,
             "lru_deactivate_file_pvecs" + of + ".nr");
        name(machine.lru_deactivate_pvecs.of[cpu].nr, "lru_deactivate_pvecs" + of + ".nr");
        name(machine.activate_page_pvecs.of[cpu].nr, "activate_page_pvecs" + of + ".nr");
        name(machine.lru_add_drain_work.of[cpu], "lru_add_drain_work" + of);
        for (unsigned item = 0; item < NR_VM_EVENT_ITEMS; ++item) {
            name(machine.vm_event_states.of[cpu].event[item], vm_event_name(item) + of);
        }
    }
}

}  // namespace

void name_objects(Setup& setup, const ScenarioWords& words, const struct machine& machine) {
    const Namer name = {setup};
    const std::vector<std::string> names = page_names(words);
    for (unsigned i = 0; i < machine.nr_pages; ++i) {
        const std::string& page = names[i];
        name(machine.mem_map[i].flags, page + ".flags", page_flag_names());
        name(machine.mem_map[i]._refcount, page + "._refcount");
        name(machine.mem_map[i]._mapcount, page + "._mapcount");
        name(machine.mem_map[i].mapping, page + ".mapping");
        if (machine.huge.compound != nullptr) {
            name(machine.huge.compound[i].compound_mapcount, page + ".compound_mapcount");
            name(machine.huge.compound[i].compound_head, page + ".compound_head");
        }
        name(machine.mem_map[i], page);
    }
    for (unsigned i = 0; i < machine.nr_nodes; ++i) {
        if (machine.huge.split_queues != nullptr) {
            name(machine.huge.split_queues[i].split_queue_lock,
                 "node" + std::to_string(i) + ".split_queue_lock");
        }
    }
    for (unsigned i = 0; i < machine.nr_zones; ++i) {
        const std::string zone = "zone" + std::to_string(i);
        name(machine.zones[i].vm_stat[NR_MLOCK], zone + ".NR_MLOCK");
        if (machine.huge.nr_anon_thps != nullptr) {
            name(machine.huge.nr_anon_thps[i], zone + ".NR_ANON_THPS");
        }
        name(machine.zones[i].vm_stat[NR_ISOLATED_ANON], zone + ".NR_ISOLATED_ANON");
        name(machine.zones[i].vm_stat[NR_ISOLATED_FILE], zone + ".NR_ISOLATED_FILE");
    }
    name_processes(setup, words, machine);
    if (machine.swap != nullptr) {
        name(machine.swap->swapper_space.tree_lock, "swap.tree_lock");
        name(machine.swap->swapper_space.page_tree, "swap.page_tree");
    }
    name(machine.state->buddy, "buddy");
    for (unsigned i = 0; i < machine.nr_mappings; ++i) {
        const std::string& mapping = words.mappings[i].name.text;
        name(machine.mappings[i].flags, mapping + ".flags", {"", "", "", "unevictable"});
        name(machine.mappings[i].i_mmap_rwsem, mapping + ".i_mmap_rwsem");
        name(machine.mappings[i].tree_lock, mapping + ".tree_lock");
        name(machine.mappings[i].i_size, mapping + ".i_size");
        for (unsigned index = 0; index < page_tree_max; ++index) {
            name(machine.mappings[i].page_tree[index],
                 mapping + ".page_tree[" + std::to_string(index) + "]");
        }
    }
    name_shm(setup, words, machine);
    name(machine.state->lru_add_drain_lock, "lru_add_drain_all.lock");
    name_per_cpu_data(name, words.machine.cpus, machine);
}

// Levels: the main chain of the kernel's order of locks, outermost first.
void name_lock_classes(Setup& setup, const struct machine& machine) {
    name_lru_locks(setup, machine);
    for (unsigned i = 0; i < machine.nr_nodes; ++i) {
        if (machine.huge.split_queues != nullptr) {
            setup.lock_class(
                {&machine.huge.split_queues[i].split_queue_lock, "split_queue_lock", 9});
        }
    }
    for (unsigned i = 0; i < machine.nr_pages; ++i) {
        setup.lock_class({&machine.mem_map[i].flags, "page lock", 3});
    }
    for (unsigned i = 0; i < machine.nr_mms; ++i) {
        setup.lock_class({&machine.mms[i].mmap_sem, "mmap_sem", 2});
        setup.lock_class({&machine.mms[i].page_table_lock, "page_table_lock", 6});
        for (unsigned table = 0; table < machine.nr_tables; ++table) {
            setup.lock_class({&machine.mms[i].pgd[table].ptl, "ptl", 6});
        }
    }
    for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
        setup.lock_class({&machine.anon_vmas[i].rwsem, "anon_vma.rwsem", 5});
    }
    for (unsigned i = 0; i < machine.nr_mappings; ++i) {
        setup.lock_class({&machine.mappings[i].i_mmap_rwsem, "i_mmap_rwsem", 4});
        setup.lock_class({&machine.mappings[i].tree_lock, "tree_lock", 8});
    }
    if (machine.swap != nullptr) {
        setup.lock_class({&machine.swap->swapper_space.tree_lock, "tree_lock", 8});
    }
}

}  // namespace heddle
