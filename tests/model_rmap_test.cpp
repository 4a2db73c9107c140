// SPDX-License-Identifier: Apache-2.0
// model/rmap.cpp: visible operations against "paths" 3.1 to 3.3, 3.5 and 7.5.
#include "model/rmap.h"

#include <gtest/gtest.h>

#include "model/memory.h"
#include "model/mmap.h"
#include "tests/model_operations.h"

namespace heddle::model_rmap_test {
namespace {

// The page is locked from the start, and the task is the one who has the lock.
void walk_with_the_lock(int result) {
    const unsigned long* flags = &pfn_to_page(0)->flags;
    hold({.object = flags, .bits = bit_mask(PG_locked), .waited = false});
    BUG_ON(try_to_munlock(pfn_to_page(0)) != result);
    unhold(flags, bit_mask(PG_locked));
}

ModelRun walk(const char* mapped_by, int result, const char* mapping = "") {
    const ScenarioWords words = world_of({{.where = "isolated:t",
                                           .flags = "locked",
                                           .mapped_by = mapped_by,
                                           .mapping = mapping,
                                           .cached = *mapping != '\0'}});
    return run(with_bodies(words, {[result] { walk_with_the_lock(result); }}), {{"t"}});
}

// paths: 3.3; 3.1 anon; 3.2 step 1: no vma is VM_LOCKED.
TEST(TryToMunlock, AsksEachVmaThatMapsThePage) {
    const ModelRun did = walk("A B", SWAP_AGAIN);

    EXPECT_EQ(did.operations, R"(
test_bit locked P.flags =1
test_bit lru P.flags =0
READ_ONCE P.mapping
READ_ONCE P.mapping
atomic_read P._mapcount =1
down_read_trylock anon_vma.rwsem
atomic_read P._mapcount =1
READ_ONCE A.vm_flags =3
atomic_read P._mapcount =1
READ_ONCE B.vm_flags =3
atomic_read P._mapcount =1
up_read anon_vma.rwsem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.2 steps 1, 3 and 4; 1.3, whose isolation fails; 3.1: the walk ends there.
TEST(TryToMunlock, MlocksAgainAtTheFirstLockedVma) {
    const ModelRun did = walk("A L M", SWAP_MLOCK);

    EXPECT_EQ(part(did.operations, "READ_ONCE A.vm_flags"), R"(
READ_ONCE A.vm_flags =3
atomic_read P._mapcount =2
READ_ONCE L.vm_flags =8195
READ_ONCE L.pte[0] =5
spin_lock L.ptl
READ_ONCE L.vm_flags =8195
test_bit locked P.flags =1
test_and_set_bit mlocked P.flags 0->1
atomic_add zone0.NR_MLOCK 0->1
this_cpu_add UNEVICTABLE_PGMLOCKED[0] 0->1
atomic_read P._refcount =5
test_bit lru P.flags =0
spin_unlock L.ptl
up_read anon_vma.rwsem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.1 file: the page lock is asserted, i_mmap_rwsem held over the walk.
TEST(TryToMunlock, WalksTheMappingOfAFilePage) {
    const ModelRun did = walk("A B", SWAP_AGAIN, "file");

    EXPECT_EQ(did.operations, R"(
test_bit locked P.flags =1
test_bit lru P.flags =0
READ_ONCE P.mapping
test_bit locked P.flags =1
READ_ONCE P.mapping
down_read file.i_mmap_rwsem
READ_ONCE A.vm_flags =3
atomic_read P._mapcount =1
READ_ONCE B.vm_flags =3
atomic_read P._mapcount =1
up_read file.i_mmap_rwsem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.1 anon: the page is no longer mapped, nothing is done.
TEST(TryToMunlock, DoesNothingForAPageThatIsNotMapped) {
    const ModelRun did = walk("", SWAP_AGAIN);

    EXPECT_EQ(did.operations, R"(
test_bit locked P.flags =1
test_bit lru P.flags =0
READ_ONCE P.mapping
READ_ONCE P.mapping
atomic_read P._mapcount =-1
)");
    EXPECT_EQ(did.violation, "");
}

ScenarioWords walk_against_zap() {
    return world_of({{.where = "isolated:t", .flags = "locked", .mapped_by = "L M"}},
                    {{}, {.name = "zap", .cpu = 1}});
}

// Unmaps the page from the vma.
void zap(unsigned vma) {
    struct mmu_gather tlb = {};
    unmap_page_range(tlb, this_machine().vmas + vma, 0, PAGE_SIZE, nullptr);
    tlb_finish_mmu(tlb);
}

// paths: 3.2 step 3: the vma is in the tree, but its entry has gone.
TEST(TryToMunlock, ChecksTheEntryUnderThePtl) {
    const ModelRun did = run(
        with_bodies(walk_against_zap(), {[] { walk_with_the_lock(SWAP_MLOCK); }, [] { zap(2); }}),
        {{"t", "READ_ONCE L.pte"}, {"zap"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"t: spin_", "vm_flags", "mlocked P"}), R"(
t: READ_ONCE L.vm_flags =8195
t: spin_lock L.ptl
t: spin_unlock L.ptl
t: READ_ONCE M.vm_flags =8195
t: spin_lock M.ptl
t: READ_ONCE M.vm_flags =8195
t: test_and_set_bit mlocked P.flags 0->1
t: spin_unlock M.ptl
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.2 step 3: the look without the ptl.
TEST(TryToMunlock, TakesNoPtlForAnEntryThatHasGone) {
    const ModelRun did = run(
        with_bodies(walk_against_zap(), {[] { walk_with_the_lock(SWAP_MLOCK); }, [] { zap(2); }}),
        {{"t", "READ_ONCE L.vm_flags"}, {"zap"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"t: spin_lock", "t: READ_ONCE"}), R"(
t: READ_ONCE P.mapping
t: READ_ONCE P.mapping
t: READ_ONCE L.vm_flags =8195
t: READ_ONCE L.pte[0] =0
t: READ_ONCE M.vm_flags =8195
t: READ_ONCE M.pte[0] =5
t: spin_lock M.ptl
t: READ_ONCE M.vm_flags =8195
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.1, done: the last mapping goes while the walk is under way.
TEST(TryToMunlock, EndsTheWalkWhenThePageIsNoLongerMapped) {
    const ModelRun did =
        run(with_bodies(walk_against_zap(), {[] { walk_with_the_lock(SWAP_AGAIN); },
                                             [] {
                                                 zap(2);
                                                 zap(3);
                                             }}),
            {{"t", "READ_ONCE L.pte"}, {"zap"}, {"t"}});

    EXPECT_EQ(part(did.operations, "t: spin_lock L.ptl"), R"(
t: spin_lock L.ptl
t: spin_unlock L.ptl
t: atomic_read P._mapcount =-1
t: up_read anon_vma.rwsem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.1 anon: the trylock fails, so the walker sleeps until the writer has gone.
TEST(TryToMunlock, SleepsForAnAnonVmaThatIsWritten) {
    const ScenarioWords words =
        world_of({{.where = "isolated:t", .flags = "locked", .mapped_by = "A B"}},
                 {{}, {.name = "writer", .cpu = 1}});
    const ModelRun did = run(with_bodies(words, {[] { walk_with_the_lock(SWAP_AGAIN); },
                                                 [] {
                                                     down_write(&this_machine().anon_vmas[0].rwsem);
                                                     up_write(&this_machine().anon_vmas[0].rwsem);
                                                 }}),
                             {{"writer", "down_write"}, {"t"}, {"writer"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"rwsem"}), R"(
writer: down_write anon_vma.rwsem
t: down_read_trylock anon_vma.rwsem
writer: up_write anon_vma.rwsem
t: down_read anon_vma.rwsem
t: up_read anon_vma.rwsem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 7.5, 3.5: somebody else maps the page still.
TEST(ZapPteRange, LeavesAPageThatIsStillMapped) {
    const ModelRun did =
        run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "A L", .pinned_by = ""}},
            "zap_pte_range A P");

    EXPECT_EQ(did.operations, R"(
spin_lock A.ptl
WRITE_ONCE A.pte[0] 5->0
atomic_add_negative P._mapcount 1->0
spin_unlock A.ptl
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
zone0.NR_MLOCK 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 7.5, 3.5, 1.2: the last mapping takes PG_mlocked along, under the ptl.
TEST(ZapPteRange, ClearsMlockedWithTheLastMapping) {
    const ModelRun did = run({{.where = "unevictable", .flags = "mlocked", .mapped_by = "L"}},
                             "zap_pte_range L P; put_page P");

    EXPECT_EQ(only(did.operations, {"spin_", "_mapcount", "mlocked P", "_refcount"}), R"(
spin_lock L.ptl
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
atomic_read P._refcount =2
spin_lock_irq node0.lru_lock
atomic_inc P._refcount 2->3
spin_unlock_irq node0.lru_lock
test_bit mlocked P.flags =0
atomic_inc P._refcount 3->4
atomic_dec_and_test P._refcount 4->3
spin_unlock L.ptl
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
atomic_dec_and_test P._refcount 3->2
atomic_dec_and_test P._refcount 2->1
atomic_dec_and_test P._refcount 1->0
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGCLEARED 1
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.5: [R] PG_mlocked clear.
TEST(ZapPteRange, OnlyLooksAtTheFlagOfAPageThatIsNotMlocked) {
    const ModelRun did =
        run({{.where = "inactive_anon", .mapped_by = "A"}}, "zap_pte_range A P; put_page P");

    EXPECT_EQ(did.operations, R"(
spin_lock A.ptl
WRITE_ONCE A.pte[0] 15->0
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =0
spin_unlock A.ptl
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
atomic_dec_and_test P._refcount 2->1
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
    EXPECT_EQ(did.violation, "");
}

TEST(ZapPteRange, DoesNothingWithoutAnEntry) {
    const ModelRun did =
        run({{.where = "inactive_anon", .mapped_by = "A"}}, "zap_pte_range B P; put_page P");

    EXPECT_EQ(did.operations, R"(
spin_lock B.ptl
spin_unlock B.ptl
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_rmap_test
