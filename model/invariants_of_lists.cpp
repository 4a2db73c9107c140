// SPDX-License-Identifier: Apache-2.0
// Invariants A and C.
#include "model/fixes.h"
#include "model/ghost.h"
#include "model/invariant_checks.h"

namespace heddle {

namespace {

bool lru_lock_is_free(const struct page& page) { return !spin_is_locked(page_lru_lock(&page)); }

bool is_member(const struct page& page, unsigned list) {
    return (page_lruvec(&page)->lists.peek().members[list] & page_bit(&page)) != 0;
}

unsigned lists_with(const struct page& page) {
    unsigned count = 0;
    for (unsigned i = 0; i < nr_lruvecs(); ++i) {
        for (const page_set members : lruvec_number(i)->lists.peek().members) {
            count += (members & page_bit(&page)) != 0 ? 1 : 0;
        }
    }
    return count;
}

unsigned list_of_flags(const struct page& page) {
    if (flag(page, PG_unevictable)) {
        return LRU_UNEVICTABLE;
    }
    return (flag(page, PG_swapbacked) ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE) +
           (flag(page, PG_active) ? LRU_ACTIVE : 0);
}

bool is_evictable(const struct page& page) {
    const bool anon = (reinterpret_cast<std::uintptr_t>(page.mapping) & PAGE_MAPPING_ANON) != 0;
    const bool unevictable_mapping =
        page.mapping != nullptr && !anon && (page.mapping->flags & bit_mask(AS_UNEVICTABLE)) != 0;
    return !unevictable_mapping && !flag(page, PG_mlocked);
}

}  // namespace

// ---- A: the structure of the LRU

bool on_exactly_one_list(std::string* sides) {
    for (const struct page& page : pages()) {
        if (lru_lock_is_free(page) && lists_with(page) != (flag(page, PG_lru) ? 1U : 0U)) {
            return violated(sides, name(page) + ": PG_lru = " + number(flag(page, PG_lru)) +
                                       ", on " + number(lists_with(page)) + " lists");
        }
    }
    return true;
}

bool on_the_list_of_its_flags(std::string* sides) {
    for (const struct page& page : pages()) {
        if (lru_lock_is_free(page) && lists_with(page) == 1 &&
            !is_member(page, list_of_flags(page))) {
            return violated(sides, name(page) + " is not on the list " +
                                       number(list_of_flags(page)) + " of its flags");
        }
    }
    return true;
}

namespace {

int pages_on(page_set members) {
    if (!has_huge_pages()) {
        return __builtin_popcount(members);
    }
    int count = 0;
    for (; members != 0; members = static_cast<page_set>(members & (members - 1))) {
        count += weight_of(pfn_to_page(static_cast<unsigned>(__builtin_ctz(members))));
    }
    return count;
}

}  // namespace

bool sizes_match(std::string* sides) {
    for (unsigned i = 0; i < nr_lruvecs(); ++i) {
        const struct lruvec* lruvec = lruvec_number(i);
        if (spin_is_locked(lruvec_lru_lock(lruvec))) {
            continue;
        }
        const struct lru_lists& lists = lruvec->lists.peek();
        for (unsigned lru = 0; lru < NR_LRU_LISTS; ++lru) {
            const int members = pages_on(lists.members[lru]);
            if (lists.nr[lru] != members) {
                return violated(sides, "zone " + number(lruvec->zone - this_machine().zones) +
                                           " list " + number(lru) + ": counter = " +
                                           number(lists.nr[lru]) + ", pages = " + number(members));
            }
        }
    }
    return true;
}

bool no_tail_is_on_a_list(std::string* sides) {
    return for_all_pages(sides, "a tail on a list, or isolated", [](const struct page& page) {
        return !is_tail(&page) || (lists_with(page) == 0 && page.ghost.isolated_by == 0) ||
               !lru_lock_is_free(page);
    });
}

bool not_active_and_unevictable(std::string* sides) {
    return for_all_pages(sides, "PG_lru, PG_active and PG_unevictable", [](auto& page) {
        return !lru_lock_is_free(page) || !flag(page, PG_lru) || !flag(page, PG_active) ||
               !flag(page, PG_unevictable);
    });
}

// Since v4.16 a page waits in a pagevec with PG_unevictable as it was: its drain looks again.
bool waits_with_its_flag(const struct page& page) {
    return has(Fix::pagevec_drain_looks_again) &&
           page.ghost.references[static_cast<unsigned>(Holder::pagevec)] != 0;
}

bool unevictable_has_an_owner(std::string* sides) {
    return for_all_pages(sides, "PG_unevictable, not PG_lru, isolated by nobody", [](auto& page) {
        return !flag(page, PG_unevictable) || flag(page, PG_lru) || page.ghost.isolated_by != 0 ||
               waits_with_its_flag(page);
    });
}

namespace {

// Slots that wait; a move function has dealt with those below `moved`.
template <class Predicate>
bool for_all_slots(const per_cpu<struct pagevec>& pvecs, std::string* sides, const char* what,
                   Predicate holds) {
    for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
        const struct pagevec& pvec = pvecs.of[cpu];
        for (unsigned i = pvec.moved; i < pvec.nr; ++i) {
            if (!holds(*pvec.pages[i])) {
                return violated(sides, name(*pvec.pages[i]) + " in a pagevec of CPU " +
                                           number(cpu) + ": " + what);
            }
        }
    }
    return true;
}

}  // namespace

