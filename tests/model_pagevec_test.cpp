// SPDX-License-Identifier: Apache-2.0
// What fills the per-CPU pagevecs of model/swap.cpp: visible operations against "paths" 2.10.
#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_pagevec_test {
namespace {

// paths: 2.10 rotate.
TEST(RotateReclaimablePage, LeavesThePageInThePagevec) {
    const ModelRun did = run({{.where = "inactive_anon"}}, "rotate_reclaimable_page P; put_page P");

    EXPECT_EQ(did.operations, R"(
test_bit locked P.flags =0
test_bit dirty P.flags =0
test_bit active P.flags =0
test_bit unevictable P.flags =0
test_bit lru P.flags =1
atomic_inc P._refcount 1->2
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_write lru_rotate_pvecs[0].nr 0->1
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked on inactive_anon, 1 reference, 0 mappings
lru_rotate_pvecs[0]: P
zone0.NR_MLOCK 0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.10 rotate: full; 2.7.
TEST(RotateReclaimablePage, DrainsAVectorThatIsFull) {
    const ModelRun did = run({{.where = "inactive_anon"}, {.name = "Q", .where = "lru_rotate:0"}},
                             "rotate_reclaimable_page P; put_page P; put_page Q");

    EXPECT_EQ(only(did.operations, {"spin_", "nr "}), R"(
this_cpu_read lru_rotate_pvecs[0].nr =1
this_cpu_write lru_rotate_pvecs[0].nr 1->2
this_cpu_read lru_rotate_pvecs[0].nr =2
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
this_cpu_write lru_rotate_pvecs[0].nr 2->0
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.10 rotate: the conditions in their order; each page fails one more than the one before.
TEST(RotateReclaimablePage, LeavesAPageThatIsInUse) {
    unsigned looks = 0;
    for (const PageSetting& page :
         {PageSetting{.where = "inactive_anon", .flags = "locked", .mapped_by = "L"},
          PageSetting{.where = "inactive_anon", .flags = "dirty", .mapped_by = "L"},
          PageSetting{.where = "active_anon", .mapped_by = "L"},
          PageSetting{.where = "unevictable", .flags = "mlocked", .mapped_by = "L"},
          PageSetting{.where = "lru_add:1", .mapped_by = "L"}}) {
        const ModelRun did = run({page}, "rotate_reclaimable_page P; put_page P");
        EXPECT_EQ(count(did.operations, "test_bit"), ++looks);
        EXPECT_EQ(count(did.operations, "\n"), looks + 2);  // and put_page()
    }
}

// paths: 2.10 rotate, in interrupt: it takes lru_lock on top of a task that holds no lock.
TEST(RotateReclaimablePage, RunsInAnInterrupt) {
    const ModelRun did = run(
        world_of(
            {{.where = "inactive_anon", .pinned_by = "t irq"},
             {.name = "Q", .where = "lru_rotate:0"}},
            {{.steps = "isolate_lru_page P; putback_lru_page P; put_page P; put_page Q"},
             {.name = "irq", .steps = "rotate_reclaimable_page P; put_page P", .interrupt = true}}),
        {{"t", "test_bit lru"}, {"irq"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"interrupt", "irq: spin_", "nr ", "irq: atomic", "lru P"}), R"(
t: test_bit lru P.flags =1
irq: interrupt
irq: test_bit lru P.flags =1
irq: atomic_inc P._refcount 2->3
irq: this_cpu_read lru_rotate_pvecs[0].nr =1
irq: this_cpu_write lru_rotate_pvecs[0].nr 1->2
irq: this_cpu_read lru_rotate_pvecs[0].nr =2
irq: spin_lock_irqsave node0.lru_lock
irq: test_bit lru P.flags =1
irq: spin_unlock_irqrestore node0.lru_lock
irq: atomic_dec_and_test Q._refcount 2->1
irq: atomic_dec_and_test P._refcount 3->2
irq: this_cpu_write lru_rotate_pvecs[0].nr 2->0
irq: atomic_dec_and_test P._refcount 2->1
t: test_bit lru P.flags =1
t: clear_bit lru P.flags 1->0
t: test_bit lru P.flags =0
t: test_bit lru P.flags =0
t: this_cpu_read lru_add_pvec[0].nr =0
t: this_cpu_write lru_add_pvec[0].nr 0->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.10 rotate: no interrupt while the task of its CPU holds lru_lock.
TEST(RotateReclaimablePage, WaitsForTheLockHolderOfItsCpu) {
    const ModelRun did =
        run(world_of({{.where = "inactive_anon", .pinned_by = "t irq"}},
                     {{.steps = "isolate_lru_page P; putback_lru_page P; put_page P"},
                      {.name = "irq", .steps = "put_page P", .interrupt = true}}),
            {{"t", "spin_lock_irq"}, {"irq"}, {"t", "spin_unlock_irq"}, {"irq"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"irq"}), R"(
t: spin_lock_irq node0.lru_lock
t: spin_unlock_irq node0.lru_lock
irq: interrupt
irq: atomic_dec_and_test P._refcount 3->2
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.8: the drain of this vector has interrupts off from before its lock to after its end.
TEST(RotateReclaimablePage, WaitsForTheDrainOfItsVector) {
    const ModelRun did = run(
        world_of(
            {{.where = "lru_rotate:0"},
             {.name = "Q", .where = "inactive_anon", .pinned_by = "irq"}},
            {{.steps = "lru_add_drain; put_page P"},
             {.name = "irq", .steps = "rotate_reclaimable_page Q; put_page Q", .interrupt = true}}),
        {{"t", "spin_unlock_irqrestore"}, {"irq"}, {"t", "nr 1->0"}, {"irq"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"spin_unlock", "rotate_pvecs[0].nr 1->0", "interrupt"}),
              R"(
t: spin_unlock_irqrestore node0.lru_lock
t: this_cpu_write lru_rotate_pvecs[0].nr 1->0
irq: interrupt
t: spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.5, 2.10: from the vector's address to its last use no other task of the CPU runs.
TEST(Pagevecs, AreFilledWithPreemptionOff) {
    struct Case {
        const char* step;
        PageSetting page;
    };
    for (const Case& c :
         {Case{"lru_cache_add", {.where = "none", .pinned_by = "t u"}},
          Case{"rotate_reclaimable_page", {.where = "inactive_anon", .pinned_by = "t u"}},
          Case{"activate_page", {.where = "inactive_anon", .pinned_by = "t u"}},
          Case{"deactivate_page", {.where = "active_anon", .pinned_by = "t u"}},
          Case{"deactivate_file_page", {.where = "inactive_anon", .pinned_by = "t u"}}}) {
        const std::string steps = std::string(c.step) + " P; put_page P";
        const ModelRun did = run(
            world_of({c.page}, {{.steps = steps.c_str()}, {.name = "u", .steps = "put_page P"}}),
            {{"t", ".nr =0"}, {"u"}, {"t"}});
        EXPECT_LT(did.operations.find("nr 0->1"), did.operations.find("u: ")) << c.step;
        EXPECT_EQ(did.violation, "") << c.step;
    }
}

// paths: 2.10 activate_page.
TEST(ActivatePage, LeavesThePageInThePagevec) {
    const ModelRun did = run({{.where = "inactive_anon"}}, "activate_page P; put_page P");

    EXPECT_EQ(did.operations, R"(
test_bit lru P.flags =1
test_bit active P.flags =0
test_bit unevictable P.flags =0
atomic_inc P._refcount 1->2
this_cpu_read activate_page_pvecs[0].nr =0
this_cpu_write activate_page_pvecs[0].nr 0->1
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked on inactive_anon, 1 reference, 0 mappings
activate_page_pvecs[0]: P
zone0.NR_MLOCK 0
)");
    EXPECT_EQ(did.violation, "");
}

struct Case {
    const char* step;
    PageSetting page;
    PageSetting waiting;
    const char* state;
};

// paths: 2.10: a full vector is drained at once, and what each of the three does to a page (2.9).
TEST(ActivatePage, AndItsLikeDrainAVectorThatIsFull) {
    for (const Case& c : {Case{"activate_page",
                               {.where = "inactive_anon", .mapped_by = "A"},
                               {.name = "Q", .where = "activate_page:0"},
                               "P lru|active|swapbacked on active_anon, 1 reference, 1 mapping"},
                          Case{"deactivate_page",
                               {.where = "active_anon", .mapped_by = "A"},
                               {.name = "Q", .where = "lru_deactivate:0", .flags = "active"},
                               "P lru|swapbacked on inactive_anon, 1 reference, 1 mapping"},
                          Case{"deactivate_file_page",
                               {.where = "active_file", .mapping = "file", .cached = true},
                               {.name = "Q", .where = "lru_deactivate_file:0"},
                               "P lru on inactive_file, 1 reference, 0 mappings"}}) {
        const std::string steps = std::string(c.step) + " P; put_page P; put_page Q";
        const ModelRun did = run({c.page, c.waiting}, steps.c_str());
        EXPECT_EQ(only(did.state, {"P lru"}), "\n" + std::string(c.state) + "\n") << c.step;
        EXPECT_EQ(count(did.state, "pvec"), 0U) << c.step;
        EXPECT_EQ(did.violation, "") << c.step;
    }
}

// paths: 2.10: the conditions of the three.
TEST(ActivatePage, AndItsLikeLeaveOtherPagesAlone) {
    const PageSetting unevictable = {.where = "unevictable", .flags = "mlocked", .mapped_by = "L"};

    EXPECT_EQ(run({{.where = "active_anon"}}, "activate_page P").operations, R"(
test_bit lru P.flags =1
test_bit active P.flags =1
)");
    EXPECT_EQ(run({unevictable}, "activate_page P").operations, R"(
test_bit lru P.flags =1
test_bit active P.flags =0
test_bit unevictable P.flags =1
)");
    EXPECT_EQ(run({{.where = "inactive_anon"}}, "deactivate_page P").operations, R"(
test_bit lru P.flags =1
test_bit active P.flags =0
)");
    EXPECT_EQ(run({unevictable}, "deactivate_file_page P").operations, R"(
test_bit unevictable P.flags =1
)");
}

// paths: 2.10 deactivate_page and deactivate_file_page; the second takes its reference unless it
// is gone.
TEST(DeactivatePage, LeavesThePageInThePagevec) {
    const ModelRun anon = run({{.where = "active_anon"}}, "deactivate_page P");
    const ModelRun file = run({{.where = "active_file", .mapping = "file", .cached = true}},
                              "deactivate_file_page P");

    EXPECT_EQ(anon.operations, R"(
test_bit lru P.flags =1
test_bit active P.flags =1
test_bit unevictable P.flags =0
atomic_inc P._refcount 1->2
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_write lru_deactivate_pvecs[0].nr 0->1
)");
    EXPECT_EQ(file.operations, R"(
test_bit unevictable P.flags =0
atomic_add_unless P._refcount 2->3
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_write lru_deactivate_file_pvecs[0].nr 0->1
)");
}

// paths: 2.10 mark_page_accessed: first access.
TEST(MarkPageAccessed, SetsReferencedFirst) {
    EXPECT_EQ(run({{.where = "inactive_anon"}}, "mark_page_accessed P").operations, R"(
test_bit active P.flags =0
test_bit unevictable P.flags =0
test_bit referenced P.flags =0
test_bit referenced P.flags =0
set_bit referenced P.flags 0->1
)");
}

// paths: 2.10 mark_page_accessed: second access to a page on a list.
TEST(MarkPageAccessed, ActivatesAReferencedPage) {
    EXPECT_EQ(
        run({{.where = "inactive_anon", .flags = "referenced"}}, "mark_page_accessed P").operations,
        R"(
test_bit active P.flags =0
test_bit unevictable P.flags =0
test_bit referenced P.flags =1
test_bit lru P.flags =1
test_bit lru P.flags =1
test_bit active P.flags =0
test_bit unevictable P.flags =0
atomic_inc P._refcount 1->2
this_cpu_read activate_page_pvecs[0].nr =0
this_cpu_write activate_page_pvecs[0].nr 0->1
clear_bit referenced P.flags 1->0
)");
}

// paths: 2.10 mark_page_accessed: second access to a page that waits here, or on another CPU; a
// page that waits beside it is not meant.
TEST(MarkPageAccessed, ActivatesAPageInTheOwnPagevecOnly) {
    EXPECT_EQ(
        run({{.where = "lru_add:0", .flags = "referenced"}}, "mark_page_accessed P").operations,
        R"(
test_bit active P.flags =0
test_bit unevictable P.flags =0
test_bit referenced P.flags =1
test_bit lru P.flags =0
this_cpu_read lru_add_pvec[0].nr =1
set_bit active P.flags 0->1
clear_bit referenced P.flags 1->0
)");
    EXPECT_EQ(
        run({{.where = "lru_add:1", .flags = "referenced"}, {.name = "Q", .where = "lru_add:0"}},
            "mark_page_accessed P")
            .operations,
        R"(
test_bit active P.flags =0
test_bit unevictable P.flags =0
test_bit referenced P.flags =1
test_bit lru P.flags =0
this_cpu_read lru_add_pvec[0].nr =1
clear_bit referenced P.flags 1->0
)");
}

// paths: 2.10 mark_page_accessed: an active page that is referenced already.
TEST(MarkPageAccessed, HasNothingToAddToAnActiveReferencedPage) {
    EXPECT_EQ(
        run({{.where = "active_anon", .flags = "referenced"}}, "mark_page_accessed P").operations,
        R"(
test_bit active P.flags =1
test_bit referenced P.flags =1
)");
}

}  // namespace
}  // namespace heddle::model_pagevec_test
