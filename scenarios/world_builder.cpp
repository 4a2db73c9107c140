// SPDX-License-Identifier: Apache-2.0
#include "scenarios/world_builder.h"

#include <algorithm>

#include "model/describe.h"
#include "model/fixes.h"
#include "model/ghost.h"
#include "model/mm_inline.h"
#include "scenarios/huge_builder.h"
#include "scenarios/lru_lock_builder.h"
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
    return static_cast<unsigned>(page.mapped_by.size() + page.pte_mapped_by.size() +
                                 page.pinned_by.size()) +
           (page.cached ? 1 : 0) + (by_its_place ? 1 : 0);
}

void allocate_per_cpu(Setup& setup, const ScenarioWords& words, struct machine& machine) {
    const unsigned cpus = words.machine.cpus;
    for (auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        pvecs->of = setup.array<struct pagevec>(cpus);
    }
    machine.lru_add_drain_work.of = setup.array<struct work_struct>(cpus);
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        INIT_WORK(&machine.lru_add_drain_work.of[cpu]);
    }
    const bool has_work = std::any_of(words.tasks.begin(), words.tasks.end(),
                                      [](const TaskWords& task) { return task.work; });
    machine.workers.of = has_work ? setup.array<struct mutex>(cpus) : nullptr;
    machine.vm_event_states.of = setup.array<struct vm_event_state>(cpus);
}

void give(struct page& page, Holder holder) {
    ++page._refcount.counter;
    ++references(&page, holder);
}

void link(struct page& page, unsigned pfn, unsigned lru) {
    page.flags |= bit_mask(PG_lru);
    struct lru_lists& lists = page_lruvec(&page)->lists.value;
    lists.members[lru].add(pfn);
    update_lru_size(lists, static_cast<lru_list>(lru), weight_of(&page));
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
        link(page, pfn, static_cast<unsigned>(lru));
    } else if (where.kind == "isolated") {
        const int task = index_of(words.tasks, where.of);
        page.ghost.isolated_by = static_cast<unsigned char>(task + 1);
        give(page, Holder::isolation);
    } else if (per_cpu<struct pagevec>* pvecs = pagevec_of(machine, where.kind)) {
        struct pagevec& pvec = pvecs->of[std::stoul(where.of)];
        pvec.pages[pvec.nr++] = &page;
        give(page, Holder::pagevec);
        if (where.kind != "lru_add") {
            link(page, pfn, list_of_flags(page));
        }
    }
}

