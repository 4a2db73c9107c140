// SPDX-License-Identifier: Apache-2.0
// model/huge_*.cpp and rmap_huge.cpp: visible operations against "paths" 1.7, 5 and 3.5.
#include <gtest/gtest.h>

#include "tests/huge_scenarios.h"
#include "tests/model_operations.h"

namespace heddle::model_huge_test {
namespace {

// paths: 1.7 steps 1 to 6a of a huge page, by its weight.
TEST(MunlockOfAHugePage, CountsAllItsPages) {
    const ModelRun did = run(huge_world({.steps = R"("munlock_vma_page H", "put_page H")"}));

    EXPECT_EQ(only(did.operations, {"NR_MLOCK", "mlocked H.flags"}), R"(
test_and_clear_bit mlocked H.flags 1->0
atomic_add zone0.NR_MLOCK 2->0
test_bit mlocked H.flags =0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 5.2, the last pmd mapping: PG_mlocked is cleared before the entry changes.
TEST(SplitOfAPmd, ClearsMlockedAndMapsThePartsByPtes) {
    const ModelRun did =
        run(huge_world({.steps = R"("munlock 1 1 -> 0")", .pinned = false, .process = "A"}));

    EXPECT_EQ(only(part(did.operations, "mlocked H.flags", "WRITE_ONCE A.pmd"),
                   {"mlocked H.flags", "NR_MLOCK", "mapcount", "_refcount", "A.pmd"}),
              R"(
test_bit mlocked H.flags =1
test_and_clear_bit mlocked H.flags 1->0
atomic_add zone0.NR_MLOCK 2->0
atomic_read H._refcount =1
atomic_inc H._refcount 1->2
test_bit mlocked H.flags =0
atomic_inc H._refcount 2->3
atomic_dec_and_test H._refcount 3->2
atomic_dec_and_test H._refcount 2->1
atomic_read H._refcount =1
atomic_add H._refcount 1->2
atomic_inc H._mapcount -1->0
atomic_inc H_1._mapcount -1->0
atomic_read H.compound_mapcount =0
atomic_add_negative H.compound_mapcount 0->-1
WRITE_ONCE A.pmd[0] 143->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 5.1 step 7 and 5.3 steps 2 to 7 of an anonymous page.
TEST(SplitOfAHugePage, FreezesItsReferencesAndGivesEachPartOne) {
    const ModelRun did = run(huge_world({.steps = R"("split_huge_page H", "put_page H")"}));

    EXPECT_EQ(only(part(did.operations, "atomic_cmpxchg", "irqrestore"),
                   {"_refcount", "WRITE_ONCE", "lru H_1.flags", "clear_bit", "smp_wmb"}),
              R"(
atomic_cmpxchg H._refcount 1->0
atomic_read H_1._refcount =0
atomic_add H_1._refcount 0->1
WRITE_ONCE H_1.flags
smp_wmb
WRITE_ONCE H_1.compound_head 1->0
WRITE_ONCE H_1.mapping
test_bit lru H_1.flags =0
set_bit lru H_1.flags 0->1
clear_bit head H.flags 1->0
atomic_set H._refcount 0->1
)");
    EXPECT_EQ(only(did.operations, {"NR_MLOCK"}), R"(
atomic_add zone0.NR_MLOCK 2->0
atomic_add zone0.NR_MLOCK 0->1
atomic_add zone0.NR_MLOCK 1->2
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 5.1 step 2: one who splits has the only pin.
TEST(SplitOfAHugePage, FailsIfSomebodyElseHasAReference) {
    const ModelRun did = run(
        huge_world({.steps = R"("split_huge_page H", "put_page H")", .page = R"(flags = ["uptodate"]
where = "activate_page:0"
mapped_by = ["a"])"}));

    EXPECT_EQ(count(did.state, "THP_SPLIT_PAGE_FAILED 1"), 1U);
    EXPECT_EQ(count(did.operations, "A.pmd"), 0U);
    EXPECT_EQ(did.violation, "");
}

// paths: 5.4: one that others map too is left to reclaim.
TEST(FollowOfAHugePage, DoesNotMlockOneThatAnotherProcessMaps) {
    const ModelRun did = run(huge_world({.steps = R"("mlock 0 2")",
                                         .vma = "read_only = true",
                                         .page = R"(flags = ["uptodate"]
where = "inactive_anon"
mapped_by = ["a", "b"])",
                                         .pinned = false,
                                         .more = R"(
[[vma]]
name = "b"
process = "B"
pages = 2
)",
                                         .process = "A"}));

    EXPECT_EQ(count(did.operations, "test_and_set_bit mlocked"), 0U);
    EXPECT_EQ(only(did.operations, {"compound_mapcount"}), R"(
atomic_read H.compound_mapcount =1
)");
}

// paths: 3.5: half of it unmapped puts a huge page on the split queue.
TEST(UnmapOfAPart, QueuesTheHugePageForASplit) {
    const ModelRun did =
        run(huge_world({.steps = R"("munmap 1 1 -> 0")", .pinned = false, .process = "A"}));

    EXPECT_EQ(only(did.operations, {"atomic_add_negative H_1", "split_queue_lock"}), R"(
atomic_add_negative H_1._mapcount 0->-1
spin_lock_irqsave node0.split_queue_lock
spin_unlock_irqrestore node0.split_queue_lock
)");
    EXPECT_EQ(count(did.state, "THP_DEFERRED_SPLIT_PAGE 1"), 1U);
    EXPECT_EQ(did.violation, "");
}

// paths: 5.7: each small page goes back to its list before it is unmapped, and is freed mlocked no
// more.
TEST(CollapseOfSmallPages, PutsThemBackBeforeItUnmapsThem) {
    const ModelRun did = run(huge_world({.steps = R"("khugepaged a")",
                                         .vma = "locked = true\nhuge = true",
                                         .page = R"(flags = ["uptodate"]
where = "inactive_anon"
mapped_by = ["a+2"])",
                                         .pinned = false,
                                         .more = R"(
[[page]]
name = "P"
flags = ["uptodate", "mlocked"]
where = "unevictable"
mapped_by = ["a"]
)"}));

    EXPECT_EQ(only(did.operations, {"lru P.flags 0->1", "atomic_add_negative P",
                                    "mlocked P.flags 1", "mlocked new0", "NR_MLOCK"}),
              R"(
set_bit lru P.flags 0->1
atomic_add_negative P._mapcount 0->-1
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
test_and_set_bit mlocked new0.flags 0->1
atomic_add zone0.NR_MLOCK 0->2
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_huge_test
