// SPDX-License-Identifier: Apache-2.0
// model/mlock_vma.cpp and model/gup.cpp: visible operations against "paths" 1.12 to 1.17 and 8.
#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_range_test {
namespace {

// Process A with a VM_LOCKED vma `a` of eight pages that begins at page 0 (or at 7, across two page
// tables), and its first pages P and Q, mlocked.
ScenarioWords locked_range(const char* step, unsigned start = 0) {
    ScenarioWords words = world_of(
        {{.where = "unevictable", .flags = "mlocked uptodate", .mapped_by = "a", .pinned_by = ""},
         {.name = "Q",
          .where = "unevictable",
          .flags = "mlocked uptodate",
          .mapped_by = "a",
          .pinned_by = ""}},
        {{.steps = step}});
    words.machine.user_pages = 16;
    words.machine.pagevec_size = 3;
    words.processes.emplace_back().name.text = "A";
    VmaWords& vma = words.vmas.emplace_back();
    vma.name.text = "a";
    vma.process.text = "A";
    vma.start = start;
    vma.pages = 8;
    vma.locked = true;
    words.pages[1].mapped_by[0].at = 1;
    words.tasks[0].process.text = "A";
    return words;
}

const std::vector<std::string> of_the_walk = {"mmap_sem",  "locked_vm",     "vm_flags", "A.ptl",
                                              "_refcount", "and_clear_bit", "lru_lock"};

// paths: 1.17 munlock, 1.14 steps 5 and 6, 1.13 steps 1, 2a, 2b and 2e, 1.12, 1.11: the flag of the
// vma goes first, then each entry is looked at under the ptl, and both pages are one batch. Pages
// that are not there are looked up one by one.
TEST(Munlock, ClearsTheFlagOfTheVmaBeforeItLooksAtAnEntry) {
    const ModelRun did = run(locked_range("munlock 0 4"));

    EXPECT_EQ(part(only(did.operations, of_the_walk), "WRITE_ONCE A.locked_vm"), R"(
WRITE_ONCE A.locked_vm 8->4
WRITE_ONCE a.vm_flags 8195->3
spin_lock A.ptl0
atomic_inc P._refcount 1->2
spin_unlock A.ptl0
spin_lock A.ptl0
atomic_inc Q._refcount 1->2
spin_unlock A.ptl0
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
test_and_clear_bit mlocked Q.flags 1->0
spin_unlock_irq node0.lru_lock
test_and_clear_bit unevictable P.flags 1->0
test_and_clear_bit unevictable Q.flags 1->0
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test P._refcount 2->1
atomic_dec_and_test Q._refcount 2->1
spin_lock A.ptl0
spin_unlock A.ptl0
spin_lock A.ptl0
spin_unlock A.ptl0
up_write A.mmap_sem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.12 step 2: a batch ends with the page table, whose ptl is the one that is held.
TEST(Munlock, DoesNotBatchAcrossPageTables) {
    const ModelRun did = run(locked_range("munlock 7 2", 7));

    EXPECT_EQ(only(did.operations, {"A.ptl", "mlocked"}), R"(
spin_lock A.ptl0
spin_unlock A.ptl0
spin_lock A.ptl0
spin_unlock A.ptl0
test_and_clear_bit mlocked P.flags 1->0
test_bit mlocked P.flags =0
spin_lock A.ptl1
spin_unlock A.ptl1
spin_lock A.ptl1
spin_unlock A.ptl1
test_and_clear_bit mlocked Q.flags 1->0
test_bit mlocked Q.flags =0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.12 step 3: all pages of a batch are of one zone, whose NR_MLOCK is changed.
TEST(Munlock, DoesNotBatchAcrossZones) {
    ScenarioWords words = locked_range("munlock 0 2");
    words.machine.zones = 2;
    words.pages[1].zone = 1;

    EXPECT_EQ(only(run(words).operations, {"NR_MLOCK"}), R"(
atomic_add zone0.NR_MLOCK 1->0
atomic_add zone1.NR_MLOCK 1->0
)");
}

// paths: 1.12 step 3: an entry that is not present ends the batch.
TEST(Munlock, DoesNotBatchAcrossAHole) {
    ScenarioWords words = locked_range("munlock 0 3");
    words.pages[1].mapped_by[0].at = 2;

    EXPECT_EQ(only(run(words).operations, {"lru_lock", "mlocked"}), R"(
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked P.flags 1->0
spin_unlock_irq node0.lru_lock
test_bit mlocked P.flags =0
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
spin_lock_irq node0.lru_lock
test_and_clear_bit mlocked Q.flags 1->0
spin_unlock_irq node0.lru_lock
test_bit mlocked Q.flags =0
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
)");
}

// paths: 1.14 steps 3 and 4, 12.9: walks of mappings read the borders, so both splits are made
// under the lock of their tree (and the copy is put into it before).
TEST(Munlock, SplitsUnderTheLockOfTheTree) {
    const ModelRun did = run(locked_range("munlock 1 1"));

    EXPECT_EQ(only(did.operations, {"rwsem", "vm_flags", "mlocked", "locked_vm"}), R"(
down_write anon_vma4.rwsem
up_write anon_vma4.rwsem
down_write anon_vma4.rwsem
up_write anon_vma4.rwsem
down_write anon_vma4.rwsem
up_write anon_vma4.rwsem
down_write anon_vma4.rwsem
up_write anon_vma4.rwsem
READ_ONCE A.locked_vm =8
WRITE_ONCE A.locked_vm 8->7
WRITE_ONCE a.vm_flags 8195->3
test_and_clear_bit mlocked Q.flags 1->0
test_bit mlocked Q.flags =0
)");
    EXPECT_EQ(part(did.state, "P ", "Q "), R"(
P uptodate|lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
Q uptodate|lru|swapbacked on inactive_anon, 1 reference, 1 mapping
)");
}

// paths: 1.16: pagevecs are drained with no lock held; the limit is looked at under mmap_sem; then
// 1.14, and populate (8.5, 8.4, 8.1) with mmap_sem for reading.
TEST(Mlock, DrainsThenMarksThenPopulates) {
    ScenarioWords words = locked_range("mlock 0 1");
    words.vmas.back().locked = false;
    words.pages.pop_back();
    words.pages[0].flags.clear();
    words.pages[0].where.text = "inactive_anon";
    words.vmas.back().pages = 1;

    EXPECT_EQ(only(run(words).operations, {"drain_all", "sem", "locked_vm", "vm_flags", "ptl",
                                           "referenced", "locked P", "lru P"}),
              R"(
mutex_lock lru_add_drain_all.lock
mutex_unlock lru_add_drain_all.lock
down_write A.mmap_sem
READ_ONCE A.locked_vm =0
READ_ONCE A.locked_vm =0
WRITE_ONCE A.locked_vm 0->1
WRITE_ONCE a.vm_flags 3->8195
up_write A.mmap_sem
down_read A.mmap_sem
spin_lock A.ptl0
test_bit referenced P.flags =0
test_bit referenced P.flags =0
set_bit referenced P.flags 0->1
READ_ONCE a.vm_flags =8195
test_and_set_bit_lock locked P.flags 0->1
test_bit locked P.flags =1
test_and_set_bit mlocked P.flags 0->1
test_bit lru P.flags =1
test_bit lru P.flags =1
clear_bit lru P.flags 1->0
test_bit lru P.flags =0
test_bit mlocked P.flags =1
set_bit lru P.flags 0->1
test_bit mlocked P.flags =1
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
spin_unlock A.ptl0
up_read A.mmap_sem
)");
}

// paths: 8.3: with VM_LOCKONFAULT what is not there is not faulted in.
TEST(Mlock, OnFaultFaultsNothingIn) {
    ScenarioWords words = locked_range("mlock2 0 1 onfault");
    words.vmas.back().locked = false;
    words.machine.free_pages = 1;
    words.pages.clear();

    const ModelRun did = run(words);
    EXPECT_EQ(part(did.operations, "down_read A.mmap_sem"), R"(
down_read A.mmap_sem
spin_lock A.ptl0
spin_unlock A.ptl0
up_read A.mmap_sem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 7.1, 2.12: the page is mlocked and on its list before the entry is there.
TEST(Mlock, PutsANewPageOnItsListBeforeItIsMapped) {
    ScenarioWords words = locked_range("mlock 2 1");
    words.machine.free_pages = 1;

    EXPECT_EQ(part(only(run(words).operations, {"new0", "A.pte", "buddy"}), "READ_ONCE A.pte",
                   "WRITE_ONCE A.pte"),
              R"(
READ_ONCE A.pte[2] =0
READ_ONCE buddy
test_and_clear_bit buddy 1->0
atomic_set new0._refcount 0->1
set_bit uptodate new0.flags 0->1
__set_bit load new0.flags
__set_bit store new0.flags
atomic_set new0._mapcount -1->0
WRITE_ONCE new0.mapping
test_bit lru new0.flags =0
test_and_set_bit mlocked new0.flags 0->1
clear_bit active new0.flags 0->0
set_bit unevictable new0.flags 0->1
set_bit lru new0.flags 0->1
WRITE_ONCE A.pte[2] 0->527
)");
}

}  // namespace
}  // namespace heddle::model_range_test
