// SPDX-License-Identifier: Apache-2.0
// model/vmscan.cpp but for putback_lru_page(): visible operations against "paths" 2.1, 2.3, 2.4 and
// 2.15.
#include "model/vmscan.h"

#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_vmscan_test {
namespace {

// paths: 2.1 step 1.
TEST(IsolateLruPage, GivesUpWithoutTheLockOnAPageOffTheLists) {
    const ModelRun did = run({{.where = "lru_add:1"}}, "isolate_lru_page P; put_page P");

    EXPECT_EQ(did.operations, R"(
atomic_read P._refcount =2
test_bit lru P.flags =0
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.1 steps 1 to 8. PG_active stays for the owner to interpret.
TEST(IsolateLruPage, TakesThePageWithAReference) {
    const ModelRun did =
        run({{.where = "active_anon"}}, "isolate_lru_page P; putback_lru_page; put_page P");

    EXPECT_EQ(part(did.operations, "atomic_read", "spin_unlock_irq"), R"(
atomic_read P._refcount =1
test_bit lru P.flags =1
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =1
atomic_inc P._refcount 1->2
clear_bit lru P.flags 1->0
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P active|swapbacked, 1 reference, 0 mappings
lru_add_pvec[0]: P
zone0.NR_MLOCK 0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.1 step 3: somebody else took the page after step 1.
TEST(IsolateLruPage, LooksAgainUnderTheLock) {
    const ModelRun did =
        run(world_of({{.where = "inactive_anon", .pinned_by = "t u"}},
                     {{.steps = "isolate_lru_page P; putback_lru_page; put_page P"},
                      {.name = "u", .steps = "isolate_lru_page P; put_page P", .cpu = 1}}),
            {{"u", "test_bit lru"}, {"t", "spin_unlock_irq"}, {"u"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"u: "}), R"(
u: atomic_read P._refcount =2
u: test_bit lru P.flags =1
u: spin_lock_irq node0.lru_lock
u: test_bit lru P.flags =0
u: spin_unlock_irq node0.lru_lock
u: atomic_dec_and_test P._refcount 3->2
)");
    EXPECT_EQ(did.violation, "");
}

struct Isolated {
    const char* where;
    const char* flags;
    const char* mapped_by;
    unsigned mode;
    int result;
};

// paths: 2.3 steps 1 to 4 by their result.
TEST(IsolateLruPageWithoutAReference, ReturnsWhyItDidNotTakeThePage) {
    for (const Isolated& c :
         {Isolated{"lru_add:1", "", "", 0, -EINVAL},
          Isolated{"unevictable", "mlocked", "L", 0, -EINVAL},
          Isolated{"unevictable", "mlocked", "L", ISOLATE_UNEVICTABLE, 0},
          Isolated{"inactive_anon", "writeback", "", ISOLATE_CLEAN, -EBUSY},
          Isolated{"inactive_anon", "writeback", "", ISOLATE_ASYNC_MIGRATE, -EBUSY},
          Isolated{"inactive_anon", "dirty", "", ISOLATE_CLEAN, -EBUSY},
          Isolated{"inactive_anon", "dirty", "", ISOLATE_ASYNC_MIGRATE, 0},
          Isolated{"inactive_anon", "", "A", ISOLATE_UNMAPPED, -EBUSY},
          Isolated{"inactive_anon", "dirty writeback", "A", 0, 0}}) {
        const ScenarioWords words =
            world_of({{.where = c.where, .flags = c.flags, .mapped_by = c.mapped_by}});
        const auto body = [c] {
            spinlock_t* lru_lock = page_lru_lock(pfn_to_page(0));
            spin_lock_irq(lru_lock);
            BUG_ON(__isolate_lru_page(pfn_to_page(0), c.mode) != c.result);
            spin_unlock_irq(lru_lock);
        };
        EXPECT_EQ(run(with_bodies(words, {body}), {{"t"}}).violation, "")
            << c.where << " " << c.flags << " mode " << c.mode;
    }
}

// paths: 2.4; 2.3 steps 1, 2, 4 and 5. The model takes any page where the kernel takes the last.
TEST(IsolateLruPages, TakesAnyPageOfTheList) {
    const ScenarioWords words =
        world_of({{.where = "inactive_anon"}, {.name = "Q", .where = "inactive_anon"}},
                 {{.steps = "isolate_lru_pages 0 inactive_anon 1; putback_lru_page Q; put_page P; "
                            "put_page Q"}});
    const ModelRun did = run(words, {{"t", "", 1}});

    EXPECT_EQ(part(did.operations, "spin_lock_irq", "spin_unlock_irq"), R"(
spin_lock_irq node0.lru_lock
choose 1 of 2
test_bit lru Q.flags =1
test_bit lru Q.flags =1
test_bit unevictable Q.flags =0
atomic_add_unless Q._refcount 1->2
clear_bit lru Q.flags 1->0
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P free
Q swapbacked, 1 reference, 0 mappings
lru_add_pvec[0]: Q
zone0.NR_MLOCK 0
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.4: size counters go down once, at the end; the second round has no choice left.
TEST(IsolateLruPages, StopsAtTheEndOfTheList) {
    const ModelRun did = run({{.where = "inactive_anon"}, {.name = "Q", .where = "inactive_anon"}},
                             "isolate_lru_pages 0 inactive_anon 3; putback_lru_page; put_page P; "
                             "put_page Q");

    EXPECT_EQ(only(part(did.operations, "spin_lock_irq", "spin_unlock_irq"),
                   {"choose", "clear_bit", "spin_"}),
              R"(
spin_lock_irq node0.lru_lock
choose 0 of 2
clear_bit lru P.flags 1->0
clear_bit lru Q.flags 1->0
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.3 step 4, 2.4: -EBUSY for a page whose last reference is gone; it stays on the list, and
// whoever frees it finds PG_lru set.
TEST(IsolateLruPages, PassesOverAPageThatIsBeingFreed) {
    const ModelRun did = run(world_of({{.where = "inactive_anon", .pinned_by = "free"}},
                                      {{.steps = "isolate_lru_pages 0 inactive_anon 2"},
                                       {.name = "free", .steps = "put_page P", .cpu = 1}}),
                             {{"free", "atomic_dec_and_test"}, {"t"}, {"free"}});

    EXPECT_EQ(did.operations, R"(
free: atomic_dec_and_test P._refcount 1->0
t: spin_lock_irq node0.lru_lock
t: test_bit lru P.flags =1
t: test_bit lru P.flags =1
t: test_bit unevictable P.flags =0
t: atomic_add_unless P._refcount 0->0
t: spin_unlock_irq node0.lru_lock
free: test_bit lru P.flags =1
free: spin_lock_irqsave node0.lru_lock
free: test_bit lru P.flags =1
free: __clear_bit load P.flags
free: __clear_bit store P.flags
free: test_bit unevictable P.flags =0
free: test_bit swapbacked P.flags =1
free: test_bit active P.flags =0
free: spin_unlock_irqrestore node0.lru_lock
free: set_bit buddy 0->1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.15 step 1, evictable, and step 2.
TEST(CheckMoveUnevictablePages, MovesAPageToItsInactiveList) {
    const ScenarioWords words =
        world_of({{.where = "unevictable", .mapping = "shm", .cached = true}});
    const ModelRun did = run(with_bodies(words, {[] {
                                             const page_slot pages[] = {pfn_to_page(0)};
                                             mapping_clear_unevictable(this_machine().mappings + 1);
                                             check_move_unevictable_pages(pages, 1);
                                             put_page(pages[0], Holder::pin);
                                         }}),
                             {{"t"}});

    EXPECT_EQ(did.operations, R"(
clear_bit unevictable shm.flags 1->0
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =1
READ_ONCE P.mapping
test_bit unevictable shm.flags =0
test_bit mlocked P.flags =0
test_bit swapbacked P.flags =0
test_bit active P.flags =0
clear_bit unevictable P.flags 1->0
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
this_cpu_add UNEVICTABLE_PGSCANNED[0] 0->1
spin_unlock_irq node0.lru_lock
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P lru on inactive_file, 1 reference, 0 mappings
zone0.NR_MLOCK 0
UNEVICTABLE_PGSCANNED 1
UNEVICTABLE_PGRESCUED 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 2.15 step 1: a page off the lists, one on another list, one still unevictable.
TEST(CheckMoveUnevictablePages, SkipsWhatItNeedNotMove) {
    const ScenarioWords words =
        world_of({{.where = "lru_add:1", .mapping = "file", .cached = true},
                  {.name = "Q", .where = "inactive_file", .mapping = "file", .cached = true},
                  {.name = "R", .where = "unevictable", .flags = "mlocked", .mapped_by = "L"}});
    const ModelRun did = run(
        with_bodies(words, {[] {
                        const page_slot pages[] = {pfn_to_page(0), pfn_to_page(1), pfn_to_page(2)};
                        check_move_unevictable_pages(pages, 3);
                    }}),
        {{"t"}});

    EXPECT_EQ(part(did.operations, "spin_lock_irq", "spin_unlock_irq"), R"(
spin_lock_irq node0.lru_lock
test_bit lru P.flags =0
test_bit lru Q.flags =1
test_bit unevictable Q.flags =0
test_bit lru R.flags =1
test_bit unevictable R.flags =1
READ_ONCE R.mapping
test_bit mlocked R.flags =1
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->0
this_cpu_add UNEVICTABLE_PGSCANNED[0] 0->3
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// Ghost: whoever clears AS_UNEVICTABLE owes each page of the mapping a look, and no other page.
TEST(CheckMoveUnevictablePages, PaysWhatShmUnlockOwes) {
    const ScenarioWords words =
        world_of({{.where = "lru_add:1", .mapping = "shm", .cached = true},
                  {.name = "Q", .where = "inactive_file", .mapping = "file", .cached = true}});
    const ModelRun did = run(with_bodies(words, {[] {
                                             const page_slot pages[] = {pfn_to_page(0)};
                                             mapping_clear_unevictable(this_machine().mappings + 1);
                                             BUG_ON(!pages[0]->ghost.scan_owed);
                                             BUG_ON(pfn_to_page(1)->ghost.scan_owed);
                                             check_move_unevictable_pages(pages, 1);
                                             BUG_ON(pages[0]->ghost.scan_owed);
                                         }}),
                             {{"t"}});

    EXPECT_EQ(did.violation, "");
}

// paths: 2.15 step 1: one lru_lock at a time. Called in C++: a step's batch is of one zone.
TEST(CheckMoveUnevictablePages, ChangesTheLockWithTheNode) {
    ScenarioWords words =
        world_of({{.where = "inactive_anon"}, {.name = "Q", .where = "inactive_anon", .zone = 1}});
    words.machine.nodes = 2;
    const ModelRun did =
        run(with_bodies(words, {[] {
                            const page_slot pages[] = {pfn_to_page(0), pfn_to_page(1)};
                            check_move_unevictable_pages(pages, 2);
                        }}),
            {{"t"}});

    EXPECT_EQ(did.operations, R"(
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =0
spin_unlock_irq node0.lru_lock
spin_lock_irq node1.lru_lock
test_bit lru Q.flags =1
test_bit unevictable Q.flags =0
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->0
this_cpu_add UNEVICTABLE_PGSCANNED[0] 0->2
spin_unlock_irq node1.lru_lock
)");
}

}  // namespace
}  // namespace heddle::model_vmscan_test
