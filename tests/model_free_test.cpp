// SPDX-License-Identifier: Apache-2.0
// The last reference of a page: visible operations against "paths" 2.13 and 7.6.
#include <gtest/gtest.h>

#include "model/swap.h"
#include "tests/model_operations.h"

namespace heddle::model_free_test {
namespace {

// paths: 2.13.
TEST(PutPage, OnlyCountsWhileOthersHoldThePage) {
    EXPECT_EQ(run({{.where = "inactive_anon", .mapped_by = "A"}}, "put_page P").operations,
              R"(
atomic_dec_and_test P._refcount 2->1
)");
}

// paths: 2.13 steps 1 and 2. Non-atomic clears load and store the whole word.
TEST(PutPage, UnlinksAPageThatIsOnAList) {
    const ModelRun did = run({{.where = "inactive_anon"}}, "put_page P");

    EXPECT_EQ(did.operations, R"(
atomic_dec_and_test P._refcount 1->0
test_bit lru P.flags =1
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
__clear_bit load P.flags
__clear_bit store P.flags
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =0
spin_unlock_irqrestore node0.lru_lock
this_cpu_add PGFREE[0] 0->1
set_bit buddy 0->1
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.13 step 1, page_off_lru.
TEST(PutPage, ClearsTheFlagThatSaysWhichList) {
    const ModelRun active = run({{.where = "active_anon"}}, "put_page P");
    const ModelRun unevictable = run(with_bodies(world_of({{.where = "unevictable"}}),
                                                 {[] { put_page(pfn_to_page(0), Holder::pin); }}),
                                     {{"t"}});

    EXPECT_EQ(part(active.operations, "__clear_bit", "spin_unlock"), R"(
__clear_bit load P.flags
__clear_bit store P.flags
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =1
__clear_bit load P.flags
__clear_bit store P.flags
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(part(unevictable.operations, "__clear_bit", "spin_unlock"), R"(
__clear_bit load P.flags
__clear_bit store P.flags
test_bit unevictable P.flags =1
__clear_bit load P.flags
__clear_bit store P.flags
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(active.violation + unevictable.violation, "");
}

// paths: 2.13 step 1, PG_lru clear: no lock.
TEST(PutPage, TakesNoLockForAPageOffTheLists) {
    const ModelRun did = run({{.where = "none"}}, "put_page P");

    EXPECT_EQ(did.operations, R"(
atomic_dec_and_test P._refcount 1->0
test_bit lru P.flags =0
this_cpu_add PGFREE[0] 0->1
set_bit buddy 0->1
)");
    EXPECT_EQ(did.violation, "");
}

ModelRun release(const std::vector<PageSetting>& pages, unsigned nodes) {
    ScenarioWords words = world_of(pages);
    words.machine.nodes = nodes;
    return run(with_bodies(words, {[] {
                               page_slot slots[PAGEVEC_SIZE] = {};
                               const unsigned nr = this_machine().nr_pages;
                               for (unsigned pfn = 0; pfn < nr; ++pfn) {
                                   slots[pfn] = pfn_to_page(pfn);
                               }
                               release_pages(slots, nr, Holder::pin);
                           }}),
               {{"t"}});
}

// paths: 2.13, release_pages: both pages under one lock, PG_active cleared in any case, freed after
// the lock.
TEST(ReleasePages, UnlinksUnderOneLockAndFreesAfterIt) {
    const ModelRun did =
        release({{.where = "inactive_anon"}, {.name = "Q", .where = "inactive_anon"}}, 1);

    EXPECT_EQ(only(did.operations, {"spin_", "_refcount", "store", "PGFREE"}), R"(
atomic_dec_and_test P._refcount 1->0
spin_lock_irqsave node0.lru_lock
__clear_bit store P.flags
__clear_bit store P.flags
atomic_dec_and_test Q._refcount 1->0
__clear_bit store Q.flags
__clear_bit store Q.flags
spin_unlock_irqrestore node0.lru_lock
this_cpu_add PGFREE[0] 0->1
this_cpu_add PGFREE[0] 1->2
)");
    EXPECT_EQ(did.state, R"(
P free
Q free
zone0.NR_MLOCK 0
PGFREE 2
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.13, release_pages: pages that others hold, or that are on no list, need no lock.
TEST(ReleasePages, TakesNoLockWithoutNeed) {
    const ModelRun did = release({{.where = "inactive_anon", .mapped_by = "A"},
                                  {.name = "Q", .where = "none", .flags = "active"}},
                                 1);

    EXPECT_EQ(did.operations, R"(
atomic_dec_and_test P._refcount 2->1
atomic_dec_and_test Q._refcount 1->0
test_bit lru Q.flags =0
__clear_bit load Q.flags
__clear_bit store Q.flags
this_cpu_add PGFREE[0] 0->1
set_bit buddy 0->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.13, release_pages: the lock is dropped every SWAP_CLUSTER_MAX (here 2) pages.
TEST(ReleasePages, DropsTheLockAfterABatch) {
    const ModelRun did = release({{.where = "inactive_anon"},
                                  {.name = "Q", .where = "inactive_anon"},
                                  {.name = "R", .where = "inactive_anon"}},
                                 1);

    EXPECT_EQ(only(did.operations, {"spin_", "_refcount"}), R"(
atomic_dec_and_test P._refcount 1->0
spin_lock_irqsave node0.lru_lock
atomic_dec_and_test Q._refcount 1->0
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test R._refcount 1->0
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.13, release_pages: one lru_lock at a time.
TEST(ReleasePages, ChangesTheLockWithTheNode) {
    const ModelRun did = release(
        {{.where = "inactive_anon"}, {.name = "Q", .where = "inactive_anon", .zone = 1}}, 2);

    EXPECT_EQ(only(did.operations, {"spin_", "_refcount"}), R"(
atomic_dec_and_test P._refcount 1->0
spin_lock_irqsave node0.lru_lock
atomic_dec_and_test Q._refcount 1->0
spin_unlock_irqrestore node0.lru_lock
spin_lock_irqsave node1.lru_lock
spin_unlock_irqrestore node1.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.5 and 2.13: a pagevec's reference can be the last one.
TEST(ReleasePages, FreesAPageThatOnlyItsPagevecHolds) {
    const ModelRun did = run({{.where = "lru_add:0", .pinned_by = ""}}, "lru_add_drain");

    EXPECT_EQ(part(did.operations, "set_bit lru"), R"(
set_bit lru P.flags 0->1
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test P._refcount 1->0
test_bit lru P.flags =1
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
__clear_bit load P.flags
__clear_bit store P.flags
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =0
__clear_bit load P.flags
__clear_bit store P.flags
spin_unlock_irqrestore node0.lru_lock
this_cpu_add PGFREE[0] 0->1
set_bit buddy 0->1
this_cpu_write lru_add_pvec[0].nr 1->0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_free_test
