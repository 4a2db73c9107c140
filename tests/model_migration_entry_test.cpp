// SPDX-License-Identifier: Apache-2.0
// Migration entries where they are met: visible operations against "paths" 4.3, 7, 8 and 12.
#include <gtest/gtest.h>

#include "model/gup.h"
#include "model/memory.h"
#include "model/migrate.h"
#include "model/pgtable.h"
#include "model/vmscan.h"
#include "tests/model_operations.h"

namespace heddle::model_migration_entry_test {
namespace {

void migrate() {
    page_set pages = {};
    pages.add(0);
    isolate_lru_page(pfn_to_page(0));
    put_page(pfn_to_page(0), Holder::pin);
    migrate_pages(pages, MIGRATE_SYNC);
    putback_movable_pages(pages);
}

// Task t migrates page P, up to `until`; then u runs, then t to its end.
ModelRun run_amid_migration(const PageSetting& page, const char* until,
                            const std::function<void()>& u) {
    ScenarioWords words = world_of({page}, {{}, {.name = "u", .cpu = 1}});
    words.machine.free_pages = 1;
    return run(with_bodies(words, {migrate, u}), {{"t", until}, {"u"}, {"t"}, {"u"}});
}

constexpr const char* unmapped = "up_read anon_vma";
constexpr PageSetting anon = {.where = "inactive_anon", .mapped_by = "A"};
constexpr PageSetting mlocked = {.where = "unevictable", .flags = "mlocked", .mapped_by = "L"};

// paths: 4.3 step 5: a reference of its own, the page lock, and the entry again.
TEST(MigrationEntry, IsWaitedForByAFault) {
    const ModelRun did = run_amid_migration(
        anon, unmapped, [] { handle_mm_fault(this_machine().vmas, 0, FAULT_FLAG_WRITE); });

    EXPECT_EQ(only(did.operations, {"u: "}), R"(
u: READ_ONCE A.pte[0] =34
u: spin_lock A.ptl
u: atomic_add_unless P._refcount 1->2
u: spin_unlock A.ptl
u: wait_on_bit locked P.flags 0->0
u: atomic_dec_and_test P._refcount 3->2
)");
    EXPECT_EQ(
        only(did.operations, {"t: atomic_read P._refcount", "u: wait", "t: clear_bit_unlock"}),
        R"(
t: atomic_read P._refcount =2
t: atomic_read P._refcount =2
t: atomic_read P._refcount =2
t: clear_bit_unlock locked new0.flags 1->0
t: clear_bit_unlock locked P.flags 1->0
t: atomic_read P._refcount =3
t: atomic_read P._refcount =2
t: clear_bit_unlock locked new0.flags 1->0
t: clear_bit_unlock locked P.flags 1->0
u: wait_on_bit locked P.flags 0->0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 4.5: no reference to a frozen page. The kernel's fault comes again at once; the model's
// when that can be of use.
TEST(MigrationEntry, IsWaitedForWhileThePageIsFrozen) {
    const ModelRun did = run_amid_migration(
        {.where = "inactive_file", .mapped_by = "A", .mapping = "file", .cached = true},
        "atomic_cmpxchg", [] { handle_mm_fault(this_machine().vmas, 0, 0); });

    EXPECT_EQ(only(did.operations, {"u: ", "tree_lock"}), R"(
t: spin_lock_irq file.tree_lock
u: READ_ONCE A.pte[0] =32
u: spin_lock A.ptl
u: atomic_add_unless P._refcount 0->0
u: spin_unlock A.ptl
u: READ_ONCE P.mapping
t: spin_unlock_irq file.tree_lock
u: spin_unlock_wait file.tree_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 7.5: dropped; the page is not touched. Then nothing is left to map (4.4).
TEST(MigrationEntry, IsDroppedByZap) {
    const ModelRun did = run_amid_migration(mlocked, unmapped, [] {
        struct mmu_gather tlb = {};
        unmap_page_range(tlb, this_machine().vmas + 2, 0, PAGE_SIZE, nullptr);
        tlb_finish_mmu(tlb);
    });

    EXPECT_EQ(only(did.operations, {"u: "}), R"(
u: spin_lock L.ptl
u: WRITE_ONCE L.pte[0] 34->0
u: spin_unlock L.ptl
)");
    EXPECT_EQ(did.state, R"(
P free
new0 dirty|swapbacked, 1 reference, 0 mappings
lru_add_pvec[0]: new0
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGCLEARED 1
UNEVICTABLE_PGSTRANDED 1
PGFREE 1
PGMIGRATE_SUCCESS 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 4.3 step 5, 12.7: copied, and read-only in both.
TEST(MigrationEntry, IsCopiedByForkAndNotWritable) {
    const ModelRun did = run_amid_migration(
        anon, unmapped, [] { copy_page_range(this_machine().vmas + 1, this_machine().vmas); });

    EXPECT_EQ(only(did.operations, {"u: "}), R"(
u: spin_lock B.ptl
u: spin_lock_nested A.ptl
u: WRITE_ONCE A.pte[0] 34->32
u: WRITE_ONCE B.pte[0] 0->32
u: spin_unlock A.ptl
u: spin_unlock B.ptl
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 8.1, 1.13 step 2b: munlock's lookup finds no page.
TEST(MigrationEntry, IsNoPageForMunlock) {
    const ModelRun did = run_amid_migration(mlocked, unmapped, [] {
        const followed_page found =
            follow_page_pte(this_machine().vmas + 2, 0, FOLL_GET | FOLL_DUMP);
        BUG_ON(found.page != nullptr || found.error != 0);
    });

    EXPECT_EQ(only(did.operations, {"u: "}), R"(
u: spin_lock L.ptl
u: spin_unlock L.ptl
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 4.4: an entry that is another's, or of another page, is left alone.
TEST(MigrationEntry, IsRemovedFromThoseItWasLeftInOnly) {
    const ModelRun did = run_amid_migration(anon, unmapped, [] {
        struct mm_struct* mm = this_machine().vmas[0].vm_mm;
        spin_lock(pte_lockptr(mm, 0));
        set_pte_at(mm, 0, make_migration_entry(pfn_to_page(1), false));
        spin_unlock(pte_lockptr(mm, 0));
    });

    EXPECT_EQ(part(did.operations, "t: down_read anon_vma", "t: up_read"), R"(
t: down_read anon_vma.rwsem
t: spin_lock A.ptl
t: spin_unlock A.ptl
t: up_read anon_vma.rwsem
)");
}

}  // namespace
}  // namespace heddle::model_migration_entry_test