bool waiting_pages_have_no_owner(std::string* sides) {
    return for_all_slots(this_machine().lru_add_pvec, sides, "is isolated by a task",
                         [](const struct page& page) { return page.ghost.isolated_by == 0; });
}

bool slots_hold_references(std::string* sides) {
    const struct machine& machine = this_machine();
    const auto referenced = [](const struct page& page) { return page._refcount.counter >= 1; };
    for (const auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        if (!for_all_slots(*pvecs, sides, "has no reference", referenced)) {
            return false;
        }
    }
    return for_all_slots(machine.lru_add_pvec, sides, "has PG_lru", [](const struct page& page) {
        return !flag(page, PG_lru) || !lru_lock_is_free(page);
    });
}

bool waiting_pages_are_not_unevictable(std::string* sides) {
    return for_all_slots(this_machine().lru_add_pvec, sides, "has PG_unevictable",
                         [](const struct page& page) {
                             return !flag(page, PG_unevictable) || waits_with_its_flag(page);
                         });
}

// ---- C: the unevictable list

bool is_stranded(const struct page& page) {
    // Who has isolated it and is about to unlink it will put it back by its flags.
    return page.ghost.isolated_by == 0 && is_member(page, LRU_UNEVICTABLE) && is_evictable(page);
}

bool no_page_is_stranded(std::string* sides) {
    return for_all_pages(sides, "evictable, on the unevictable list", [](const struct page& page) {
        return !is_stranded(page) || page.ghost.scan_owed;
    });
}

bool nobody_leaves_a_page_stranded(std::string* sides) {
    return for_all_pages(
        sides, "evictable, on the unevictable list, and nobody will look at it again",
        [](const struct page& page) {
            return !is_stranded(page) || page.ghost.owed > 0 || page.ghost.scan_owed;
        });
}

bool mlocked_pages_are_on_the_unevictable_list(std::string* sides) {
    return for_all_pages(sides, "PG_mlocked, on an evictable list", [](const struct page& page) {
        return !flag(page, PG_mlocked) || !flag(page, PG_lru) || is_member(page, LRU_UNEVICTABLE);
    });
}

bool mlocked_pages_are_on_a_list(std::string* sides) {
    return for_all_pages(sides, "PG_mlocked, not PG_lru", [](const struct page& page) {
        return page.ghost.isolated_by != 0 || !flag(page, PG_mlocked) || flag(page, PG_lru);
    });
}

bool unevictable_pages_are_on_the_unevictable_list(std::string* sides) {
    return for_all_pages(sides, "PG_unevictable, not on the list", [](const struct page& page) {
        return page.ghost.isolated_by != 0 || !flag(page, PG_unevictable) ||
               is_member(page, LRU_UNEVICTABLE);
    });
}

}  // namespace heddle
