// SPDX-License-Identifier: Apache-2.0
#include "model/describe.h"

#include <array>
#include <cstdio>
#include <iterator>

#include "model/machine.h"

namespace heddle {

namespace {

struct FlagName {
    pageflags bit;
    const char* name;
};

constexpr std::array flag_table = {
    FlagName{PG_locked, "locked"},
    FlagName{PG_referenced, "referenced"},
    FlagName{PG_uptodate, "uptodate"},
    FlagName{PG_dirty, "dirty"},
    FlagName{PG_lru, "lru"},
    FlagName{PG_active, "active"},
    FlagName{PG_private, "private"},
    FlagName{PG_double_map, "double_map"},
    FlagName{PG_writeback, "writeback"},
    FlagName{PG_head, "head"},
    FlagName{PG_swapcache, "swapcache"},
    FlagName{PG_reclaim, "reclaim"},
    FlagName{PG_swapbacked, "swapbacked"},
    FlagName{PG_unevictable, "unevictable"},
    FlagName{PG_mlocked, "mlocked"},
    FlagName{PG_hwpoison, "hwpoison"},
};

constexpr const char* list_names[] = {"inactive_anon", "active_anon", "inactive_file",
                                      "active_file", "unevictable"};

constexpr const char* event_names[] = {"UNEVICTABLE_PGCULLED",
                                       "UNEVICTABLE_PGSCANNED",
                                       "UNEVICTABLE_PGRESCUED",
                                       "UNEVICTABLE_PGMLOCKED",
                                       "UNEVICTABLE_PGMUNLOCKED",
                                       "UNEVICTABLE_PGCLEARED",
                                       "UNEVICTABLE_PGSTRANDED",
                                       "PGROTATED",
                                       "PGACTIVATE",
                                       "PGDEACTIVATE",
                                       "PGFREE",
                                       "PGMIGRATE_SUCCESS",
                                       "PGMIGRATE_FAIL",

                                       "THP_SPLIT_PAGE",
                                       "THP_SPLIT_PAGE_FAILED",
                                       "THP_DEFERRED_SPLIT_PAGE",
                                       "THP_SPLIT_PMD"};
static_assert(std::size(event_names) == NR_VM_EVENT_ITEMS);

template <std::size_t n>
int index_of(const char* const (&names)[n], const std::string& name) {
    for (std::size_t i = 0; i < n; ++i) {
        if (name == names[i]) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

std::string flags_text(unsigned long flags) {
    std::string text;
    for (const FlagName& flag : flag_table) {
        if ((flags & bit_mask(flag.bit)) != 0) {
            text += (text.empty() ? "" : "|") + std::string(flag.name);
        }
    }
    return text;
}

std::string place_of(const struct page& page) {
    std::string text;
    const struct lru_lists& lists = page_lruvec(&page)->lists.peek();
    for (unsigned lru = 0; lru < NR_LRU_LISTS; ++lru) {
        if ((lists.members[lru] & page_bit(&page)) != 0) {
            text += std::string(" on ") + list_names[lru];
        }
    }
    return text.empty() ? " on no list" : text;
}

std::string mapping_text(const struct page& page) {
    if (page.mapping == nullptr) {
        return "NULL";
    }
    if ((reinterpret_cast<std::uintptr_t>(page.mapping) & PAGE_MAPPING_ANON) != 0) {
        return "anon";
    }
    return (page.mapping->flags & bit_mask(AS_UNEVICTABLE)) != 0 ? "file(AS_UNEVICTABLE)" : "file";
}

std::string page_text(const struct page& page, const std::string& name) {
    if (page.ghost.free) {
        return "page:" + name + " free\n";
    }
    char line[160];
    std::snprintf(line, sizeof(line), "page:%s count:%d mapcount:%d mapping:%s zone:%u%s\n",
                  name.c_str(), page._refcount.counter, page._mapcount.counter + 1,
                  mapping_text(page).c_str(), page.zone_id, place_of(page).c_str());
    char flags[160];
    std::snprintf(flags, sizeof(flags), "flags: 0x%lx(%s)\n", page.flags,
                  flags_text(page.flags).c_str());
    return std::string(line) + flags;
}

std::string pagevec_text(const char* what, const per_cpu<struct pagevec>& pvecs,
                         std::span<const std::string> names) {
    std::string text;
    for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
        const struct pagevec& pvec = pvecs.of[cpu];
        for (unsigned i = 0; i < pvec.nr; ++i) {
            text += i == 0 ? std::string(what) + " of CPU " + std::to_string(cpu) + ":" : "";
            text += " " + names[page_to_pfn(pvec.pages[i])];
            text += i + 1 == pvec.nr ? "\n" : "";
        }
    }
    return text;
}

}  // namespace

std::vector<std::string> page_flag_names() {
    std::vector<std::string> names(PG_hwpoison + 1);
    for (const FlagName& flag : flag_table) {
        names[flag.bit] = flag.name;
    }
    return names;
}

int page_flag_of(const std::string& name) {
    for (const FlagName& flag : flag_table) {
        if (name == flag.name) {
            return static_cast<int>(flag.bit);
        }
    }
    return -1;
}

int lru_list_of(const std::string& name) { return index_of(list_names, name); }
int vm_event_of(const std::string& name) { return index_of(event_names, name); }
const char* vm_event_name(unsigned item) { return event_names[item]; }

std::string describe_machine(std::span<const std::string> names) {
    const struct machine& machine = this_machine();
    std::string text;
    for (unsigned pfn = 0; pfn < machine.nr_pages; ++pfn) {
        text += page_text(machine.mem_map[pfn], names[pfn]);
    }
    text += pagevec_text("lru_add_pvec", machine.lru_add_pvec, names);
    text += pagevec_text("lru_rotate_pvecs", machine.lru_rotate_pvecs, names);
    text += pagevec_text("lru_deactivate_file_pvecs", machine.lru_deactivate_file_pvecs, names);
    text += pagevec_text("lru_deactivate_pvecs", machine.lru_deactivate_pvecs, names);
    text += pagevec_text("activate_page_pvecs", machine.activate_page_pvecs, names);
    for (unsigned zone = 0; zone < machine.nr_zones; ++zone) {
        text += "zone " + std::to_string(zone) + ": nr_mlock " +
                std::to_string(machine.zones[zone].vm_stat[NR_MLOCK].counter) + "\n";
    }
    for (unsigned item = 0; item < NR_VM_EVENT_ITEMS; ++item) {
        unsigned count = 0;
        for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
            count += machine.vm_event_states.of[cpu].event[item];
        }
        text +=
            count == 0 ? "" : std::string(event_names[item]) + " " + std::to_string(count) + "\n";
    }
    return text;
}

}  // namespace heddle
