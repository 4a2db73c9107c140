// SPDX-License-Identifier: Apache-2.0
// __munlock_pagevec(): its visible operations against "paths" 1.4 to 1.6 and 1.9 to 1.11.
#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_munlock_pagevec_test {
namespace {

// paths: 1.11 steps 1, 2a, 2c, 3 to 5: nothing to subtract.
TEST(MunlockPagevec, OnlyDropsThePinOfAPageThatIsNotMlocked) {
    const ModelRun did = run({{.where = "inactive_anon", .mapped_by = "A"}}, "__munlock_pagevec P");

    EXPECT_EQ(did.operations, R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 0->0
atomic_add zone0.NR_MLOCK 0->0
spin_unlock_irq node0.lru_lock
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked on inactive_anon, 1 reference, 1 mapping
zone0.NR_MLOCK 0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.11 phase 1, step 2b, success; 1.4 without getpage.
TEST(MunlockPagevec, IsolatesUnderLruLockAlone) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A"}},
                             "__munlock_pagevec P");

    EXPECT_EQ(part(did.operations, "spin_lock_irq ", "spin_unlock_irq "), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
test_bit lru P.flags =1
clear_bit lru P.flags 1->0
test_bit unevictable P.flags =1
atomic_add zone0.NR_MLOCK 1->0
spin_unlock_irq node0.lru_lock
)");
}

// paths: 1.11 steps 6, 7 and 9; 1.9; 1.10 with 2.7.
TEST(MunlockPagevec, PutsAPageMappedOnceBackTheFastWay) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A"}},
                             "__munlock_pagevec P");

    EXPECT_EQ(part(did.operations, "wait_on_bit_lock"), R"(
wait_on_bit_lock locked P.flags 0->1
test_bit lru P.flags =0
test_bit locked P.flags =1
atomic_read P._mapcount =0
READ_ONCE P.mapping
test_bit mlocked P.flags =0
test_and_clear_bit unevictable P.flags 1->0
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
smp_mb__after_atomic
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =0
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =0
set_bit lru P.flags 0->1
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test P._refcount 2->1
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked on inactive_anon, 1 reference, 1 mapping
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGMUNLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.10 step 3 counts 0: the page was on an evictable list, so nothing was rescued.
TEST(MunlockPagevec, CountsNoRescueOfAPageFromAnEvictableList) {
    const ModelRun did = run({{.where = "active_anon", .flags = "mlocked", .mapped_by = "A"}},
                             "__munlock_pagevec P");

    EXPECT_EQ(only(did.operations, {"RESCUED", "and_clear_bit unevictable"}), R"(
test_and_clear_bit unevictable P.flags 0->0
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->0
)");
    EXPECT_EQ(did.state, R"(
P lru|active|swapbacked on active_anon, 1 reference, 1 mapping
zone0.NR_MLOCK 0
UNEVICTABLE_PGMUNLOCKED 1
)");
}

// paths: 1.9 step 1 false; 1.11 step 8; 1.5 up to the walk and after it. Nobody has the page
// VM_LOCKED any more.
TEST(MunlockPagevec, AsksTheOtherMappingsTheSlowWay) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A B"}},
                             "__munlock_pagevec P");

    EXPECT_EQ(part(did.operations, "wait_on_bit_lock", "down_read_trylock"), R"(
wait_on_bit_lock locked P.flags 0->1
test_bit lru P.flags =0
test_bit locked P.flags =1
atomic_read P._mapcount =1
atomic_inc P._refcount 3->4
atomic_read P._mapcount =1
test_bit locked P.flags =1
test_bit lru P.flags =0
READ_ONCE P.mapping
READ_ONCE P.mapping
atomic_read P._mapcount =1
down_read_trylock anon_vma.rwsem
)");
    EXPECT_EQ(part(did.operations, "up_read", "clear_bit unevictable"), R"(
up_read anon_vma.rwsem
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
test_bit unevictable P.flags =1
test_bit lru P.flags =0
clear_bit unevictable P.flags 1->0
)");
    EXPECT_EQ(part(did.operations, "UNEVICTABLE_PGRESCUED"), R"(
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
atomic_dec_and_test P._refcount 5->4
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
smp_mb__after_atomic
atomic_dec_and_test P._refcount 4->3
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 3 references, 2 mappings
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGMUNLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.11 events: none when the walk has mlocked the page again, which counted PGMLOCKED.
TEST(MunlockPagevec, CountsNoMunlockWhenAnotherVmaIsLocked) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A L"}},
                             "__munlock_pagevec P");

    EXPECT_EQ(only(did.operations, {"mlocked P", "NR_MLOCK", "this_cpu_add"}), R"(
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
test_and_set_bit mlocked P.flags 0->1
atomic_add zone0.NR_MLOCK 0->1
this_cpu_add UNEVICTABLE_PGMLOCKED[0] 0->1
test_bit mlocked P.flags =1
test_bit mlocked P.flags =1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked|unevictable|mlocked on unevictable, 2 references, 2 mappings
zone0.NR_MLOCK 1
UNEVICTABLE_PGMLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.9 step 2: AS_UNEVICTABLE is read first and is enough; 1.5 without a walk.
TEST(MunlockPagevec, TakesTheSlowWayForAnUnevictableMapping) {
    const ModelRun did = run({{.where = "unevictable",
                               .flags = "mlocked",
                               .mapped_by = "A",
                               .mapping = "shm",
                               .cached = true}},
                             "__munlock_pagevec P");

    EXPECT_EQ(part(did.operations, "wait_on_bit_lock", "clear_bit unevictable"), R"(
wait_on_bit_lock locked P.flags 0->1
test_bit lru P.flags =0
test_bit locked P.flags =1
atomic_read P._mapcount =0
READ_ONCE P.mapping
test_bit unevictable shm.flags =1
atomic_inc P._refcount 3->4
atomic_read P._mapcount =0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
test_bit unevictable P.flags =1
test_bit lru P.flags =0
clear_bit unevictable P.flags 1->0
)");
    EXPECT_EQ(did.state, R"(
P lru|unevictable on unevictable, 2 references, 1 mapping
zone0.NR_MLOCK 0
UNEVICTABLE_PGMUNLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.11 step 6, 1.9 step 2: somebody mlocks while the page is isolated and not yet locked.
TEST(MunlockPagevec, LeavesAPageMlockedMeanwhileToPutback) {
    const ModelRun did =
        run(world_of({{.where = "unevictable",
                       .flags = "mlocked",
                       .mapped_by = "L",
                       .pinned_by = "t mlock"}},
                     {{.steps = "__munlock_pagevec P"},
                      {.name = "mlock", .steps = "follow_page_pte L P; put_page P", .cpu = 1}}),
            {{"t", "spin_unlock_irq"}, {"mlock"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"mlocked P", "this_cpu_add", "bit unevictable P"}), R"(
t: test_and_clear_bit mlocked P.flags 1->0
t: test_bit unevictable P.flags =1
mlock: test_and_set_bit mlocked P.flags 0->1
t: test_bit mlocked P.flags =1
t: this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
t: test_bit unevictable P.flags =1
t: clear_bit unevictable P.flags 1->0
t: test_bit mlocked P.flags =1
t: set_bit unevictable P.flags 0->1
t: test_bit mlocked P.flags =1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
zone0.NR_MLOCK 1
UNEVICTABLE_PGMLOCKED 1
UNEVICTABLE_PGMUNLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.6 step 2, PG_unevictable clear; 1.11 step 3 of the seed: delta is 0, NR_MLOCK stays 1.
TEST(MunlockPagevec, OfTheSeedLeaksNrMlockWhenIsolationFails) {
    const ModelRun did =
        run({{.where = "lru_add:1", .flags = "mlocked", .mapped_by = "A"}}, "__munlock_pagevec P");

    EXPECT_EQ(part(did.operations, "spin_lock_irq ", "spin_unlock_irq "), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
test_bit lru P.flags =0
test_bit unevictable P.flags =0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
atomic_add zone0.NR_MLOCK 1->1
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 2 references, 1 mapping
lru_add_pvec[1]: P
zone0.NR_MLOCK 1
UNEVICTABLE_PGMUNLOCKED 1
)");
    EXPECT_EQ(did.violation, "B1");
}

// paths: 1.11 step 3 of 4.9.115: delta counts the flags that were set.
TEST(MunlockPagevec, CountsClearedFlagsWithTheFix) {
    ScenarioWords words = world_of({{.where = "lru_add:1", .flags = "mlocked", .mapped_by = "A"},
                                    {.name = "Q", .where = "inactive_anon", .mapped_by = "A"}},
                                   {{.steps = "__munlock_pagevec P Q"}});
    words.fixes_with = words_in("munlock_counts_cleared_flags");
    const ModelRun did = run(words);

    EXPECT_EQ(part(did.operations, "spin_lock_irq ", "spin_unlock_irq "), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
test_bit lru P.flags =0
test_bit unevictable P.flags =0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
test_and_clear_bit mlocked Q.flags 0->0
atomic_add zone0.NR_MLOCK 1->0
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.6 step 2, PG_unevictable set: the page is isolated from the unevictable list.
TEST(MunlockPagevec, CountsAStrandedPageThatSomebodyElseHasIsolated) {
    const ModelRun did = run(
        world_of({{.where = "isolated:other", .flags = "mlocked unevictable", .mapped_by = "A"}},
                 {{.steps = "__munlock_pagevec P"}, {.name = "other"}}),
        {{"t"}});

    EXPECT_EQ(part(did.operations, "spin_lock_irq ", "spin_unlock_irq "), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
test_bit lru P.flags =0
test_bit unevictable P.flags =1
this_cpu_add UNEVICTABLE_PGSTRANDED[0] 0->1
atomic_add zone0.NR_MLOCK 1->1
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(only(did.state, {"PG"}), "\nUNEVICTABLE_PGSTRANDED 1\n");
}

// paths: 1.11 phase 1 in order of the slots, step 3 with one slot kept, step 5 with the other.
TEST(MunlockPagevec, KeepsOnePageAndReleasesTheOther) {
    const ModelRun did =
        run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A"},
             {.name = "Q", .where = "lru_add:1", .flags = "mlocked", .mapped_by = "A"}},
            "__munlock_pagevec P Q");

    EXPECT_EQ(part(did.operations, "spin_lock_irq ", "wait_on_bit_lock"), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
test_bit lru P.flags =1
clear_bit lru P.flags 1->0
test_bit unevictable P.flags =1
test_and_clear_bit mlocked Q.flags 1->0
test_bit lru Q.flags =0
test_bit unevictable Q.flags =0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
atomic_add zone0.NR_MLOCK 2->1
spin_unlock_irq node0.lru_lock
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
atomic_dec_and_test Q._refcount 3->2
wait_on_bit_lock locked P.flags 0->1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked on inactive_anon, 1 reference, 1 mapping
Q swapbacked, 2 references, 1 mapping
lru_add_pvec[1]: Q
zone0.NR_MLOCK 1
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGMUNLOCKED 2
)");
    EXPECT_EQ(did.violation, "B1");  // the seed's leak
}

// paths: 1.11 step 3 with both slots kept, phase 2 in their order, phase 3 for both at once.
TEST(MunlockPagevec, PutsABatchBackUnderOneLock) {
    const ModelRun did =
        run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A"},
             {.name = "Q", .where = "unevictable", .flags = "mlocked", .mapped_by = "A"}},
            "__munlock_pagevec P Q");

    EXPECT_EQ(only(did.operations, {"spin_", "bit_lock", "_unlock", "set_bit lru", "NR_MLOCK",
                                    "PGMUNLOCKED", "_refcount"}),
              R"(
spin_lock_irq node0.lru_lock
atomic_add zone0.NR_MLOCK 2->0
spin_unlock_irq node0.lru_lock
wait_on_bit_lock locked P.flags 0->1
clear_bit_unlock locked P.flags 1->0
wait_on_bit_lock locked Q.flags 0->1
clear_bit_unlock locked Q.flags 1->0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->2
spin_lock_irqsave node0.lru_lock
set_bit lru P.flags 0->1
set_bit lru Q.flags 0->1
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test P._refcount 2->1
atomic_dec_and_test Q._refcount 2->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.11 phases 2 and 3: the slow page is done before the fast one is inserted.
TEST(MunlockPagevec, InsertsFastPagesAfterTheSlowOnes) {
    const ModelRun did =
        run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A"},
             {.name = "Q", .where = "unevictable", .flags = "mlocked", .mapped_by = "A B"}},
            "__munlock_pagevec P Q");

    EXPECT_EQ(only(did.operations, {"bit_lock", "clear_bit_unlock", "set_bit lru", "PGMUNLOCKED",
                                    "PGRESCUED", "lru_add_pvec[0].nr 0->1"}),
              R"(
wait_on_bit_lock locked P.flags 0->1
clear_bit_unlock locked P.flags 1->0
wait_on_bit_lock locked Q.flags 0->1
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
this_cpu_write lru_add_pvec[0].nr 0->1
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
clear_bit_unlock locked Q.flags 1->0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 1->2
set_bit lru P.flags 0->1
this_cpu_add UNEVICTABLE_PGRESCUED[0] 1->2
)");
    EXPECT_EQ(did.violation, "");
}

// Before v3.13 the pins of pages that are not kept went under lru_lock.
TEST(MunlockPagevec, DropsPinsUnderTheLockWithoutTheFix) {
    ScenarioWords words = world_of({{.where = "inactive_anon", .mapped_by = "A"}},
                                   {{.steps = "__munlock_pagevec P"}});
    words.fixes_without = words_in("munlock_drops_pins_unlocked");

    EXPECT_EQ(run(words).operations, R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 0->0
atomic_dec_and_test P._refcount 2->1
atomic_add zone0.NR_MLOCK 0->0
spin_unlock_irq node0.lru_lock
)");
}

}  // namespace
}  // namespace heddle::model_munlock_pagevec_test
