// SPDX-License-Identifier: Apache-2.0
// Each invariant can fail: a world is put out of order in one place, and those that notice are
// named. Where one cannot fail alone, the others that must fail with it stand beside it.
#include "model/invariants.h"

#include <gtest/gtest.h>

#include <functional>

#include "checker/execution.h"
#include "model/ghost.h"
#include "scenarios/make_scenario.h"
#include "tests/model_operations.h"
#include "tests/read_words.h"

namespace heddle::model_invariants_test {
namespace {

// P waits on a list with two mappings, M is mlocked, W waits in an lru_add pagevec.
ScenarioWords clean_world() {
    ScenarioWords words =
        world_of({{.name = "P", .where = "inactive_anon", .mapped_by = "A B", .pinned_by = ""},
                  {.name = "M",
                   .where = "unevictable",
                   .flags = "mlocked",
                   .mapped_by = "L",
                   .pinned_by = "",
                   .zone = 1},
                  {.name = "W", .where = "lru_add:1", .mapped_by = "A", .pinned_by = ""}});
    words.machine.nodes = 2;
    return words;
}

struct Machine {
    struct page& p = this_machine().mem_map[0];
    struct page& m = this_machine().mem_map[1];
    struct page& w = this_machine().mem_map[2];
    struct zone& zone = this_machine().zones[0];
    struct event_ledger& events = this_machine().state->events;
    struct lru_lists& lists = this_machine().zones[0].lruvec.lists.value;
};

// The ids of the invariants that do not hold after `poke`.
std::string broken_by(const std::function<void(const Machine&)>& poke) {
    const Execution execution(with_bodies(clean_world(), {}));
    const ReadWords before;
    poke(Machine());
    std::string ids;
    for (const Invariant& invariant : invariants()) {
        std::string sides;
        if (!invariant.holds(&sides)) {
            ids += (ids.empty() ? "" : " ") + std::string(invariant.id);
            EXPECT_NE(sides, "") << invariant.id;
            EXPECT_FALSE(invariant.holds(nullptr)) << invariant.id;
            EXPECT_TRUE(before.have_changed(invariant)) << invariant.id;
        }
    }
    return ids;
}

void set(struct page& page, pageflags nr) { page.flags |= bit_mask(nr); }
void clear(struct page& page, pageflags nr) { page.flags &= ~bit_mask(nr); }

void hold(struct page& page, Holder holder) {
    ++page._refcount.counter;
    ++references(&page, holder);
}

TEST(Invariants, HoldOfACleanWorld) {
    EXPECT_EQ(broken_by([](const Machine&) {}), "");
}

TEST(Invariants, AreAllClaimsOfAScenario) {
    const Scenario scenario = std::get<Scenario>(make_scenario(clean_world()));
    const Execution execution(scenario);
    for (const Invariant& invariant : invariants()) {
        const auto claims = execution.claims();
        const bool is_claim =
            std::any_of(claims.begin(), claims.end(),
                        [&invariant](const Claim& claim) { return claim.name == invariant.id; });
        // This world has neither processes (E) nor segments (F) nor huge pages.
        const bool has_a_subject = invariant.id[0] != 'E' && invariant.id[0] != 'F' &&
                                   invariant.subject != Subject::huge_pages;
        EXPECT_EQ(is_claim, has_a_subject) << invariant.id;
    }
}

TEST(Invariants, OfTheLists) {
    EXPECT_EQ(broken_by([](const Machine& in) { clear(in.p, PG_lru); }), "A1");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  add_page(in.lists.members[LRU_ACTIVE_ANON], &in.p);
                  in.lists.nr[LRU_ACTIVE_ANON] = 1;
              }),
              "A1");
    EXPECT_EQ(broken_by([](const Machine& in) { set(in.p, PG_active); }), "A2");
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.lists.nr[LRU_ACTIVE_FILE]; }), "A3");
    EXPECT_EQ(broken_by([](const Machine& in) { set(in.m, PG_active); }), "A4");
}

