// SPDX-License-Identifier: Apache-2.0
// putback_lru_page() of model/vmscan.cpp: visible operations against "paths" 2.2, 2.5 and 2.6.
#include <gtest/gtest.h>

#include "tests/model_operations.h"
#include "tests/shm_world.h"

namespace heddle::model_putback_test {
namespace {

// paths: 2.2 steps 1 to 3, evictable; 2.5; steps 4 to 6 with PGRESCUED.
TEST(PutbackLruPage, RescuesAPageFromTheUnevictableList) {
    const ModelRun did =
        run({{.where = "isolated:t", .flags = "unevictable"}}, "putback_lru_page; put_page P");

    EXPECT_EQ(did.operations, R"(
test_bit unevictable P.flags =1
test_bit lru P.flags =0
clear_bit unevictable P.flags 1->0
READ_ONCE P.mapping
test_bit mlocked P.flags =0
test_bit active P.flags =0
test_bit lru P.flags =0
atomic_inc P._refcount 2->3
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_write lru_add_pvec[0].nr 0->1
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
atomic_dec_and_test P._refcount 3->2
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 1 reference, 0 mappings
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.2 step 5: neither event.
TEST(PutbackLruPage, CountsNothingForAPageThatStaysEvictable) {
    const ModelRun did = run({{.where = "isolated:t"}}, "putback_lru_page; put_page P");

    EXPECT_EQ(only(did.operations, {"unevictable", "this_cpu_add"}), R"(
test_bit unevictable P.flags =0
clear_bit unevictable P.flags 0->0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.2 steps 1 to 3, not evictable; 2.6; the barrier; steps 4 to 6 with PGCULLED.
TEST(PutbackLruPage, CullsAPageThatIsMlockedNow) {
    const ModelRun did = run({{.where = "isolated:t", .flags = "mlocked active", .mapped_by = "L"}},
                             "putback_lru_page; put_page P");

    EXPECT_EQ(did.operations, R"(
test_bit unevictable P.flags =0
test_bit lru P.flags =0
clear_bit unevictable P.flags 0->0
READ_ONCE P.mapping
test_bit mlocked P.flags =1
spin_lock_irq node0.lru_lock
clear_bit active P.flags 1->0
set_bit unevictable P.flags 0->1
set_bit lru P.flags 0->1
spin_unlock_irq node0.lru_lock
smp_mb
READ_ONCE P.mapping
test_bit mlocked P.flags =1
this_cpu_add UNEVICTABLE_PGCULLED[0] 0->1
atomic_dec_and_test P._refcount 3->2
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
zone0.NR_MLOCK 1
UNEVICTABLE_PGCULLED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.2 step 5: it was on the unevictable list and is again. PG_mlocked is not asked for.
TEST(PutbackLruPage, LeavesAPageOfAnUnevictableMapping) {
    const ModelRun did =
        run({{.where = "isolated:t", .flags = "unevictable", .mapping = "shm", .cached = true}},
            "putback_lru_page; put_page P");

    EXPECT_EQ(only(did.operations, {"shm", "mlocked", "this_cpu_add", "smp_mb"}), R"(
test_bit unevictable shm.flags =1
smp_mb
test_bit unevictable shm.flags =1
)");
    EXPECT_EQ(did.state, R"(
P lru|unevictable on unevictable, 1 reference, 0 mappings
zone0.NR_MLOCK 0
)");
    EXPECT_EQ(did.violation, "");
}

ScenarioWords putback_against_clear() {
    return world_of(
        {{.where = "isolated:t", .flags = "mlocked", .mapped_by = "A", .pinned_by = "t clear"}},
        {{.steps = "putback_lru_page; put_page P"},
         {.name = "clear", .steps = "clear_page_mlock P; put_page P", .cpu = 1}});
}

// paths: 2.2 step 4, success: the flag is cleared after step 3 has looked and before PG_lru is set,
// so that the clearer cannot isolate the page.
TEST(PutbackLruPage, ChecksAgainAndTakesThePageBack) {
    const ModelRun did =
        run(putback_against_clear(), {{"t", "test_bit mlocked"}, {"clear"}, {"t"}});

    EXPECT_EQ(part(did.operations, "t: smp_mb"), R"(
t: smp_mb
t: READ_ONCE P.mapping
t: test_bit mlocked P.flags =0
t: atomic_read P._refcount =3
t: test_bit lru P.flags =1
t: spin_lock_irq node0.lru_lock
t: test_bit lru P.flags =1
t: test_bit unevictable P.flags =1
t: atomic_inc P._refcount 3->4
t: clear_bit lru P.flags 1->0
t: spin_unlock_irq node0.lru_lock
t: atomic_dec_and_test P._refcount 4->3
t: clear_bit unevictable P.flags 1->0
t: READ_ONCE P.mapping
t: test_bit mlocked P.flags =0
t: test_bit active P.flags =0
t: test_bit lru P.flags =0
t: atomic_inc P._refcount 3->4
t: this_cpu_read lru_add_pvec[0].nr =0
t: this_cpu_write lru_add_pvec[0].nr 0->1
t: atomic_dec_and_test P._refcount 4->3
t: atomic_dec_and_test P._refcount 3->2
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 2 references, 1 mapping
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGCLEARED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.2 step 4, failure: the clearer has the page and puts it back.
TEST(PutbackLruPage, LeavesThePageToAClearerThatGotIt) {
    const ModelRun did = run(putback_against_clear(),
                             {{"t", "smp_mb"}, {"clear", "spin_unlock_irq"}, {"t"}, {"clear"}});

    EXPECT_EQ(part(did.operations, "t: READ_ONCE P.mapping\nt: test_bit mlocked P.flags =0"),
              R"(
t: READ_ONCE P.mapping
t: test_bit mlocked P.flags =0
t: atomic_read P._refcount =5
t: test_bit lru P.flags =0
t: this_cpu_add UNEVICTABLE_PGCULLED[0] 0->1
t: atomic_dec_and_test P._refcount 5->4
t: atomic_dec_and_test P._refcount 4->3
clear: test_bit unevictable P.flags =1
clear: test_bit lru P.flags =0
clear: clear_bit unevictable P.flags 1->0
clear: READ_ONCE P.mapping
clear: test_bit mlocked P.flags =0
clear: test_bit active P.flags =0
clear: test_bit lru P.flags =0
clear: atomic_inc P._refcount 3->4
clear: this_cpu_write lru_add_pvec[1].nr 0->1
clear: atomic_dec_and_test P._refcount 4->3
clear: atomic_dec_and_test P._refcount 3->2
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 2 references, 1 mapping
lru_add_pvec[1]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGCULLED 1
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGCLEARED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 14.4: without the second look the page is stranded at once.
TEST(PutbackLruPage, StrandsThePageWithoutTheSecondLook) {
    ScenarioWords words = putback_against_clear();
    words.fixes_without = words_in("putback_rechecks_evictable");

    EXPECT_EQ(run(words, {{"t", "test_bit mlocked"}, {"clear"}, {"t"}}).violation, "C1'");
}

// paths: 2.2, 14.16: AS_UNEVICTABLE is cleared while the page is off the lists, the scan skips it.
TEST(PutbackLruPage, SeesThatTheMappingHasBecomeEvictable) {
    const ScenarioWords words = world_with_segment(
        {{.where = "isolated:t", .flags = "unevictable", .mapping = "shm", .cached = true}},
        {{.steps = "putback_lru_page; put_page P"},
         {.name = "shm_unlock", .steps = "shmctl SHM_UNLOCK S", .cpu = 1}});
    const ModelRun did = run(words, {{"t", "test_bit unevictable shm"}, {"shm_unlock"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"shm.flags", "this_cpu_add", "set_bit lru"}), R"(
t: test_bit unevictable shm.flags =1
shm_unlock: clear_bit unevictable shm.flags 1->0
shm_unlock: test_bit unevictable shm.flags =0
shm_unlock: test_bit unevictable shm.flags =0
t: set_bit lru P.flags 0->1
t: test_bit unevictable shm.flags =0
t: test_bit unevictable shm.flags =0
t: this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
)");
    EXPECT_EQ(did.state, R"(
P , 2 references, 0 mappings
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
UNEVICTABLE_PGSCANNED 1
UNEVICTABLE_PGRESCUED 1
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_putback_test
