// SPDX-License-Identifier: Apache-2.0
#include "scenarios/model_names.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "model/describe.h"
#include "model/machine.h"
#include "scenarios/world_builder.h"

namespace heddle {

namespace {

using Value = Expression::Value;

std::int64_t event_count(unsigned item) {
    std::int64_t count = 0;
    for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
        count += this_machine().vm_event_states.of[cpu].event[item];
    }
    return count;
}

std::int64_t is_on(unsigned pfn, unsigned lru) {
    const struct page& page = *pfn_to_page(pfn);
    return (page_zone(&page)->lruvec.lists.peek().members[lru] & page_bit(&page)) != 0 ? 1 : 0;
}

std::optional<Value> value_of_page(unsigned pfn, const std::string& what) {
    if (what == "refcount") {
        return [pfn] { return std::int64_t{pfn_to_page(pfn)->_refcount.counter}; };
    }
    if (what == "mapcount") {
        return [pfn] { return std::int64_t{pfn_to_page(pfn)->_mapcount.counter} + 1; };
    }
    if (what == "free") {
        return [pfn] { return std::int64_t{pfn_to_page(pfn)->ghost.free}; };
    }
    if (what == "isolated") {
        return [pfn] { return std::int64_t{pfn_to_page(pfn)->ghost.isolated_by != 0}; };
    }
    const int flag = page_flag_of(what);
    if (flag < 0) {
        return std::nullopt;
    }
    const std::uint64_t bit = bit_mask(static_cast<unsigned>(flag));
    return [pfn, bit] { return std::int64_t{(pfn_to_page(pfn)->flags & bit) != 0}; };
}

std::optional<Value> value_of_process(unsigned mm, const std::string& what) {
    if (what == "locked_vm") {
        return [mm] { return std::int64_t{static_cast<int>(this_machine().mms[mm].locked_vm)}; };
    }
    if (what == "total_vm") {
        return [mm] { return std::int64_t{this_machine().mms[mm].total_vm}; };
    }
    if (what == "def_locked") {
        return [mm] { return std::int64_t{(this_machine().mms[mm].def_flags & VM_LOCKED) != 0}; };
    }
    return std::nullopt;
}

int zone_stat_of(const std::string& name) {
    constexpr const char* names[] = {"NR_MLOCK", "NR_ISOLATED_ANON", "NR_ISOLATED_FILE"};
    static_assert(std::size(names) == NR_VM_ZONE_STAT_ITEMS);
    const auto* found = std::find(std::begin(names), std::end(names), name);
    return found == std::end(names) ? -1 : static_cast<int>(found - names);
}

std::optional<Value> value_of_zone(const ScenarioWords& words,
                                   const std::vector<std::string>& path) {
    for (unsigned zone = 0; zone < words.machine.nodes * words.machine.zones; ++zone) {
        const int item = zone_stat_of(path[1]);
        if (path[0] == "zone" + std::to_string(zone) && item >= 0) {
            return [zone, item] {
                return std::int64_t{this_machine().zones[zone].vm_stat[item].counter};
            };
        }
    }
    return std::nullopt;
}

// The number of a named page, or of one that the allocator begins with; -1 if there is none.
int page_of(const ScenarioWords& words, const std::string& name) {
    const std::vector<std::string> names = page_names(words);
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

}  // namespace

std::variant<Value, std::string> look_up_name(const ScenarioWords& words,
                                              const std::vector<std::string>& path) {
    std::optional<Value> value;
    const int page = page_of(words, path[0]);
    const int process = index_of(words.processes, path[0]);
    if (path.size() == 1) {
        if (const int event = vm_event_of(path[0]); event >= 0) {
            value = [event] { return event_count(static_cast<unsigned>(event)); };
        }
    } else if (path.size() == 2 && page >= 0) {
        value = value_of_page(static_cast<unsigned>(page), path[1]);
    } else if (path.size() == 2 && process >= 0) {
        value = value_of_process(static_cast<unsigned>(process), path[1]);
    } else if (path.size() == 2) {
        value = value_of_zone(words, path);
    } else if (path.size() == 3 && page >= 0 && path[1] == "on" && lru_list_of(path[2]) >= 0) {
        const int lru = lru_list_of(path[2]);
        value = [page, lru] {
            return is_on(static_cast<unsigned>(page), static_cast<unsigned>(lru));
        };
    }
    if (value) {
        return *value;
    }
    return std::string(
        "expected a page's flag or counter (P.mlocked, P.refcount, P.on.unevictable), "
        "zone0.NR_MLOCK, a process's locked_vm, total_vm or def_locked, or an event such as "
        "UNEVICTABLE_PGSTRANDED");
}

}  // namespace heddle