// Whoever holds lru_lock may have the lists in any state (@lru).
TEST(Invariants, OfTheListsWaitForTheLock) {
    EXPECT_EQ(broken_by([](const Machine& in) {
                  this_machine().nodes[0].lru_lock.owner = 1;
                  clear(in.p, PG_lru);
                  ++in.lists.nr[LRU_ACTIVE_FILE];
              }),
              "");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  this_machine().nodes[0].lru_lock.owner = 1;
                  set(in.p, PG_active);
              }),
              "");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  this_machine().nodes[1].lru_lock.owner = 1;
                  set(in.m, PG_active);
              }),
              "");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  this_machine().nodes[1].lru_lock.owner = 1;  // not the lock of P
                  clear(in.p, PG_lru);
              }),
              "A1");
}

TEST(Invariants, OfIsolatedAndWaitingPages) {
    // A page off every list cannot be on the unevictable one either.
    EXPECT_EQ(broken_by([](const Machine& in) {
                  clear(in.p, PG_lru);
                  set(in.p, PG_unevictable);
                  ++in.events.unevictable;
                  in.lists.members[LRU_INACTIVE_ANON] = {};
                  in.lists.nr[LRU_INACTIVE_ANON] = 0;
              }),
              "A5 C5");
    EXPECT_EQ(broken_by([](const Machine& in) { in.w.ghost.isolated_by = 1; }), "A6 D4");
    EXPECT_EQ(broken_by([](const Machine& in) { set(in.w, PG_unevictable); }), "A5 A8 C5 H7");
    EXPECT_EQ(broken_by([](const Machine& in) { set(in.w, PG_lru); }), "A1 A7");
    EXPECT_EQ(broken_by([](const Machine& in) { in.w._refcount.counter = 0; }), "A7 D1");
}

// Slots that a move function has passed say nothing any more.
TEST(Invariants, OfWaitingPagesEndWithTheirMove) {
    EXPECT_EQ(broken_by([](const Machine& in) {
                  in.w.ghost.isolated_by = 1;
                  this_machine().lru_add_pvec.of[1].moved = 1;
              }),
              "D4");
}

TEST(Invariants, OfEveryPagevec) {
    for (per_cpu<struct pagevec> machine::*pvecs :
         {&machine::lru_add_pvec, &machine::lru_rotate_pvecs, &machine::lru_deactivate_file_pvecs,
          &machine::lru_deactivate_pvecs, &machine::activate_page_pvecs}) {
        EXPECT_EQ(broken_by([pvecs](const Machine& in) {
                      struct pagevec& pvec = (this_machine().*pvecs).of[0];
                      pvec.pages[pvec.nr++] = &in.p;
                      in.p._refcount.counter = 0;
                  }),
                  "A7 D1");
    }
}

TEST(Invariants, OfNrMlock) {
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.zone.vm_stat[NR_MLOCK].counter; }),
              "B1 B1' B1-excess H6");
    // The leak of the seed: a flip that is never counted, and known.
    EXPECT_EQ(broken_by([](const Machine& in) {
                  ++in.zone.vm_stat[NR_MLOCK].counter;
                  --in.zone.ghost.flips_not_counted;
                  ++in.zone.ghost.leaked;
              }),
              "B1");
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.zone.ghost.flips_not_counted; }), "B1'");
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.zone.ghost.leaked; }), "B1-excess H6");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  --in.zone.vm_stat[NR_MLOCK].counter;
                  ++in.zone.ghost.flips_not_counted;
                  --in.zone.ghost.leaked;
              }),
              "B1 B2");
}

// The sum over both zones is right.
TEST(Invariants, OfNrMlockLookAtEachZone) {
    EXPECT_EQ(broken_by([](const Machine& in) {
                  ++in.zone.vm_stat[NR_MLOCK].counter;
                  --this_machine().zones[1].vm_stat[NR_MLOCK].counter;
              }),
              "B1 B1' B1-excess");
}

