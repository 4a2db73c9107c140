// SPDX-License-Identifier: Apache-2.0
// model/compaction.cpp: visible operations against "paths" 11.
#include "model/compaction.h"

#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_compaction_test {
namespace {

ScenarioWords zone_of(const std::vector<PageSetting>& pages, const char* steps) {
    ScenarioWords words = world_of(pages, {{.steps = steps}});
    words.machine.free_pages = 1;
    return words;
}

// paths: 11 steps 2 to 7: an mlocked page is taken, and counted once lru_lock is free.
TEST(Compaction, IsolatesAnMlockedPageWithoutAReference) {
    const ModelRun did = run(
        zone_of({{.where = "unevictable", .flags = "mlocked", .mapped_by = "L", .pinned_by = ""}},
                "compact 0"));

    EXPECT_EQ(part(did.operations, "test_bit", "NR_ISOLATED"), R"(
test_bit buddy =0
test_bit lru P.flags =1
READ_ONCE P.mapping
atomic_read P._refcount =1
atomic_read P._mapcount =0
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
test_bit lru P.flags =1
test_bit unevictable P.flags =1
atomic_add_unless P._refcount 1->2
clear_bit lru P.flags 1->0
test_bit unevictable P.flags =1
test_bit buddy =1
spin_unlock_irqrestore node0.lru_lock
test_bit swapbacked P.flags =1
atomic_add zone0.NR_ISOLATED_ANON
)");
    EXPECT_EQ(did.state, R"(
P free
new0 dirty|lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
zone0.NR_MLOCK 1
UNEVICTABLE_PGMLOCKED 1
UNEVICTABLE_PGCLEARED 1
UNEVICTABLE_PGSTRANDED 1
PGFREE 1
PGMIGRATE_SUCCESS 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 11 steps 2 and 3: a page off the lists, a pinned one, a free one.
TEST(Compaction, LooksBeforeItTakesTheLock) {
    const ModelRun did = run(zone_of({{.where = "lru_add:1", .mapped_by = "A"},
                                      {.name = "Q", .where = "inactive_anon", .mapped_by = "A"}},
                                     "compact 0; put_page P; put_page Q"));

    EXPECT_EQ(part(did.operations, "test_bit", "test_bit buddy =1"), R"(
test_bit buddy =0
test_bit lru P.flags =0
test_bit buddy =0
test_bit lru Q.flags =1
READ_ONCE Q.mapping
atomic_read Q._refcount =2
atomic_read Q._mapcount =0
test_bit buddy =1
)");
    EXPECT_EQ(count(did.operations, "lru_lock"), 0U);
    EXPECT_EQ(did.violation, "");
}

// paths: 11 step 4: in the mode that waits for nothing.
TEST(Compaction, GivesUpWhenTheLockIsTaken) {
    ScenarioWords words = world_of(
        {{.where = "inactive_anon", .mapped_by = "A", .pinned_by = ""},
         {.name = "Q", .where = "inactive_anon", .pinned_by = "u"}},
        {{.steps = "compact 0 async"},
         {.name = "u", .steps = "isolate_lru_page Q; putback_lru_page; put_page Q", .cpu = 1}});
    words.machine.free_pages = 1;
    const ModelRun did = run(words, {{"u", "spin_lock_irq"}, {"t"}, {"u"}});

    EXPECT_EQ(only(did.operations, {"t: "}), R"(
t: this_cpu_read lru_add_pvec[0].nr =0
t: this_cpu_read lru_rotate_pvecs[0].nr =0
t: this_cpu_read lru_deactivate_file_pvecs[0].nr =0
t: this_cpu_read lru_deactivate_pvecs[0].nr =0
t: this_cpu_read activate_page_pvecs[0].nr =0
t: test_bit buddy =0
t: test_bit lru P.flags =1
t: READ_ONCE P.mapping
t: atomic_read P._refcount =1
t: atomic_read P._mapcount =0
t: spin_trylock node0.lru_lock 2->2
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 11 step 4: the page left its list while compaction waited.
TEST(Compaction, LooksAgainUnderTheLock) {
    ScenarioWords words = world_of(
        {{.where = "inactive_file", .pinned_by = "u", .mapping = "file", .cached = true}},
        {{.steps = "compact 0"},
         {.name = "u", .steps = "isolate_lru_page P; putback_lru_page; put_page P", .cpu = 1}});
    const ModelRun did =
        run(words, {{"t", "READ_ONCE P.mapping"}, {"u", "spin_unlock_irq"}, {"t"}, {"u"}});

    EXPECT_EQ(only(did.operations, {"t: "}), R"(
t: this_cpu_read lru_add_pvec[0].nr =0
t: this_cpu_read lru_rotate_pvecs[0].nr =0
t: this_cpu_read lru_deactivate_file_pvecs[0].nr =0
t: this_cpu_read lru_deactivate_pvecs[0].nr =0
t: this_cpu_read activate_page_pvecs[0].nr =0
t: test_bit buddy =0
t: test_bit lru P.flags =1
t: READ_ONCE P.mapping
t: spin_lock_irqsave node0.lru_lock
t: test_bit lru P.flags =0
t: spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 11 step 1: interrupts are not kept off for ever; here for two pages.
TEST(Compaction, LetsGoOfTheLockNowAndThen) {
    const ModelRun did = run(zone_of(
        {{.where = "inactive_anon", .flags = "writeback", .mapped_by = "A", .pinned_by = ""},
         {.name = "Q",
          .where = "inactive_anon",
          .flags = "writeback",
          .mapped_by = "A",
          .pinned_by = ""},
         {.name = "R", .where = "inactive_anon", .mapped_by = "A", .pinned_by = ""}},
        "compact 0 async"));

    EXPECT_EQ(part(only(did.operations, {"lru_lock", "add_unless", "test_bit lru"}), "test_bit",
                   "add_unless R"),
              R"(
test_bit lru P.flags =1
spin_trylock node0.lru_lock 0->1
test_bit lru P.flags =1
test_bit lru P.flags =1
test_bit lru Q.flags =1
test_bit lru Q.flags =1
spin_unlock_irqrestore node0.lru_lock
test_bit lru R.flags =1
spin_trylock node0.lru_lock 0->1
test_bit lru R.flags =1
test_bit lru R.flags =1
atomic_add_unless R._refcount 1->2
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_compaction_test
