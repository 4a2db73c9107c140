// SPDX-License-Identifier: Apache-2.0
#include "scenarios/world_builder.h"

#include <algorithm>

#include "model/describe.h"
#include "model/fixes.h"
#include "model/ghost.h"
#include "scenarios/process_builder.h"
#include "scenarios/shm_builder.h"

namespace heddle {

namespace {

// "lru_add:1" is {"lru_add", "1"}.
struct PageWhere {
    std::string kind;
    std::string of;
};

PageWhere split(const Word& where) {
    const std::size_t colon = where.text.find(':');
    return colon == std::string::npos
               ? PageWhere{where.text, ""}
               : PageWhere{where.text.substr(0, colon), where.text.substr(colon + 1)};
}

per_cpu<struct pagevec>* pagevec_of(struct machine& machine, const std::string& kind) {
    return kind == "lru_add"               ? &machine.lru_add_pvec
           : kind == "lru_rotate"          ? &machine.lru_rotate_pvecs
           : kind == "lru_deactivate_file" ? &machine.lru_deactivate_file_pvecs
           : kind == "lru_deactivate"      ? &machine.lru_deactivate_pvecs
           : kind == "activate_page"       ? &machine.activate_page_pvecs
                                           : nullptr;
}

unsigned references_of(const PageWords& page) {
    const std::string kind = split(page.where).kind;
    const bool by_its_place = lru_list_of(kind) < 0 && kind != "none";
    return static_cast<unsigned>(page.mapped_by.size() + page.pinned_by.size()) +
           (page.cached ? 1 : 0) + (by_its_place ? 1 : 0);
}

void allocate_per_cpu(Setup& setup, struct machine& machine, unsigned cpus) {
    for (auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        pvecs->of = setup.array<struct pagevec>(cpus);
    }
    machine.lru_add_drain_work.of = setup.array<struct work_struct>(cpus);
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        INIT_WORK(&machine.lru_add_drain_work.of[cpu]);
    }
    machine.vm_event_states.of = setup.array<struct vm_event_state>(cpus);
}

void give(struct page& page, Holder holder) {
    ++page._refcount.counter;
    ++references(&page, holder);
}

void link(struct machine& machine, struct page& page, unsigned pfn, unsigned lru) {
    page.flags |= bit_mask(PG_lru);
    struct lru_lists& lists = machine.zones[page.zone_id].lruvec.lists.value;
    lists.members[lru] = static_cast<page_set>(lists.members[lru] | (1U << pfn));
    ++lists.nr[lru];
}

unsigned list_of_flags(const struct page& page) {
    const auto has_flag = [&page](pageflags nr) { return (page.flags & bit_mask(nr)) != 0; };
    if (has_flag(PG_unevictable)) {
        return LRU_UNEVICTABLE;
    }
    return (has_flag(PG_swapbacked) ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE) +
           (has_flag(PG_active) ? LRU_ACTIVE : 0);
}

void put_in_place(const ScenarioWords& words, const PageWords& from, struct machine& machine,
                  unsigned pfn) {
    struct page& page = machine.mem_map[pfn];
    const PageWhere where = split(from.where);
    const int lru = lru_list_of(where.kind);
    if (lru >= 0) {
        page.flags |= lru == LRU_UNEVICTABLE ? bit_mask(PG_unevictable) : 0;
        page.flags |= lru == LRU_ACTIVE_ANON || lru == LRU_ACTIVE_FILE ? bit_mask(PG_active) : 0;
        link(machine, page, pfn, static_cast<unsigned>(lru));
    } else if (where.kind == "isolated") {
        const int task = index_of(words.tasks, where.of);
        page.ghost.isolated_by = static_cast<unsigned char>(task + 1);
        give(page, Holder::isolation);
    } else if (per_cpu<struct pagevec>* pvecs = pagevec_of(machine, where.kind)) {
        struct pagevec& pvec = pvecs->of[std::stoul(where.of)];
        pvec.pages[pvec.nr++] = &page;
        give(page, Holder::pagevec);
        if (where.kind != "lru_add") {
            link(machine, page, pfn, list_of_flags(page));
        }
    }
}

void build_page(const ScenarioWords& words, unsigned pfn, struct machine& machine) {
    const PageWords& from = words.pages[pfn];
    struct page& page = machine.mem_map[pfn];
    page.zone_id = static_cast<unsigned char>(from.zone);
    page._mapcount.counter = static_cast<int>(from.mapped_by.size()) - 1;
    for (const Word& flag : from.flags) {
        page.flags |= bit_mask(static_cast<unsigned>(page_flag_of(flag.text)));
    }
    if (from.mapping.text.empty()) {
        page.flags |= bit_mask(PG_swapbacked);
    } else {
        page.mapping = machine.mappings + index_of(words.mappings, from.mapping.text);
    }
    map_page(words, pfn, machine);
    for (unsigned i = 0; i < from.mapped_by.size(); ++i) {
        give(page, Holder::map);
    }
    if (from.cached) {
        give(page, Holder::cache);
        page.mapping->page_tree[page.index] = static_cast<page_tree_entry>(pfn + 1);
    }
    for (const Word& task : from.pinned_by) {
        give(page, Holder::pin);
        ++machine.pins[(pfn * machine.nr_tasks) +
                       static_cast<unsigned>(index_of(words.tasks, task.text))];
    }
    put_in_place(words, from, machine, pfn);
    if ((page.flags & bit_mask(PG_mlocked)) != 0) {
        ++machine.zones[page.zone_id].vm_stat[NR_MLOCK].counter;
        ++machine.state->events.mlocked;
    }
    if ((page.flags & bit_mask(PG_unevictable)) != 0) {
        ++machine.state->events.unevictable;
    }
}

}  // namespace