TEST(Invariants, OfMlockedPages) {
    // A page that is mapped only in the books: the count is wrong too.
    EXPECT_EQ(broken_by([](const Machine& in) { in.m._mapcount.counter = -1; }), "B5 D2");
    EXPECT_EQ(broken_by([](const Machine&) { this_machine().vmas[2].vm_flags = 0; }), "B6 E1 E1'");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  set(in.w, PG_mlocked);
                  ++in.events.mlocked;
                  ++in.zone.vm_stat[NR_MLOCK].counter;
                  this_machine().vmas[0].vm_flags = VM_LOCKED;
                  this_machine().mms[0].locked_vm = this_machine().mms[0].total_vm;
              }),
              "C3");
}

TEST(Invariants, OfLocksOnFault) {
    EXPECT_EQ(
        broken_by([](const Machine&) { this_machine().vmas[0].vm_flags.value |= VM_LOCKONFAULT; }),
        "E2");
    EXPECT_EQ(broken_by([](const Machine&) { this_machine().mms[0].def_flags |= VM_LOCKONFAULT; }),
              "E2");
    EXPECT_EQ(broken_by([](const Machine&) {
                  this_machine().mms[0].def_flags |= VM_LOCKED | VM_LOCKONFAULT;
              }),
              "");
}

TEST(Invariants, OfTheUnevictableList) {
    const auto munlock = [](const Machine& in) {
        clear(in.m, PG_mlocked);
        --in.events.mlocked;
        --this_machine().zones[1].vm_stat[NR_MLOCK].counter;
    };
    EXPECT_EQ(broken_by(munlock), "C1 C1'");
    EXPECT_EQ(broken_by([munlock](const Machine& in) {
                  munlock(in);
                  ghost_owe(&in.m);
              }),
              "C1");
    EXPECT_EQ(broken_by([munlock](const Machine& in) {
                  munlock(in);
                  in.m.ghost.scan_owed = true;
              }),
              "");
    EXPECT_EQ(broken_by([munlock](const Machine& in) {
                  munlock(in);
                  in.m.mapping = this_machine().mappings + 1;  // AS_UNEVICTABLE
              }),
              "");
}

TEST(Invariants, OfReferences) {
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.p._refcount.counter; }), "D1");
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.p._mapcount.counter; }), "D2");
    EXPECT_EQ(broken_by([](const Machine& in) { in.p.ghost.isolated_by = 1; }), "D4");
    EXPECT_EQ(broken_by([](const Machine& in) { hold(in.p, Holder::pin); }), "D5");
    EXPECT_EQ(broken_by([](const Machine& in) { hold(in.p, Holder::isolation); }), "D5");
    EXPECT_EQ(broken_by([](const Machine&) { this_machine().state->buddy[0] |= 1U; }), "D5");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  in.p.ghost = {};
                  in.p._refcount.counter = 0;
              }),
              "D1-kinds D5");
    EXPECT_EQ(broken_by([](const Machine& in) { hold(in.p, Holder::cache); }), "D1-kinds");
    EXPECT_EQ(broken_by([](const Machine& in) { hold(in.p, Holder::map); }), "D1-kinds");
    for (const zone_stat_item item : {NR_ISOLATED_ANON, NR_ISOLATED_FILE}) {
        EXPECT_EQ(broken_by([item](const Machine& in) { ++in.zone.vm_stat[item].counter; }),
                  "D4-count");
    }
    EXPECT_EQ(broken_by([](const Machine&) { ++this_machine().anon_vmas[0].refcount.counter; }),
              "D1-anon");
}

TEST(Invariants, OfEvents) {
    const auto broken_by_one_more = [](signed char event_ledger::*difference) {
        return broken_by([difference](const Machine& in) { ++(in.events.*difference); });
    };
    EXPECT_EQ(broken_by_one_more(&event_ledger::set), "H1");
    EXPECT_EQ(broken_by_one_more(&event_ledger::cleared), "H2");
    EXPECT_EQ(broken_by_one_more(&event_ledger::clearing), "H3");
    EXPECT_EQ(broken_by_one_more(&event_ledger::stranded), "H3");
    EXPECT_EQ(broken_by_one_more(&event_ledger::munlocked), "H4");
    EXPECT_EQ(broken_by_one_more(&event_ledger::mlocked), "H5 H6");
    EXPECT_EQ(broken_by_one_more(&event_ledger::unevictable), "H7");
    EXPECT_EQ(broken_by_one_more(&event_ledger::scanned), "H8");
}

