// SPDX-License-Identifier: Apache-2.0
// Invariants H: the events of mlock against what happened.
#include "model/fixes.h"
#include "model/ghost.h"
#include "model/invariant_checks.h"

namespace heddle {

namespace {

// As the counters are: modulo 256.
unsigned event(vm_event_item item) {
    unsigned char count = 0;
    for (unsigned cpu = 0; cpu < nr_cpus(); ++cpu) {
        count =
            static_cast<unsigned char>(count + this_machine().vm_event_states.of[cpu].event[item]);
    }
    return count;
}

// All zero where nobody asks.
struct event_ghost happened() {
    return has_huge_pages() ? *this_machine().huge.events : event_ghost();
}

bool equal(std::string* sides, unsigned left, unsigned right) {
    return !has_huge_pages() || (left & 0xffU) == (right & 0xffU) ||
           violated(sides, "left = " + number(left) + ", right = " + number(right));
}

unsigned mlocked_pages() {
    unsigned count = 0;
    for (const struct page& page : pages()) {
        if (flag(page, PG_mlocked) && !is_tail(&page)) {
            count += has(Fix::events_count_subpages) ? static_cast<unsigned>(weight_of(&page)) : 1;
        }
    }
    return count;
}

}  // namespace

bool mlocked_events_count_flags_set(std::string* sides) {
    return equal(sides, event(UNEVICTABLE_PGMLOCKED), happened().set);
}

bool cleared_events_count_flags_cleared(std::string* sides) {
    return equal(sides, event(UNEVICTABLE_PGCLEARED), happened().cleared);
}

bool stranded_events_count_failed_isolations(std::string* sides) {
    return equal(sides, event(UNEVICTABLE_PGSTRANDED),
                 happened().munlock_stranded + happened().clear_stranded) &&
           (happened().clear_stranded <= event(UNEVICTABLE_PGCLEARED) ||
            violated(sides, "more stranded by clear_page_mlock() than cleared"));
}

bool munlocked_flags_end_in_an_event(std::string* sides) {
    return equal(
        sides,
        event(UNEVICTABLE_PGMUNLOCKED) + happened().munlock_stranded + happened().mlocked_again,
        happened().munlocked);
}

bool mlocked_pages_are_what_events_leave(std::string* sides) {
    return equal(sides,
                 mlocked_pages() + event(UNEVICTABLE_PGCLEARED) + event(UNEVICTABLE_PGMUNLOCKED) +
                     happened().munlock_stranded + happened().mlocked_again,
                 happened().mlocked_at_start + event(UNEVICTABLE_PGMLOCKED));
}

}  // namespace heddle