void build_page(const ScenarioWords& words, unsigned pfn, struct machine& machine) {
    const PageWords& from = words.pages[pfn];
    struct page& page = machine.mem_map[pfn];
    page.zone_id = static_cast<unsigned char>(from.zone);
    page.mem_cgroup = mem_cgroup_of(words, from, machine);
    if (from.tail) {
        page.mem_cgroup = machine.mem_map[pfn - 1].mem_cgroup;
        return;
    }
    if (from.huge) {
        build_compound(words, pfn, machine);
    } else {
        page._mapcount.counter = static_cast<int>(from.mapped_by.size()) - 1;
    }
    for (const Word& flag : from.flags) {
        page.flags |= bit_mask(static_cast<unsigned>(page_flag_of(flag.text)));
    }
    if (from.mapping.text.empty()) {
        page.flags |= bit_mask(PG_swapbacked);
    } else {
        page.mapping = machine.mappings + index_of(words.mappings, from.mapping.text);
    }
    map_page(words, pfn, machine);
    for (unsigned i = 0; i < from.mapped_by.size() + from.pte_mapped_by.size(); ++i) {
        give(page, Holder::map);
    }
    for (unsigned i = 0; from.cached && i < static_cast<unsigned>(weight_of(&page)); ++i) {
        give(page, Holder::cache);
        page.mapping->page_tree[page.index + i] = static_cast<page_tree_entry>(pfn + i + 1);
    }
    for (const Word& task : from.pinned_by) {
        give(page, Holder::pin);
        ++machine.pins[(pfn * machine.nr_tasks) +
                       static_cast<unsigned>(index_of(words.tasks, task.text))];
    }
    put_in_place(words, from, machine, pfn);
    if ((page.flags & bit_mask(PG_mlocked)) != 0) {
        const int weight = weight_of(&page);
        const bool subpages = (machine.fixes & fix_bit(Fix::events_count_subpages)) != 0;
        signed char& mlocked = machine.state->events.mlocked;
        machine.zones[page.zone_id].vm_stat[NR_MLOCK].counter += weight;
        mlocked = static_cast<signed char>(mlocked + (subpages ? weight : 1));
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

namespace {

// The place in its file that build_page() gives the page.
unsigned index_in_file(const ScenarioWords& words, const PageWords& page) {
    const auto pfn = static_cast<unsigned>(&page - words.pages.data());
    if (page.mapped_by.empty()) {
        return pfn;
    }
    const MappedWords& mapped = page.mapped_by[0];
    const VmaWords& vma =
        words.vmas[static_cast<std::size_t>(index_of(words.vmas, mapped.vma.text))];
    return vma.process.text.empty() ? pfn : vma.offset + mapped.at;
}

std::optional<FileError> check_place_in_file(const ScenarioWords& words, const PageWords& page) {
    const int mapping = index_of(words.mappings, page.mapping.text);
    const bool of_a_segment = std::any_of(
        words.segments.begin(), words.segments.end(),
        [&page](const auto& segment) { return segment.mapping.text == page.mapping.text; });
    if (!page.cached || mapping < 0 || of_a_segment ||
        index_in_file(words, page) < words.mappings[static_cast<std::size_t>(mapping)].pages) {
        return std::nullopt;
    }
    return FileError{words.file, page.name.place,
                     "page '" + page.name.text + "' would be page " +
                         std::to_string(index_in_file(words, page)) +
                         " of its file, counted from 0; "
                         "expected one before the file's end"};
}

}  // namespace

std::optional<FileError> check_page(const ScenarioWords& words, const PageWords& page) {
    if (std::optional<FileError> error = check_place_in_file(words, page)) {
        return error;
    }
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
    if (page.tail) {
        return std::nullopt;
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
    // Lets a release_pages() of few pages drop the lock midway.
    machine.swap_cluster_max = 2;
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
    allocate_per_cpu(setup, words, machine);
    for (unsigned i = 0; i < machine.nr_zones; ++i) {
        machine.zones[i].zone_pgdat = &machine.nodes[i / words.machine.zones];
    }
    for (unsigned i = 0; i < machine.nr_mappings; ++i) {
        machine.mappings[i].flags = words.mappings[i].unevictable ? bit_mask(AS_UNEVICTABLE) : 0;
        machine.mappings[i].i_size = static_cast<unsigned char>(words.mappings[i].pages);
        machine.mappings[i].page_tree_end = machine.mappings[i].i_size;
    }
    machine.nr_tasks = static_cast<unsigned>(words.tasks.size());
    machine.pins = setup.array<unsigned char>(std::size_t{machine.nr_pages} * machine.nr_tasks);
    build_huge(setup, words, machine);
    build_processes(setup, words, machine);
    build_lru_locks(setup, words, machine);
    for (unsigned pfn = 0; pfn < words.pages.size(); ++pfn) {
        build_page(words, pfn, machine);
    }
    for (unsigned pfn = static_cast<unsigned>(words.pages.size()); pfn < machine.nr_pages; ++pfn) {
        machine.mem_map[pfn]._mapcount.counter = -1;
        machine.mem_map[pfn].ghost.free = true;
        machine.state->buddy[0] |= bit_mask(pfn);
    }
    build_shm(setup, words, machine);
    return machine;
}

}  // namespace heddle