// Something happens and is not counted, or is counted and has not happened.
TEST(Invariants, OfEventsComparedWithCounters) {
    const auto happens = [](Happened what) {
        return broken_by([what](const Machine& in) { ghost_happened(what, &in.p); });
    };
    EXPECT_EQ(happens(Happened::tset), "H1");
    EXPECT_EQ(happens(Happened::tclr_c), "H2");
    EXPECT_EQ(happens(Happened::tclr_m), "H4");
    EXPECT_EQ(happens(Happened::rm), "H4 H5 H6");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  in.p.flags |= bit_mask(PG_unevictable);  // or the ledger refuses at once
                  ghost_happened(Happened::st_m, &in.p);
                  in.p.flags &= ~bit_mask(PG_unevictable);
              }),
              "H3 H4 H5 H6");
    EXPECT_EQ(happens(Happened::made_unevictable), "H7");
    EXPECT_EQ(happens(Happened::rescued_by_another), "H7");
    EXPECT_EQ(happens(Happened::dropped_unevictable), "H7");
    EXPECT_EQ(happens(Happened::scanned), "H8");

    const auto counts = [](vm_event_item item) {
        return broken_by([item](const Machine&) { ghost_count_event(item, 1); });
    };
    EXPECT_EQ(counts(UNEVICTABLE_PGMLOCKED), "H1 H5 H6");
    EXPECT_EQ(counts(UNEVICTABLE_PGMUNLOCKED), "H4 H5 H6");
    EXPECT_EQ(counts(UNEVICTABLE_PGCLEARED), "H2 H3 H5 H6");
    EXPECT_EQ(counts(UNEVICTABLE_PGSTRANDED), "H3");
    EXPECT_EQ(counts(UNEVICTABLE_PGCULLED), "H7");
    EXPECT_EQ(counts(UNEVICTABLE_PGRESCUED), "H7");
    EXPECT_EQ(counts(UNEVICTABLE_PGSCANNED), "H8");
    EXPECT_EQ(counts(PGFREE), "");
}

TEST(Invariants, OfLocks) {
    EXPECT_EQ(broken_by([](const Machine&) {
                  this_machine().nodes[0].lru_lock.owner = 1;
                  this_machine().nodes[1].lru_lock.owner = 2;
              }),
              "");
    EXPECT_EQ(broken_by([](const Machine&) {
                  this_machine().nodes[0].lru_lock.owner = 1;
                  this_machine().nodes[1].lru_lock.owner = 1;
              }),
              "L1");
}

// Pins and isolations keep Q0 away.
TEST(Invariants, OfQuiescenceWaitForEveryTask) {
    const Execution execution(with_bodies(clean_world(), {}));
    EXPECT_TRUE(is_quiescent());
    references(pfn_to_page(0), Holder::pin) = 1;
    EXPECT_FALSE(is_quiescent());
    references(pfn_to_page(0), Holder::pin) = 0;
    pfn_to_page(0)->ghost.isolated_by = 1;
    EXPECT_FALSE(is_quiescent());
}

// Waiting pages of any CPU and any vector keep Q1 away.
TEST(Invariants, OfDrainedPagevecsWaitForAllOfThem) {
    const Execution execution(with_bodies(clean_world(), {}));
    struct machine& machine = this_machine();
    EXPECT_FALSE(is_drained());
    machine.lru_add_pvec.of[1].nr = 0;
    EXPECT_TRUE(is_drained());
    for (auto* pvecs :
         {&machine.lru_add_pvec, &machine.lru_rotate_pvecs, &machine.lru_deactivate_file_pvecs,
          &machine.lru_deactivate_pvecs, &machine.activate_page_pvecs}) {
        pvecs->of[0].nr = 1;
        EXPECT_FALSE(is_drained());
        pvecs->of[0].nr = 0;
    }
}

}  // namespace
}  // namespace heddle::model_invariants_test
