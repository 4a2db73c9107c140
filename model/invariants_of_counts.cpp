// SPDX-License-Identifier: Apache-2.0
// Invariants B, D and L.
#include <algorithm>
#include <iterator>

#include "model/ghost.h"
#include "model/invariant_checks.h"
#include "model/pgtable.h"
#include "model/swapfile.h"

namespace heddle {

// ---- B: PG_mlocked and NR_MLOCK

namespace {

long mlocked_pages(const struct zone& zone) {
    long count = 0;
    for (unsigned pfn = 0; pfn < pages().size(); ++pfn) {
        const struct page& page = pages()[pfn];
        count += page_zone(&page) == &zone && flag(page, PG_mlocked) && !is_tail(&page)
                     ? weight_of(&page)
                     : 0;
        // A head still stands for those of its tails that have left it.
        pfn += page.ghost.splitting ? hpage_pmd_nr() - 1 : 0;
    }
    return count;
}

// NR_MLOCK - `excess` against the pages, zone by zone.
template <class Excess>
bool nr_mlock_matches(std::string* sides, const char* what, Excess excess) {
    for (const struct zone& zone : zones()) {
        const long nr_mlock = zone.vm_stat[NR_MLOCK].counter;
        if (nr_mlock - excess(zone) != mlocked_pages(zone)) {
            return violated(sides, "zone " + number(&zone - this_machine().zones) +
                                       ": NR_MLOCK = " + number(nr_mlock) + what +
                                       (*what != 0 ? number(excess(zone)) : "") +
                                       ", pages with PG_mlocked = " + number(mlocked_pages(zone)));
        }
    }
    return true;
}

}  // namespace

bool nr_mlock_counts_mlocked_pages(std::string* sides) {
    return nr_mlock_matches(sides, "", [](const struct zone&) { return 0L; });
}

bool nr_mlock_lags_by_what_is_not_counted(std::string* sides) {
    return nr_mlock_matches(sides, ", excess = ", [](const struct zone& zone) {
        return -zone.ghost.flips_not_counted;
    });
}

bool nr_mlock_exceeds_by_the_known_leak(std::string* sides) {
    return nr_mlock_matches(
        sides, ", known leak = ", [](const struct zone& zone) { return zone.ghost.leaked; });
}

bool nr_mlock_is_not_negative(std::string* sides) {
    for (const struct zone& zone : zones()) {
        if (zone.vm_stat[NR_MLOCK].counter < 0) {
            return violated(sides, "NR_MLOCK = " + number(zone.vm_stat[NR_MLOCK].counter));
        }
    }
    return true;
}

namespace {

bool is_huge(const struct page& page) { return has_huge_pages() && flag(page, PG_head); }

// Some part of it, by a pte or by a pmd.
bool is_mapped(const struct page& page) {
    if (!is_huge(page)) {
        return page._mapcount.counter >= 0;
    }
    const auto mapped = [](const struct page& part) { return part._mapcount.counter >= 0; };
    return compound_of(&page)->compound_mapcount.counter >= 0 ||
           std::any_of(&page, &page + hpage_pmd_nr(), mapped);
}

}  // namespace

bool mlocked_pages_are_mapped(std::string* sides) {
    return for_all_pages(sides, "PG_mlocked, _mapcount = -1", [](const struct page& page) {
        return !flag(page, PG_mlocked) || is_mapped(page);
    });
}

bool no_tail_is_mlocked(std::string* sides) {
    return for_all_pages(sides, "a tail with PG_mlocked", [](const struct page& page) {
        return !is_tail(&page) || !flag(page, PG_mlocked) || peek_head(&page)->ghost.splitting;
    });
}

namespace {

// Entries of the vma, ptes or of pmds, that map the page or a part of it.
int entries_within(const struct vm_area_struct& vma, const struct page& page) {
    int count = 0;
    for (unsigned long address = vma.vm_start; address < vma.vm_end; address += PAGE_SIZE) {
        const unsigned long table = address >> this_machine().pmd_shift;
        const pmd_t pmd = has_huge_pages() ? pmd_of(vma.vm_mm, table) : page_table_pmd;
        const pte_t pte = vma.vm_mm->pgd[table].entries.peek().pte[pte_index(address)];
        const struct page* mapped = pmd_trans_huge(pmd) ? pmd_page(pmd)
                                    : pte_present(pte)  ? vm_normal_page(pte)
                                                        : nullptr;
        count += mapped != nullptr && peek_head(mapped) == &page ? 1 : 0;
    }
    return count;
}

bool a_locked_vma_maps(const struct page& page) {
    const struct machine& machine = this_machine();
    return std::any_of(machine.vmas, machine.vmas + machine.nr_vmas,
                       [&page](const struct vm_area_struct& vma) {
                           return vma.vm_mm != nullptr && (vma.vm_flags & VM_LOCKED) != 0 &&
                                  entries_within(vma, page) != 0;
                       });
}

}  // namespace

bool mlocked_pages_are_in_a_locked_vma(std::string* sides) {
    return for_all_pages(sides, "PG_mlocked, in no VM_LOCKED vma", [](const struct page& page) {
        return !flag(page, PG_mlocked) || a_locked_vma_maps(page);
    });
}

// ---- D: references and mappings

namespace {

int holders(const struct page& page) {
    int count = 0;
    for (const unsigned char references : page.ghost.references) {
        count += references;
    }
    return count;
}

}  // namespace

bool references_have_holders(std::string* sides) {
    for (const struct page& page : pages()) {
        // Frozen: the holders will have theirs back, or the page is freed.
        if (page._refcount.counter != (page.ghost.frozen ? 0 : holders(page))) {
            return violated(sides, name(page) + ": _refcount = " + number(page._refcount.counter) +
                                       ", holders = " + number(holders(page)));
        }
    }
    return true;
}

namespace {

int entries(const struct page& page) {
    const struct machine& machine = this_machine();
    int count = 0;
    for (unsigned i = 0; i < machine.nr_mms * machine.nr_tables; ++i) {
        const struct mm_struct& mm = machine.mms[i / machine.nr_tables];
        count += entries_of(mm.pgd[i % machine.nr_tables].entries.peek(), &page);
    }
    return count;
}

int pmd_entries(const struct page& head) {
    const struct machine& machine = this_machine();
    const std::size_t pmds = std::size_t{machine.nr_mms} * machine.nr_tables;
    return static_cast<int>(std::count_if(
        machine.huge.pmds, machine.huge.pmds + pmds,
        [&head](pmd_t pmd) { return pmd_trans_huge(pmd) && pmd_page(pmd) == &head; }));
}

// What is counted in each part of a huge page besides the ptes that map it: for a page of a file
// the entries of pmds, else whether there are both kinds.
int counted_in_parts(const struct page& head) {
    return (reinterpret_cast<std::uintptr_t>(head.mapping) & PAGE_MAPPING_ANON) == 0
               ? pmd_entries(head)
               : static_cast<int>(flag((&head)[1], PG_double_map));
}

// Places in the page cache and, of one that has PG_swapcache, in the swap cache.
int cache_slots(const struct page& page) {
    const struct machine& machine = this_machine();
    int count = static_cast<int>(flag(page, PG_swapcache));
    for (unsigned i = 0; i < machine.nr_mappings; ++i) {
        const struct address_space& mapping = machine.mappings[i];
        count += static_cast<int>(std::count(std::begin(mapping.page_tree),
                                             std::end(mapping.page_tree), entry_of(&page)));
    }
    return count;
}

int references(const struct page& head, Holder holder) {
    return head.ghost.references[static_cast<unsigned>(holder)];
}

}  // namespace

bool references_are_what_they_say(std::string* sides) {
    for (const struct page& page : pages()) {
        if (is_tail(&page)) {
            continue;
        }
        int mapped = is_huge(page) ? pmd_entries(page) : 0;
        int cached = 0;
        const unsigned parts = is_huge(page) ? hpage_pmd_nr() : 1;
        for (unsigned i = 0; i < parts; ++i) {
            mapped += entries((&page)[i]);
            cached += cache_slots((&page)[i]);
        }
        if (references(page, Holder::map) != mapped || references(page, Holder::cache) != cached) {
            return violated(sides, name(page) + ": references of entries = " +
                                       number(references(page, Holder::map)) +
                                       ", entries = " + number(mapped) +
                                       "; of caches = " + number(references(page, Holder::cache)) +
                                       ", places there = " + number(cached));
        }
    }
    return true;
}

bool mapcount_counts_entries(std::string* sides) {
    for (const struct page& page : pages()) {
        const struct page& head = *peek_head(&page);
        const int of_compound = is_huge(head) ? counted_in_parts(head) : 0;
        if (page._mapcount.counter + 1 != entries(page) + of_compound) {
            return violated(sides, name(page) +
                                       ": _mapcount + 1 = " + number(page._mapcount.counter + 1) +
                                       ", present entries = " + number(entries(page)));
        }
    }
    return true;
}

bool compound_mapcount_counts_pmds(std::string* sides) {
    return for_all_pages(sides, "compound_mapcount + 1 is not the number of entries of pmds",
                         [](const struct page& page) {
                             return !is_huge(page) ||
                                    compound_of(&page)->compound_mapcount.counter + 1 ==
                                        pmd_entries(page);
                         });
}

bool mlocked_huge_pages_are_mapped_by_pmds(std::string* sides) {
    return for_all_pages(
        sides, "mlocked, and a part of it is mapped by a pte", [](const struct page& page) {
            if (!is_huge(page) || !flag(page, PG_mlocked)) {
                return true;
            }
            return !flag((&page)[1], PG_double_map) &&
                   std::all_of(&page, &page + hpage_pmd_nr(),
                               [](const auto& part) { return entries(part) == 0; });
        });
}

bool nr_anon_thps_counts_huge_pages(std::string* sides) {
    for (const struct zone& zone : zones()) {
        if (!has_huge_pages()) {
            break;
        }
        const long counted = this_machine().huge.nr_anon_thps[&zone - zones().data()].counter;
        const long mapped = std::count_if(pages().begin(), pages().end(), [&](const auto& page) {
            return is_huge(page) && page_zone(&page) == &zone && pmd_entries(page) != 0 &&
                   (reinterpret_cast<std::uintptr_t>(page.mapping) & PAGE_MAPPING_ANON) != 0;
        });
        if (counted != mapped) {
            return violated(sides, "NR_ANON_THPS = " + number(counted) +
                                       ", anonymous huge pages mapped by pmds = " + number(mapped));
        }
    }
    return true;
}

namespace {

int swap_entries(unsigned slot) {
    const struct machine& machine = this_machine();
    int count = 0;
    for (unsigned i = 0; i < machine.nr_mms * machine.nr_tables; ++i) {
        const struct mm_struct& mm = machine.mms[i / machine.nr_tables];
        const struct ptes& ptes = mm.pgd[i % machine.nr_tables].entries.peek();
        count += static_cast<int>(std::count(std::begin(ptes.pte), std::end(ptes.pte),
                                             swp_entry_to_pte(static_cast<swp_entry_t>(slot))));
    }
    return count;
}

}  // namespace

bool swap_slots_count_entries(std::string* sides) {
    const struct swap_area* swap = this_machine().swap;
    for (unsigned slot = 1; slot <= this_machine().nr_swap_slots; ++slot) {
        const page_tree_entry entry = swap->swapper_space.page_tree[slot];
        const struct page* page = entry == 0 ? nullptr : entry_page(entry);
        const bool cached = page != nullptr && flag(*page, PG_swapcache) && page->swap == slot;
        const int expected = swap_entries(slot) + (cached ? SWAP_HAS_CACHE : 0);
        if (swap->swap_map[slot] != expected || cached != (page != nullptr)) {
            return violated(sides, "slot " + number(slot) +
                                       ": swap_map = " + number(swap->swap_map[slot]) +
                                       ", expected " + number(expected));
        }
    }
    return true;
}

// The rule behind the BUG_ON() of migration_entry_to_page() in include/linux/swapops.h (v4.8).
bool migration_entries_are_of_locked_pages(std::string* sides) {
    const struct machine& machine = this_machine();
    for (unsigned i = 0; i < machine.nr_mms * machine.nr_tables; ++i) {
        const struct mm_struct& mm = machine.mms[i / machine.nr_tables];
        for (const pte_t pte : mm.pgd[i % machine.nr_tables].entries.peek().pte) {
            if (is_migration_entry(pte) &&
                !flag(*peek_head(migration_entry_to_page(pte)), PG_locked)) {
                return violated(
                    sides, "mm " + number(i / machine.nr_tables) + " has a migration entry of " +
                               name(*migration_entry_to_page(pte)) + ", which is not locked");
            }
        }
    }
    return true;
}

bool isolations_have_ended(std::string* sides) {
    return for_all_pages(sides, "still isolated",
                         [](const struct page& page) { return page.ghost.isolated_by == 0; });
}

bool no_isolation_is_counted(std::string* sides) {
    for (const struct zone& zone : zones()) {
        for (const zone_stat_item item : {NR_ISOLATED_ANON, NR_ISOLATED_FILE}) {
            if (zone.vm_stat[item].counter != 0) {
                return violated(sides,
                                item == NR_ISOLATED_ANON
                                    ? "NR_ISOLATED_ANON = " + number(zone.vm_stat[item].counter)
                                    : "NR_ISOLATED_FILE = " + number(zone.vm_stat[item].counter));
            }
        }
    }
    return true;
}

bool no_page_is_leaked(std::string* sides) {
    for (const struct page& page : pages()) {
        // The allocator has the free pages, and none else.
        const unsigned pfn = page_to_pfn(&page);
        const bool can_be_had = is_free(pfn);
        if (can_be_had != page.ghost.free) {
            return violated(sides, name(page) + (can_be_had ? ": in use and to be had" : ": lost"));
        }
    }
    return for_all_pages(
        sides, "held by a task that is gone, or neither held nor free",
        [](const struct page& page) {
            return page.ghost.references[static_cast<unsigned>(Holder::pin)] == 0 &&
                   page.ghost.references[static_cast<unsigned>(Holder::isolation)] == 0 &&
                   (holders(page) > 0 || is_tail(&page));
        });
}

// ---- L: lock rules

bool one_lru_lock_at_a_time(std::string* sides) {
    const struct machine& machine = this_machine();
    for (unsigned i = 1; i < machine.nr_lru_locks; ++i) {
        const std::uint32_t owner = lru_lock_number(i)->owner;
        for (unsigned other = 0; owner != 0 && other < i; ++other) {
            if (owner == lru_lock_number(other)->owner) {
                return violated(sides, "task " + number(owner - 1) + " holds two");
            }
        }
    }
    return true;
}

}  // namespace heddle
