// SPDX-License-Identifier: Apache-2.0
#include "scenarios/model_names.h"

#include <algorithm>
#include <optional>

#include "model/describe.h"
#include "model/machine.h"
#include "model/pgtable.h"
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
    return (page_lruvec(&page)->lists.peek().members[lru] & page_bit(&page)) != 0 ? 1 : 0;
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

const struct vm_area_struct* vma_at(unsigned mm, unsigned page) {
    const struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_vmas; ++i) {
        const struct vm_area_struct& vma = machine.vmas[i];
        if (vma.vm_mm == machine.mms + mm && vma.vm_start <= page * PAGE_SIZE &&
            vma.vm_end > page * PAGE_SIZE) {
            return &vma;
        }
    }
    return nullptr;
}

Value has_flag_at(unsigned mm, unsigned page, vm_flags_t flag) {
    return [mm, page, flag] {
        const struct vm_area_struct* vma = vma_at(mm, page);
        return std::int64_t{vma != nullptr && (vma->vm_flags & flag) != 0};
    };
}

pmd_t pmd_at_page(unsigned mm, unsigned page) {
    return has_huge_pages() ? pmd_of(this_machine().mms + mm, page / ptrs_per_pte())
                            : page_table_pmd;
}

pte_t pte_at_page(unsigned mm, unsigned page) {
    const struct page_table& table = this_machine().mms[mm].pgd[page / ptrs_per_pte()];
    return table.entries.peek().pte[page % ptrs_per_pte()];
}

bool is_present(unsigned mm, unsigned page) {
    return pmd_trans_huge(pmd_at_page(mm, page)) || pte_present(pte_at_page(mm, page));
}

// What is mapped there; null: nothing, or the zero page.
const struct page* page_at(unsigned mm, unsigned page) {
    if (pmd_trans_huge(pmd_at_page(mm, page))) {
        const struct page* head = pmd_page(pmd_at_page(mm, page));
        return head == nullptr ? nullptr : head + page % ptrs_per_pte();
    }
    const pte_t pte = pte_at_page(mm, page);
    return pte_present(pte) ? vm_normal_page(pte) : nullptr;
}

// `name` is "page3": the fourth of the process's address space.
std::optional<Value> value_of_user_page(const ScenarioWords& words, unsigned mm,
                                        const std::string& name, const std::string& what) {
    unsigned page = 0;
    while (page < words.machine.user_pages && name != "page" + std::to_string(page)) {
        ++page;
    }
    if (page == words.machine.user_pages) {
        return std::nullopt;
    }
    if (what == "locked") {
        return has_flag_at(mm, page, VM_LOCKED);
    }
    if (what == "onfault") {
        return has_flag_at(mm, page, VM_LOCKONFAULT);
    }
    if (what == "writable") {
        return has_flag_at(mm, page, VM_WRITE);
    }
    if (what == "mapped") {
        return [mm, page] { return std::int64_t{vma_at(mm, page) != nullptr}; };
    }
    if (what == "present") {
        return [mm, page] { return std::int64_t{is_present(mm, page)}; };
    }
    if (what == "huge") {
        return [mm, page] { return std::int64_t{pmd_trans_huge(pmd_at_page(mm, page))}; };
    }
    if (what == "mlocked") {
        return [mm, page] {
            const struct page* of = page_at(mm, page);
            return std::int64_t{of != nullptr &&
                                (peek_head(of)->flags & bit_mask(PG_mlocked)) != 0};
        };
    }
    return std::nullopt;
}

struct CounterName {
    const char* name;
    zone_stat_item item;
};

constexpr CounterName counter_names[] = {{"NR_MLOCK", NR_MLOCK},
                                         {"NR_ISOLATED_ANON", NR_ISOLATED_ANON},
                                         {"NR_ISOLATED_FILE", NR_ISOLATED_FILE}};

std::int64_t swap_slots_in_use() {
    std::int64_t used = 0;
    for (unsigned slot = 1; slot <= this_machine().nr_swap_slots; ++slot) {
        used += this_machine().swap->swap_map[slot] != 0 ? 1 : 0;
    }
    return used;
}

std::optional<Value> value_of_zone(const ScenarioWords& words,
                                   const std::vector<std::string>& path) {
    const auto* counter =
        std::find_if(std::begin(counter_names), std::end(counter_names),
                     [&path](const CounterName& row) { return path[1] == row.name; });
    unsigned zone = 0;
    while (zone < words.machine.nodes * words.machine.zones &&
           path[0] != "zone" + std::to_string(zone)) {
        ++zone;
    }
    if (counter == std::end(counter_names) || zone == words.machine.nodes * words.machine.zones) {
        return std::nullopt;
    }
    return [zone, item = counter->item] {
        return std::int64_t{this_machine().zones[zone].vm_stat[item].counter};
    };
}

std::optional<Value> value_of_user(unsigned user, const std::string& what) {
    if (what == "locked_shm") {
        return [user] {
            return static_cast<std::int64_t>(this_machine().shm.users[user].locked_shm.peek());
        };
    }
    if (what == "count") {
        return [user] { return std::int64_t{this_machine().shm.users[user].__count.counter}; };
    }
    return std::nullopt;
}

std::optional<Value> value_of_segment(unsigned segment, const std::string& what) {
    if (what == "locked") {
        return [segment] {
            const auto mode = this_machine().shm.segments[segment].shm_perm.mode;
            return std::int64_t{(mode & SHM_LOCKED) != 0};
        };
    }
    if (what == "deleted") {
        return [segment] {
            return std::int64_t{this_machine().shm.segments[segment].shm_perm.deleted};
        };
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
    } else if (const int user = index_of(words.users, path[0]); path.size() == 2 && user >= 0) {
        value = value_of_user(static_cast<unsigned>(user), path[1]);
    } else if (const int segment = index_of(words.segments, path[0]);
               path.size() == 2 && segment >= 0) {
        value = value_of_segment(static_cast<unsigned>(segment), path[1]);
    } else if (path == std::vector<std::string>{"swap", "used"}) {
        value = swap_slots_in_use;
    } else if (path.size() == 2) {
        value = value_of_zone(words, path);
    } else if (path.size() == 3 && process >= 0) {
        value = value_of_user_page(words, static_cast<unsigned>(process), path[1], path[2]);
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
        "zone0.NR_MLOCK, swap.used, a process's locked_vm, total_vm or def_locked, a place of its "
        "address space (A.page3.locked; onfault, writable, mapped, present, mlocked), a user's "
        "locked_shm or "
        "count, a segment's locked or deleted, or an event such as UNEVICTABLE_PGSTRANDED");
}

}  // namespace heddle
