// SPDX-License-Identifier: Apache-2.0
// Each invariant about huge pages, broken by a change of a world in which all hold.
#include <gtest/gtest.h>

#include <functional>

#include "model/ghost.h"
#include "model/invariants.h"
#include "model/pgtable.h"
#include "scenarios/make_scenario.h"
#include "tests/huge_scenarios.h"
#include "tests/read_words.h"

#include "checker/execution.h"

namespace heddle::model_huge_invariants_test {
namespace {

// The ids of the invariants that do not hold after `poke`, which gets the head.
std::string broken_by(const std::function<void(struct page* head)>& poke) {
    const Scenario scenario = std::get<Scenario>(
        make_scenario(huge_world({.steps = R"("munlock 0 2")", .pinned = false, .process = "A"})));
    const Execution execution(scenario);
    const ReadWords before;
    poke(pfn_to_page(0));
    std::string ids;
    for (const Invariant& invariant : invariants()) {
        std::string sides;
        if (invariant.subject != Subject::small_pages_only && !invariant.holds(&sides)) {
            ids += (ids.empty() ? "" : " ") + std::string(invariant.id);
            EXPECT_NE(sides, "") << invariant.id;
            EXPECT_TRUE(before.have_changed(invariant)) << invariant.id;
        }
    }
    return ids;
}

void set(struct page& page, pageflags nr) { page.flags |= bit_mask(nr); }

TEST(HugeInvariants, HoldOfACleanWorld) {
    EXPECT_EQ(broken_by([](struct page*) {}), "");
}

TEST(HugeInvariants, OfTails) {
    EXPECT_EQ(broken_by([](struct page* head) { head[1].ghost.isolated_by = 1; }), "A10 D4");
    EXPECT_EQ(broken_by([](struct page* head) { set(head[1], PG_mlocked); }), "B3 B5 B6 C3");
}

TEST(HugeInvariants, OfMappings) {
    EXPECT_EQ(broken_by([](struct page* head) { ++compound_of(head)->compound_mapcount.counter; }),
              "D2-pmd");
    EXPECT_EQ(broken_by([](struct page* head) {
                  ++this_machine().huge.nr_anon_thps[head->zone_id].counter;
              }),
              "D2-thps");
    // Mapped by a pte besides, as all counts say.
    EXPECT_EQ(broken_by([](struct page* head) {
                  pmd_of(this_machine().mms, 1) = page_table_pmd;
                  this_machine().mms[0].pgd[1].entries.value.pte[0] = mk_pte(head + 1, 0);
                  set(head[1], PG_double_map);
                  head[0]._mapcount.counter = 0;
                  head[1]._mapcount.counter = 1;
                  ++head->_refcount.counter;
                  ++references(head, Holder::map);
              }),
              "B4");
    EXPECT_EQ(broken_by([](struct page* head) { head[1]._mapcount.counter = 0; }), "D2");
}

TEST(HugeInvariants, OfNrMlockCountAllPages) {
    EXPECT_EQ(broken_by([](struct page* head) {
                  --this_machine().zones[head->zone_id].vm_stat[NR_MLOCK].counter;
              }),
              "B1 B1' B1-excess");
    EXPECT_EQ(
        broken_by([](struct page* head) { --page_lruvec(head)->lists.value.nr[LRU_UNEVICTABLE]; }),
        "A3");
}

TEST(HugeInvariants, OfEvents) {
    const auto off_by_one = [](signed char event_ledger::*what) {
        return broken_by([what](struct page*) { ++(this_machine().state->events.*what); });
    };
    EXPECT_EQ(off_by_one(&event_ledger::set), "H1");
    EXPECT_EQ(off_by_one(&event_ledger::cleared), "H2");
    EXPECT_EQ(off_by_one(&event_ledger::stranded), "H3");
    EXPECT_EQ(off_by_one(&event_ledger::munlocked), "H4");
    EXPECT_EQ(off_by_one(&event_ledger::mlocked), "H5");
}

}  // namespace
}  // namespace heddle::model_huge_invariants_test
