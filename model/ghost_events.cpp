// SPDX-License-Identifier: Apache-2.0
// The ledger of events: invariants H.
#include "model/fixes.h"
#include "model/ghost.h"

namespace heddle {

namespace {

// H3: the page that is counted as stranded has the flag at this moment.
void require_unevictable(const struct page* page) {
    if ((page->flags & bit_mask(PG_unevictable)) == 0) {
        fail({.claim = "H3",
              .formula = "PGSTRANDED counts a page that is off the lists with PG_unevictable",
              .object = page});
    }
}

void add(signed char& difference, int change) {
    difference = static_cast<signed char>(difference + change);
}

// H3: whoever strands a page has counted PGCLEARED for it in the same call.
void end_clear() {
    if (ledger().clearing <= 0) {
        fail({.claim = "H3",
              .formula = "clear_page_mlock() strands only a page for which it counted PGCLEARED"});
    }
    add(ledger().clearing, -1);
}

// A flag that munlock has cleared comes to one of three things, only one of which is counted.
void come_to(int change) {
    add(ledger().munlocked, change);
    add(ledger().mlocked, change);
}

}  // namespace

void ghost_happened(Happened what, const struct page* page) {
    const int pages = has(Fix::events_count_subpages) ? weight_of(page) : 1;
    switch (what) {
        case Happened::tset:
            add(ledger().set, pages);
            break;
        case Happened::tclr_m:
            add(ledger().munlocked, pages);
            break;
        case Happened::tclr_c:
            add(ledger().cleared, pages);
            break;
        case Happened::rm:
            come_to(-pages);
            break;
        case Happened::st_m:
            require_unevictable(page);
            come_to(-pages);
            add(ledger().stranded, pages);
            break;
        case Happened::st_c:
            require_unevictable(page);
            end_clear();
            add(ledger().stranded, pages);
            break;
        case Happened::clear_ends:
            end_clear();
            break;
        case Happened::made_unevictable:
        case Happened::rescued_by_another:
            add(ledger().unevictable, pages);
            break;
        case Happened::dropped_unevictable:
            add(ledger().unevictable, -pages);
            break;
        case Happened::scanned:
            add(ledger().scanned, has(Fix::unevictable_scan_skips_tails) ? weight_of(page) : 1);
            break;
    }
}

void ghost_require_scanned(unsigned rescued, unsigned looked_at) {
    if (rescued > looked_at) {
        fail({.claim = "H8",
              .formula = "SHM_UNLOCK rescues only pages that it has looked at",
              .left = rescued,
              .right = looked_at});
    }
}

void ghost_count_event(vm_event_item item, unsigned delta) {
    const int counted = static_cast<int>(delta);
    switch (item) {
        case UNEVICTABLE_PGMLOCKED:
            add(ledger().set, -counted);
            add(ledger().mlocked, counted);
            break;
        case UNEVICTABLE_PGMUNLOCKED:
            come_to(-counted);
            break;
        case UNEVICTABLE_PGCLEARED:
            add(ledger().cleared, -counted);
            add(ledger().mlocked, -counted);
            add(ledger().clearing, 1);
            break;
        case UNEVICTABLE_PGSTRANDED:
            add(ledger().stranded, -counted);
            break;
        case UNEVICTABLE_PGCULLED:
            add(ledger().unevictable, counted);
            break;
        case UNEVICTABLE_PGRESCUED:
            add(ledger().unevictable, -counted);
            break;
        case UNEVICTABLE_PGSCANNED:
            add(ledger().scanned, -counted);
            break;
        default:
            break;
    }
}

}  // namespace heddle