std::vector<std::string> page_names(const ScenarioWords& words) {
    std::vector<std::string> names;
    for (const PageWords& page : words.pages) {
        names.push_back(page.name.text);
    }
    for (unsigned i = 0; i < words.machine.free_pages; ++i) {
        names.push_back("new" + std::to_string(i));
    }
    return names;
}

namespace {

const FixInfo* find_fix(const std::string& name) {
    const auto* info = std::find_if(std::begin(fix_table), std::end(fix_table),
                                    [&name](const FixInfo& fix) { return name == fix.name; });
    return info == std::end(fix_table) ? nullptr : info;
}

FileError unknown_fix(const ScenarioWords& words, const Word& name) {
    std::string known;
    for (const FixInfo& fix : fix_table) {
        known += std::string(known.empty() ? "" : ", ") + fix.name;
    }
    return {words.file, name.place, "unknown fix '" + name.text + "'; expected one of: " + known};
}

}  // namespace

std::variant<unsigned long, FileError> fixes_of(const ScenarioWords& words) {
    unsigned long fixes = seed_fixes();
    for (const Word& name : words.fixes_with) {
        const FixInfo* info = find_fix(name.text);
        if (info == nullptr) {
            return unknown_fix(words, name);
        }
        fixes |= fix_bit(info->fix);
    }
    for (const Word& name : words.fixes_without) {
        const FixInfo* info = find_fix(name.text);
        if (info == nullptr) {
            return unknown_fix(words, name);
        }
        fixes &= ~fix_bit(info->fix);
    }
    return fixes;
}

std::optional<FileError> check_page(const ScenarioWords& words, const PageWords& page) {
    for (const Word& flag : page.flags) {
        const int nr = page_flag_of(flag.text);
        if (nr < 0) {
            return FileError{words.file, flag.place,
                             "unknown page flag '" + flag.text +
                                 "'; expected a name without PG_, such as mlocked"};
        }
        if (nr == PG_lru) {
            return FileError{words.file, flag.place,
                             "the flag lru follows from `where` and is not given"};
        }
    }
    const std::string kind = split(page.where).kind;
    const bool file_list = kind == "inactive_file" || kind == "active_file";
    const bool anon_list = kind == "inactive_anon" || kind == "active_anon";
    const bool anon = page.mapping.text.empty();
    const bool swap_backed =
        anon || std::any_of(page.flags.begin(), page.flags.end(),
                            [](const Word& flag) { return flag.text == "swapbacked"; });
    if ((swap_backed && file_list) || (!swap_backed && anon_list)) {
        return FileError{words.file, page.where.place,
                         std::string("page '") + page.name.text + "' is " +
                             (anon          ? "anonymous (it has no mapping)"
                              : swap_backed ? "swap-backed, as those of shmem are,"
                                            : "a file page") +
                             " and cannot be on the list " + kind};
    }
    const auto same_place = std::count_if(
        words.pages.begin(), words.pages.end(),
        [&page](const PageWords& other) { return other.where.text == page.where.text; });
    if (page.where.text.find(':') != std::string::npos && kind != "isolated" &&
        same_place >= words.machine.pagevec_size) {
        return FileError{words.file, page.where.place,
                         "too many pages in " + page.where.text + ": a pagevec of pagevec_size " +
                             std::to_string(words.machine.pagevec_size) +
                             " is drained as soon as it is full"};
    }
    if (references_of(page) == 0) {
        return FileError{words.file, page.name.place,
                         "page '" + page.name.text +
                             "' has no reference and would be free; expected mapped_by, "
                             "pinned_by, cached, or a place that holds one"};
    }
    return std::nullopt;
}

