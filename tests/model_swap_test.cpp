// SPDX-License-Identifier: Apache-2.0
// model/swap.cpp but for freeing: visible operations against "paths" 2.5 and 2.7 to 2.11.
#include "model/swap.h"

#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_swap_test {
namespace {

// paths: 2.5 steps 1 to 4; the assertions first.
TEST(LruCacheAdd, LeavesThePageInThePagevec) {
    const ModelRun did = run({{.where = "none"}}, "lru_cache_add P; put_page P");

    EXPECT_EQ(did.operations, R"(
test_bit active P.flags =0
test_bit lru P.flags =0
atomic_inc P._refcount 1->2
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_write lru_add_pvec[0].nr 0->1
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P swapbacked, 1 reference, 0 mappings
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.5 step 3, "just became full"; 2.7 steps 1 to 4. PG_mlocked is not looked at.
TEST(LruCacheAdd, DrainsAVectorThatIsFull) {
    const ModelRun did =
        run({{.where = "none", .flags = "active"},
             {.name = "Q", .where = "lru_add:0", .flags = "mlocked", .mapped_by = "L"}},
            "lru_cache_add P; put_page P; put_page Q");

    EXPECT_EQ(part(did.operations, "pvec[0].nr 1->2", "pvec[0].nr 2->0"), R"(
this_cpu_write lru_add_pvec[0].nr 1->2
this_cpu_read lru_add_pvec[0].nr =2
spin_lock_irqsave node0.lru_lock
test_bit lru Q.flags =0
test_bit unevictable Q.flags =0
test_bit swapbacked Q.flags =1
test_bit active Q.flags =0
set_bit lru Q.flags 0->1
test_bit lru P.flags =0
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =1
set_bit lru P.flags 0->1
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test Q._refcount 3->2
atomic_dec_and_test P._refcount 2->1
this_cpu_write lru_add_pvec[0].nr 2->0
)");
    EXPECT_EQ(did.state, R"(
P free
Q lru|swapbacked|mlocked on inactive_anon, 1 reference, 1 mapping
zone0.NR_MLOCK 1
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.7 step 1: the lock changes with the node.
TEST(LruCacheAdd, DrainsUnderOneLockPerNode) {
    ScenarioWords words =
        world_of({{.where = "none"}, {.name = "Q", .where = "lru_add:0", .zone = 1}},
                 {{.steps = "lru_cache_add P; put_page P; put_page Q"}});
    words.machine.nodes = 2;

    EXPECT_EQ(only(run(words).operations, {"spin_", "set_bit lru"}), R"(
spin_lock_irqsave node1.lru_lock
set_bit lru Q.flags 0->1
spin_unlock_irqrestore node1.lru_lock
spin_lock_irqsave node0.lru_lock
set_bit lru P.flags 0->1
spin_unlock_irqrestore node0.lru_lock
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
spin_lock_irqsave node1.lru_lock
spin_unlock_irqrestore node1.lru_lock
)");
}

// paths: 2.8: each vector in its order; nothing is done for empty ones.
TEST(LruAddDrain, LooksIntoFiveVectors) {
    EXPECT_EQ(run({{.where = "lru_add:1"}}, "lru_add_drain; put_page P").operations, R"(
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
atomic_dec_and_test P._refcount 2->1
)");
}

// paths: 2.8; 2.9 pagevec_move_tail_fn.
TEST(LruAddDrain, RotatesWithInterruptsOff) {
    const ModelRun did = run({{.where = "lru_rotate:0"}}, "lru_add_drain; put_page P");

    EXPECT_EQ(only(part(did.operations, "lru_rotate", "lru_rotate_pvecs[0].nr 1->0"),
                   {"nr ", "spin_", "lru P", "active P", "unevictable P", "_refcount"}),
              R"(
this_cpu_read lru_rotate_pvecs[0].nr =1
this_cpu_read lru_rotate_pvecs[0].nr =1
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
test_bit active P.flags =0
test_bit unevictable P.flags =0
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test P._refcount 2->1
this_cpu_write lru_rotate_pvecs[0].nr 1->0
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
PGROTATED 1
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.8; 2.9 lru_deactivate_file_fn.
TEST(LruAddDrain, DeactivatesAFilePage) {
    const ModelRun did = run({{.where = "lru_deactivate_file:0",
                               .flags = "active referenced",
                               .mapping = "file",
                               .cached = true}},
                             "lru_add_drain; put_page P");

    EXPECT_EQ(part(did.operations, "spin_lock", "spin_unlock"), R"(
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =0
atomic_read P._mapcount =-1
test_bit active P.flags =1
test_bit swapbacked P.flags =0
clear_bit active P.flags 1->0
clear_bit referenced P.flags 1->0
test_bit writeback P.flags =0
test_bit dirty P.flags =0
this_cpu_add PGROTATED[0] 0->1
this_cpu_add PGDEACTIVATE[0] 0->1
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P lru on inactive_file, 1 reference, 0 mappings
zone0.NR_MLOCK 0
PGROTATED 1
PGDEACTIVATE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.9 lru_deactivate_file_fn: one under writeback is marked for the end of it.
TEST(LruAddDrain, MarksAFilePageUnderWriteback) {
    const ModelRun did = run({{.where = "lru_deactivate_file:0",
                               .flags = "writeback",
                               .mapping = "file",
                               .cached = true}},
                             "lru_add_drain; put_page P");

    EXPECT_EQ(only(did.operations, {"writeback", "dirty", "reclaim", "this_cpu_add"}), R"(
test_bit writeback P.flags =1
set_bit reclaim P.flags 0->1
)");
    EXPECT_EQ(did.state, R"(
P lru|writeback|reclaim on inactive_file, 1 reference, 0 mappings
zone0.NR_MLOCK 0
)");
}

// paths: 2.9 lru_deactivate_file_fn: !mapped.
TEST(LruAddDrain, LeavesAMappedFilePage) {
    const ModelRun did = run({{.where = "lru_deactivate_file:0",
                               .flags = "active",
                               .mapped_by = "A",
                               .mapping = "file",
                               .cached = true}},
                             "lru_add_drain; put_page P");

    EXPECT_EQ(part(did.operations, "spin_lock", "spin_unlock"), R"(
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =0
atomic_read P._mapcount =0
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.8; 2.9 lru_deactivate_fn.
TEST(LruAddDrain, DeactivatesAnActivePage) {
    const ModelRun did = run({{.where = "lru_deactivate:0", .flags = "active referenced"}},
                             "lru_add_drain; put_page P");

    EXPECT_EQ(part(did.operations, "spin_lock", "spin_unlock"), R"(
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
test_bit active P.flags =1
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
clear_bit active P.flags 1->0
clear_bit referenced P.flags 1->0
this_cpu_add PGDEACTIVATE[0] 0->1
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
PGDEACTIVATE 1
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.8; 2.9 __activate_page.
TEST(LruAddDrain, ActivatesAPage) {
    const ModelRun did = run({{.where = "activate_page:0"}}, "lru_add_drain; put_page P");

    EXPECT_EQ(part(did.operations, "spin_lock", "spin_unlock"), R"(
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
test_bit active P.flags =0
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
set_bit active P.flags 0->1
this_cpu_add PGACTIVATE[0] 0->1
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
PGACTIVATE 1
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.9: all re-check under the lock; the page has been mlocked while it waited.
TEST(LruAddDrain, LeavesAPageThatIsUnevictableNow) {
    for (const char* where :
         {"lru_rotate:0", "lru_deactivate_file:0", "lru_deactivate:0", "activate_page:0"}) {
        const ModelRun did =
            run({{.where = where, .flags = "unevictable mlocked", .mapped_by = "L"}},
                "lru_add_drain; put_page P");

        EXPECT_EQ(only(did.operations, {"set_bit", "clear_bit", "this_cpu_add"}), "\n") << where;
        EXPECT_EQ(did.violation, "") << where;
    }
}

// paths: 2.9: all re-check under the lock; the page has been isolated while it waited.
TEST(LruAddDrain, LeavesAPageThatSomebodyHasIsolated) {
    for (const char* where :
         {"lru_rotate:0", "lru_deactivate_file:0", "lru_deactivate:0", "activate_page:0"}) {
        const ModelRun did = run(world_of({{.where = where, .flags = "active", .pinned_by = "t u"}},
                                          {{.steps = "lru_add_drain; put_page P"},
                                           {.name = "u",
                                            .steps = "isolate_lru_page P; putback_lru_page; "
                                                     "put_page P",
                                            .cpu = 1}}),
                                 {{"u", "spin_unlock_irq"}, {"t"}, {"u"}});

        EXPECT_EQ(part(did.operations, "t: spin_lock", "t: spin_unlock"), R"(
t: spin_lock_irqsave node0.lru_lock
t: test_bit lru P.flags =0
t: spin_unlock_irqrestore node0.lru_lock
)") << where;
        EXPECT_EQ(did.violation, "") << where;
    }
}

// paths: 2.11: peeks at the five counts of each CPU; nothing to queue, nothing to wait for.
TEST(LruAddDrainAll, QueuesNothingWhenAllIsEmpty) {
    const ModelRun did =
        run({{.where = "inactive_anon", .mapped_by = "A"}}, "lru_add_drain_all; put_page P");

    EXPECT_EQ(did.operations, R"(
mutex_lock lru_add_drain_all.lock
READ_ONCE lru_add_pvec[0].nr =0
READ_ONCE lru_rotate_pvecs[0].nr =0
READ_ONCE lru_deactivate_file_pvecs[0].nr =0
READ_ONCE lru_deactivate_pvecs[0].nr =0
READ_ONCE activate_page_pvecs[0].nr =0
READ_ONCE lru_add_pvec[1].nr =0
READ_ONCE lru_rotate_pvecs[1].nr =0
READ_ONCE lru_deactivate_file_pvecs[1].nr =0
READ_ONCE lru_deactivate_pvecs[1].nr =0
READ_ONCE activate_page_pvecs[1].nr =0
mutex_unlock lru_add_drain_all.lock
atomic_dec_and_test P._refcount 2->1
)");
}

// paths: 2.11 steps 1 and 3 to 5: work for the CPU that has something, and the wait for it.
TEST(LruAddDrainAll, HasTheOtherCpuDrainItsVectors) {
    const ModelRun did = run(world_of({{.where = "lru_deactivate:1", .flags = "active"}},
                                      {{.steps = "lru_add_drain_all; put_page P"}}),
                             {{"t"}, {"kworker/1"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"mutex", "[1].nr", "lru_add_drain_work"}), R"(
t: mutex_lock lru_add_drain_all.lock
t: READ_ONCE lru_add_pvec[1].nr =0
t: READ_ONCE lru_rotate_pvecs[1].nr =0
t: READ_ONCE lru_deactivate_file_pvecs[1].nr =0
t: READ_ONCE lru_deactivate_pvecs[1].nr =1
t: queue_work lru_add_drain_work[1]
kworker/1: wait_for_work lru_add_drain_work[1] 0->0
kworker/1: this_cpu_write lru_deactivate_pvecs[1].nr 1->0
kworker/1: finish_work lru_add_drain_work[1]
t: flush_work lru_add_drain_work[1] 0->0
t: mutex_unlock lru_add_drain_all.lock
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
PGDEACTIVATE 1
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_swap_test
