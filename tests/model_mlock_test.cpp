// SPDX-License-Identifier: Apache-2.0
// model/mlock.cpp but for the batch: visible operations against "paths" 1.2, 1.3, 1.5 and 1.7.
#include "model/mlock.h"

#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_mlock_test {
namespace {

// paths: 1.2 step 1, flag clear.
TEST(ClearPageMlock, DoesNothingToAPageThatIsNotMlocked) {
    const ModelRun did =
        run({{.where = "inactive_anon", .mapped_by = "A"}}, "clear_page_mlock P; put_page P");

    EXPECT_EQ(did.operations, R"(
test_and_clear_bit mlocked P.flags 0->0
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.2 steps 1, 3 to 6, with 2.1 and 2.2.
TEST(ClearPageMlock, PutsAnIsolatedPageBack) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A"}},
                             "clear_page_mlock P; put_page P");

    EXPECT_EQ(part(did.operations, "test_and_clear_bit", "spin_unlock_irq"), R"(
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
this_cpu_add UNEVICTABLE_PGCLEARED[0] 0->1
atomic_read P._refcount =2
test_bit lru P.flags =1
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =1
atomic_inc P._refcount 2->3
clear_bit lru P.flags 1->0
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(only(did.operations, {"this_cpu_add"}), R"(
this_cpu_add UNEVICTABLE_PGCLEARED[0] 0->1
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 2 references, 1 mapping
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGCLEARED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.2 step 7, PG_unevictable clear.
TEST(ClearPageMlock, LeavesAPageThatWaitsInAPagevec) {
    const ModelRun did = run({{.where = "lru_add:1", .flags = "mlocked", .mapped_by = "A"}},
                             "clear_page_mlock P; put_page P");

    EXPECT_EQ(did.operations, R"(
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
this_cpu_add UNEVICTABLE_PGCLEARED[0] 0->1
atomic_read P._refcount =3
test_bit lru P.flags =0
test_bit unevictable P.flags =0
atomic_dec_and_test P._refcount 3->2
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 2 references, 1 mapping
lru_add_pvec[1]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGCLEARED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.2 step 7, PG_unevictable set: 14.2.
TEST(ClearPageMlock, CountsAStrandedPageThatSomebodyElseHasIsolated) {
    const ModelRun did = run(
        world_of({{.where = "isolated:other", .flags = "mlocked unevictable", .mapped_by = "A"}},
                 {{.steps = "clear_page_mlock P"},
                  {.name = "other", .steps = "putback_lru_page", .cpu = 1}}),
        {{"t"}});

    EXPECT_EQ(part(did.operations, "UNEVICTABLE_PGCLEARED", "STRANDED"), R"(
this_cpu_add UNEVICTABLE_PGCLEARED[0] 0->1
atomic_read P._refcount =3
test_bit lru P.flags =0
test_bit unevictable P.flags =1
this_cpu_add UNEVICTABLE_PGSTRANDED[0] 0->1
)");
}

// paths: 1.3 step 1, set already; around it 8.1.
TEST(MlockVmaPage, DoesNothingToAPageThatIsMlocked) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "L"}},
                             "follow_page_pte L P; put_page P");

    EXPECT_EQ(did.operations, R"(
spin_lock L.ptl
READ_ONCE L.vm_flags =8195
READ_ONCE P.mapping
test_and_set_bit_lock locked P.flags 0->1
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
test_bit locked P.flags =1
test_and_set_bit mlocked P.flags 1->1
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
smp_mb__after_atomic
spin_unlock L.ptl
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.3 steps 1 to 5, with 2.1, 2.2 and 2.6.
TEST(MlockVmaPage, MovesAPageToTheUnevictableList) {
    const ModelRun did =
        run({{.where = "inactive_anon", .mapped_by = "L"}}, "follow_page_pte L P; put_page P");

    EXPECT_EQ(part(did.operations, "test_and_set_bit mlocked", "clear_bit lru"), R"(
test_and_set_bit mlocked P.flags 0->1
atomic_add zone0.NR_MLOCK 0->1
this_cpu_add UNEVICTABLE_PGMLOCKED[0] 0->1
atomic_read P._refcount =2
test_bit lru P.flags =1
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =0
atomic_inc P._refcount 2->3
clear_bit lru P.flags 1->0
)");
    EXPECT_EQ(only(did.operations, {"spin_", "set_bit", "smp_mb", "this_cpu_add"}), R"(
spin_lock L.ptl
test_and_set_bit_lock locked P.flags 0->1
test_and_set_bit mlocked P.flags 0->1
this_cpu_add UNEVICTABLE_PGMLOCKED[0] 0->1
spin_lock_irq node0.lru_lock
spin_unlock_irq node0.lru_lock
spin_lock_irq node0.lru_lock
set_bit unevictable P.flags 0->1
set_bit lru P.flags 0->1
spin_unlock_irq node0.lru_lock
smp_mb
this_cpu_add UNEVICTABLE_PGCULLED[0] 0->1
smp_mb__after_atomic
spin_unlock L.ptl
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
zone0.NR_MLOCK 1
UNEVICTABLE_PGCULLED 1
UNEVICTABLE_PGMLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.3 step 4 fails: 14.1, the page stays where it is.
TEST(MlockVmaPage, CannotMoveAPageThatWaitsInAPagevec) {
    const ModelRun did =
        run({{.where = "lru_add:1", .mapped_by = "L"}}, "follow_page_pte L P; put_page P");

    EXPECT_EQ(did.operations, R"(
spin_lock L.ptl
READ_ONCE L.vm_flags =8195
READ_ONCE P.mapping
test_and_set_bit_lock locked P.flags 0->1
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
test_bit locked P.flags =1
test_and_set_bit mlocked P.flags 0->1
atomic_add zone0.NR_MLOCK 0->1
this_cpu_add UNEVICTABLE_PGMLOCKED[0] 0->1
atomic_read P._refcount =3
test_bit lru P.flags =0
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
smp_mb__after_atomic
spin_unlock L.ptl
atomic_dec_and_test P._refcount 3->2
)");
    EXPECT_EQ(did.state, R"(
P swapbacked|mlocked, 2 references, 1 mapping
lru_add_pvec[1]: P
zone0.NR_MLOCK 1
UNEVICTABLE_PGMLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.7 step 3, flag clear.
TEST(MunlockVmaPage, OnlyTakesTheLockForAPageThatIsNotMlocked) {
    const ModelRun did =
        run({{.where = "inactive_anon", .mapped_by = "A"}}, "munlock_vma_page P; put_page P");

    EXPECT_EQ(did.operations, R"(
wait_on_bit_lock locked P.flags 0->1
test_bit locked P.flags =1
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 0->0
spin_unlock_irq node0.lru_lock
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
smp_mb__after_atomic
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.7 steps 1 to 5 with getpage, 6a; 1.4; 1.5 without a walk.
TEST(MunlockVmaPage, TakesAReferenceForTheIsolation) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A"}},
                             "munlock_vma_page P; put_page P");

    EXPECT_EQ(part(did.operations, "spin_lock_irq ", "PGMUNLOCKED"), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
test_bit lru P.flags =1
atomic_inc P._refcount 2->3
clear_bit lru P.flags 1->0
test_bit unevictable P.flags =1
spin_unlock_irq node0.lru_lock
atomic_read P._mapcount =0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 2 references, 1 mapping
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGMUNLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.7 step 6b: NR_MLOCK has been lowered before, so nothing leaks.
TEST(MunlockVmaPage, LowersNrMlockWhenIsolationFails) {
    const ModelRun did = run({{.where = "lru_add:1", .flags = "mlocked", .mapped_by = "A"}},
                             "munlock_vma_page P; put_page P");

    EXPECT_EQ(part(did.operations, "spin_lock_irq ", "spin_unlock_irq "), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
test_bit lru P.flags =0
test_bit unevictable P.flags =0
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 2 references, 1 mapping
lru_add_pvec[1]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGMUNLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.7 step 6b, 1.6 with PG_unevictable set.
TEST(MunlockVmaPage, CountsAStrandedPageThatSomebodyElseHasIsolated) {
    const ModelRun did = run(
        world_of({{.where = "isolated:other", .flags = "mlocked unevictable", .mapped_by = "A"}},
                 {{.steps = "munlock_vma_page P"}, {.name = "other"}}),
        {{"t"}});

    EXPECT_EQ(only(did.operations, {"spin_", "mlocked P", "lru P", "NR_MLOCK", "this_cpu_add"}),
              R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
test_bit lru P.flags =0
this_cpu_add UNEVICTABLE_PGSTRANDED[0] 0->1
spin_unlock_irq node0.lru_lock
)");
}

// paths: 1.7 return value: 0 for a small page, on each of its ways out.
TEST(MunlockVmaPage, SkipsNoFurtherPage) {
    const ScenarioWords words = world_of(
        {{.name = "clear", .where = "inactive_anon", .mapped_by = "A"},
         {.name = "isolated", .where = "unevictable", .flags = "mlocked", .mapped_by = "A"},
         {.name = "failed", .where = "lru_add:1", .flags = "mlocked", .mapped_by = "A"}});
    const ModelRun did = run(with_bodies(words, {[] {
                                             for (unsigned pfn = 0; pfn < 3; ++pfn) {
                                                 lock_page(pfn_to_page(pfn));
                                                 BUG_ON(munlock_vma_page(pfn_to_page(pfn)) != 0);
                                                 unlock_page(pfn_to_page(pfn));
                                             }
                                         }}),
                             {{"t"}});

    EXPECT_EQ(did.violation, "");
    EXPECT_EQ(only(did.operations, {"PGMUNLOCKED"}), R"(
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 0->1
this_cpu_add UNEVICTABLE_PGMUNLOCKED[0] 1->2
)");
}

// paths: 1.3, between steps 1 and 4: munlock's phase 1 clears the flag again, and isolation fails.
TEST(MlockVmaPage, LosesThePageToAMunlockInBetween) {
    const ModelRun did =
        run(world_of({{.where = "inactive_anon", .mapped_by = "L A", .pinned_by = "t munlock"}},
                     {{.steps = "follow_page_pte L P; put_page P"},
                      {.name = "munlock", .steps = "__munlock_pagevec P", .cpu = 1}}),
            {{"t", "PGMLOCKED"}, {"munlock", "spin_unlock_irq"}, {"t"}, {"munlock"}});

    EXPECT_EQ(only(did.operations, {"mlocked P", "lru P", "NR_MLOCK"}), R"(
t: test_and_set_bit mlocked P.flags 0->1
t: atomic_add zone0.NR_MLOCK 0->1
munlock: test_and_clear_bit mlocked P.flags 1->0
munlock: test_bit lru P.flags =1
munlock: clear_bit lru P.flags 1->0
munlock: atomic_add zone0.NR_MLOCK 1->0
t: test_bit lru P.flags =0
munlock: test_bit lru P.flags =0
munlock: test_bit lru P.flags =0
munlock: test_and_set_bit mlocked P.flags 0->1
munlock: atomic_add zone0.NR_MLOCK 0->1
munlock: test_bit lru P.flags =0
munlock: test_bit lru P.flags =0
munlock: test_bit mlocked P.flags =1
munlock: set_bit lru P.flags 0->1
munlock: test_bit mlocked P.flags =1
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_mlock_test