struct machine& build_machine(Setup& setup, const ScenarioWords& words, unsigned long fixes) {
    struct machine& machine = setup.constant_world<struct machine>();
    setup.cpus(words.machine.cpus);
    machine.state = setup.array<struct machine_state>(1);
    machine.fixes = fixes;
    machine.d6_is_off = std::any_of(words.invariants_off.begin(), words.invariants_off.end(),
                                    [](const Word& word) { return word.text == "D6"; });
    machine.pagevec_size = words.machine.pagevec_size;
    machine.migrate_passes = words.machine.migrate_passes;
    machine.nr_nodes = words.machine.nodes;
    machine.nr_zones = words.machine.nodes * words.machine.zones;
    machine.nr_pages = static_cast<unsigned>(words.pages.size()) + words.machine.free_pages;
    machine.nr_mappings = static_cast<unsigned>(words.mappings.size());
    machine.nodes = setup.array<struct pglist_data>(machine.nr_nodes);
    machine.zones = setup.array<struct zone>(machine.nr_zones);
    machine.mem_map = setup.array<struct page>(machine.nr_pages);
    machine.mappings = setup.array<struct address_space>(machine.nr_mappings);
    machine.nr_swap_slots = words.machine.swap_slots;
    machine.swap = machine.nr_swap_slots != 0 ? setup.array<struct swap_area>(1) : nullptr;
    allocate_per_cpu(setup, machine, words.machine.cpus);
    for (unsigned i = 0; i < machine.nr_zones; ++i) {
        machine.zones[i].zone_pgdat = &machine.nodes[i / words.machine.zones];
        machine.zones[i].lruvec.zone = &machine.zones[i];
    }
    for (unsigned i = 0; i < machine.nr_mappings; ++i) {
        machine.mappings[i].flags = words.mappings[i].unevictable ? bit_mask(AS_UNEVICTABLE) : 0;
        machine.mappings[i].page_tree_end = page_tree_max;
    }
    machine.nr_tasks = static_cast<unsigned>(words.tasks.size());
    machine.pins = setup.array<unsigned char>(std::size_t{machine.nr_pages} * machine.nr_tasks);
    build_processes(setup, words, machine);
    for (unsigned pfn = 0; pfn < words.pages.size(); ++pfn) {
        build_page(words, pfn, machine);
    }
    for (unsigned pfn = static_cast<unsigned>(words.pages.size()); pfn < machine.nr_pages; ++pfn) {
        machine.mem_map[pfn]._mapcount.counter = -1;
        machine.mem_map[pfn].ghost.free = true;
        machine.state->buddy |= bit_mask(pfn);
    }
    build_shm(setup, words, machine);
    return machine;
}

void name_objects(Setup& setup, const ScenarioWords& words, const struct machine& machine) {
    const auto name = [&setup](const auto& object, const std::string& text,
                               std::vector<std::string> bits = {}) {
        setup.name({&object, sizeof(object), text, std::move(bits)});
    };
    const std::vector<std::string> names = page_names(words);
    for (unsigned i = 0; i < machine.nr_pages; ++i) {
        const std::string& page = names[i];
        name(machine.mem_map[i].flags, page + ".flags", page_flag_names());
        name(machine.mem_map[i]._refcount, page + "._refcount");
        name(machine.mem_map[i]._mapcount, page + "._mapcount");
        name(machine.mem_map[i].mapping, page + ".mapping");
        name(machine.mem_map[i], page);
    }
    for (unsigned i = 0; i < machine.nr_nodes; ++i) {
        name(machine.nodes[i].lru_lock, "node" + std::to_string(i) + ".lru_lock");
    }
    for (unsigned i = 0; i < machine.nr_zones; ++i) {
        const std::string zone = "zone" + std::to_string(i);
        name(machine.zones[i].vm_stat[NR_MLOCK], zone + ".NR_MLOCK");
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
        for (unsigned index = 0; index < page_tree_max; ++index) {
            name(machine.mappings[i].page_tree[index],
                 mapping + ".page_tree[" + std::to_string(index) + "]");
        }
    }
    name_shm(setup, words, machine);
    name(machine.state->lru_add_drain_lock, "lru_add_drain_all.lock");
    for (unsigned cpu = 0; cpu < words.machine.cpus; ++cpu) {
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

// Levels: the main chain of the kernel's order of locks, outermost first.
void name_lock_classes(Setup& setup, const struct machine& machine) {
    for (unsigned i = 0; i < machine.nr_mms; ++i) {
        setup.lock_class({&machine.mms[i].mmap_sem, "mmap_sem", 2});
        setup.lock_class({&machine.mms[i].page_table_lock, "page_table_lock", 6});
        for (unsigned table = 0; table < machine.nr_tables; ++table) {
            setup.lock_class({&machine.mms[i].pgd[table].ptl, "ptl", 6});
        }
    }
    for (unsigned i = 0; i < machine.nr_pages; ++i) {
        setup.lock_class({&machine.mem_map[i].flags, "page lock", 3});
    }
    for (unsigned i = 0; i < machine.nr_mappings; ++i) {
        setup.lock_class({&machine.mappings[i].i_mmap_rwsem, "i_mmap_rwsem", 4});
        setup.lock_class({&machine.mappings[i].tree_lock, "tree_lock", 8});
    }
    for (unsigned i = 0; i < machine.nr_anon_vmas; ++i) {
        setup.lock_class({&machine.anon_vmas[i].rwsem, "anon_vma.rwsem", 5});
    }
    for (unsigned i = 0; i < machine.nr_nodes; ++i) {
        setup.lock_class({&machine.nodes[i].lru_lock, "lru_lock", 7});
    }
    if (machine.swap != nullptr) {
        setup.lock_class({&machine.swap->swapper_space.tree_lock, "tree_lock", 8});
    }
}

}  // namespace heddle
