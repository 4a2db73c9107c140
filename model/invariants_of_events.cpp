// SPDX-License-Identifier: Apache-2.0
// Invariants H: the event counters of mlock, as differences from what has happened (struct
// event_ledger). In the comments ML, MU, CL, ST, CU, RE, SC are PGMLOCKED, PGMUNLOCKED, PGCLEARED,
// PGSTRANDED, PGCULLED, PGRESCUED, PGSCANNED; the other names are those of enum Happened.
#include "model/fixes.h"
#include "model/ghost.h"
#include "model/invariant_checks.h"

namespace heddle {

namespace {

bool is_zero(std::string* sides, long difference, const char* what) {
    return difference == 0 || violated(sides, std::string(what) + " = " + number(difference));
}

long pages_with(pageflags nr) {
    long count = 0;
    for (const struct page& page : pages()) {
        count += flag(page, nr) ? 1 : 0;
    }
    return count;
}

bool are_equal(std::string* sides, long by_events, long there_are, const char* what) {
    return by_events == there_are || violated(sides, "by the events " + number(by_events) + ", " +
                                                         what + " = " + number(there_are));
}

}  // namespace

// H1: ML == tset
bool pgmlocked_counts_sets(std::string* sides) {
    return is_zero(sides, ledger().set, "TestSets of PG_mlocked - PGMLOCKED");
}

// H2: CL == tclr_c
bool pgcleared_counts_clears(std::string* sides) {
    return is_zero(sides, ledger().cleared, "TestClears in clear_page_mlock - PGCLEARED");
}

// H3: ST == st_m + st_c. That st_c <= CL is checked at each st_c.
bool pgstranded_counts_stranded_pages(std::string* sides) {
    return is_zero(sides, ledger().stranded, "stranded pages - PGSTRANDED") &&
           is_zero(sides, ledger().clearing, "calls of clear_page_mlock that have not ended");
}

// H4: MU + st_m + rm == tclr_m
bool munlocked_flags_come_to_one_end(std::string* sides) {
    return is_zero(sides, ledger().munlocked,
                   "TestClears in munlock - PGMUNLOCKED - stranded - mlocked again");
}

// H5: pages with PG_mlocked == ML - CL - MU - st_m - rm, besides those there were at the start
bool events_count_mlocked_pages(std::string* sides) {
    long mlocked = 0;
    for (const struct page& page : pages()) {
        const bool counts = flag(page, PG_mlocked) && !is_tail(&page);
        mlocked += !counts ? 0 : has(Fix::events_count_subpages) ? weight_of(&page) : 1;
    }
    return are_equal(sides, ledger().mlocked, mlocked, "pages with PG_mlocked");
}

// H6: so does NR_MLOCK, of all zones and without the known leak. B1 has the weights of huge pages.
bool events_count_nr_mlock(std::string* sides) {
    long nr_mlock = 0;
    for (const struct zone& zone : zones()) {
        nr_mlock += zone.vm_stat[NR_MLOCK].counter - zone.ghost.leaked;
    }
    return are_equal(sides, ledger().mlocked, nr_mlock, "NR_MLOCK without the known leak");
}

// H7: pages with PG_unevictable == CU - RE + made_unevictable - dropped_unevictable, besides those
// there were at the start
bool events_count_unevictable_pages(std::string* sides) {
    // Later versions rescue a huge page as all of its pages, and cull it as one.
    if (has_huge_pages() &&
        (has(Fix::events_count_subpages) || has(Fix::unevictable_scan_skips_tails))) {
        return true;
    }
    return are_equal(sides, ledger().unevictable, pages_with(PG_unevictable),
                     "pages with PG_unevictable");
}

// H8: SC == scanned. That RE from there <= SC is checked there.
bool pgscanned_counts_scanned_pages(std::string* sides) {
    return is_zero(sides, ledger().scanned, "pages looked at by SHM_UNLOCK - PGSCANNED");
}

}  // namespace heddle
