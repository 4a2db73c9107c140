// SPDX-License-Identifier: Apache-2.0
// model/migrate.cpp: visible operations against "paths" 4, with 3.2, 3.5 and 1.2 where they show.
#include "model/migrate.h"

#include <gtest/gtest.h>

#include "model/rmap.h"
#include "tests/migration_world.h"

namespace heddle::model_migrate_test {
namespace {

// paths: 4.1, 4.2 steps 1, 2, 4 to 6; 4.3 steps 1 to 9; 4.4; 4.5 without a mapping. The new page
// takes PG_active with it.
TEST(MigratePages, MovesAnAnonymousPage) {
    const ModelRun did = run(migration_of({{.where = "active_anon", .mapped_by = "A"}}));

    EXPECT_EQ(did.operations, R"(
atomic_read P._refcount =2
test_bit lru P.flags =1
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =1
atomic_inc P._refcount 2->3
clear_bit lru P.flags 1->0
spin_unlock_irq node0.lru_lock
test_bit swapbacked P.flags =1
atomic_add zone0.NR_ISOLATED_ANON
atomic_dec_and_test P._refcount 3->2
READ_ONCE buddy
test_and_clear_bit buddy 1->0
atomic_set new0._refcount 0->1
atomic_read P._refcount =2
test_and_set_bit_lock locked P.flags 0->1
test_bit writeback P.flags =0
READ_ONCE P.mapping
atomic_read P._mapcount =0
atomic_add_unless anon_vma.refcount 1->2
atomic_read P._mapcount =0
test_and_set_bit_lock locked new0.flags 0->1
READ_ONCE P.mapping
atomic_read P._mapcount =0
test_bit locked P.flags =1
READ_ONCE P.mapping
READ_ONCE P.mapping
atomic_read P._mapcount =0
down_read_trylock anon_vma.rwsem
atomic_read P._mapcount =0
READ_ONCE A.pte[0] =15
spin_lock A.ptl
WRITE_ONCE A.pte[0] 15->0
set_bit dirty P.flags 0->1
WRITE_ONCE A.pte[0] 0->34
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =0
atomic_dec_and_test P._refcount 2->1
spin_unlock A.ptl
atomic_read P._mapcount =-1
up_read anon_vma.rwsem
atomic_read P._mapcount =-1
atomic_read P._mapcount =-1
test_bit locked P.flags =1
test_bit locked new0.flags =1
READ_ONCE P.mapping
atomic_read P._refcount =1
READ_ONCE P.mapping
WRITE_ONCE new0.mapping
test_bit swapbacked P.flags =1
__set_bit load new0.flags
__set_bit store new0.flags
test_bit referenced P.flags =0
test_bit uptodate P.flags =0
test_and_clear_bit active P.flags 1->0
test_bit unevictable P.flags =0
set_bit active new0.flags 0->1
test_bit dirty P.flags =1
set_bit dirty new0.flags 0->1
READ_ONCE P.mapping
READ_ONCE new0.mapping
down_read anon_vma.rwsem
spin_lock A.ptl
atomic_inc new0._refcount 1->2
READ_ONCE A.vm_flags =3
WRITE_ONCE A.pte[0] 34->259
READ_ONCE new0.mapping
atomic_inc_and_test new0._mapcount -1->0
test_bit locked new0.flags =1
READ_ONCE new0.mapping
READ_ONCE A.vm_flags =3
spin_unlock A.ptl
up_read anon_vma.rwsem
test_bit locked new0.flags =1
clear_bit_unlock locked new0.flags 1->0
smp_mb__after_atomic
atomic_dec_and_test anon_vma.refcount 2->1
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
smp_mb__after_atomic
test_bit unevictable new0.flags =0
test_bit lru new0.flags =0
clear_bit unevictable new0.flags 0->0
READ_ONCE new0.mapping
test_bit mlocked new0.flags =0
test_bit active new0.flags =1
test_bit unevictable new0.flags =0
test_bit lru new0.flags =0
atomic_inc new0._refcount 2->3
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_write lru_add_pvec[0].nr 0->1
atomic_dec_and_test new0._refcount 3->2
test_bit swapbacked P.flags =1
atomic_add zone0.NR_ISOLATED_ANON
atomic_dec_and_test P._refcount 1->0
test_bit lru P.flags =0
this_cpu_add PGFREE[0] 0->1
set_bit buddy 0->1
this_cpu_add PGMIGRATE_SUCCESS[0] 0->1
)");
    EXPECT_EQ(did.state, R"(
P free
new0 dirty|active|swapbacked, 2 references, 1 mapping
lru_add_pvec[0]: new0
zone0.NR_MLOCK 0
PGFREE 1
PGMIGRATE_SUCCESS 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 4.5 with a mapping: everything under tree_lock, with the counter frozen; the page's
// mapping goes last.
TEST(MigratePages, MovesAFilePage) {
    const ModelRun did = run(migration_of({{.where = "inactive_file",
                                            .flags = "dirty referenced uptodate",
                                            .mapped_by = "A",
                                            .mapping = "file",
                                            .cached = true}}));

    EXPECT_EQ(part(did.operations, "spin_lock_irq file.tree_lock", "WRITE_ONCE P.mapping"), R"(
spin_lock_irq file.tree_lock
atomic_read P._refcount =2
atomic_cmpxchg P._refcount 2->0
READ_ONCE P.mapping
WRITE_ONCE new0.mapping
test_bit swapbacked P.flags =0
atomic_inc new0._refcount 1->2
test_bit dirty P.flags =1
clear_bit dirty P.flags 1->0
set_bit dirty new0.flags 0->1
WRITE_ONCE file.page_tree[0] 1->2
atomic_read P._refcount =0
atomic_set P._refcount 0->1
spin_unlock_irq file.tree_lock
test_bit referenced P.flags =1
set_bit referenced new0.flags 0->1
test_bit uptodate P.flags =1
smp_wmb
set_bit uptodate new0.flags 0->1
test_and_clear_bit active P.flags 0->0
test_and_clear_bit unevictable P.flags 0->0
test_bit dirty P.flags =0
READ_ONCE P.mapping
WRITE_ONCE P.mapping
)");
    EXPECT_EQ(did.state, R"(
P free
new0 referenced|uptodate|dirty, 3 references, 1 mapping
lru_add_pvec[0]: new0
zone0.NR_MLOCK 0
PGFREE 1
PGMIGRATE_SUCCESS 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 4.3 step 5 with 3.2 steps 6 to 9 and 1.2: PG_mlocked of the old page goes with its last
// mapping; 4.4 steps 1 to 5 with 1.3: that of the new page comes with the first, by a walk that
// looks at no entry without the ptl; 4.3 step 9: the putback goes by it.
TEST(MigratePages, MlocksTheNewPageAnew) {
    const ModelRun did =
        run(migration_of({{.where = "unevictable", .flags = "mlocked", .mapped_by = "L"}}));

    EXPECT_EQ(part(did.operations, "spin_lock L.ptl", "spin_unlock L.ptl"), R"(
spin_lock L.ptl
WRITE_ONCE L.pte[0] 15->0
set_bit dirty P.flags 0->1
WRITE_ONCE L.pte[0] 0->34
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
atomic_add zone0.NR_MLOCK 1->0
this_cpu_add UNEVICTABLE_PGCLEARED[0] 0->1
atomic_read P._refcount =2
test_bit lru P.flags =0
test_bit unevictable P.flags =1
this_cpu_add UNEVICTABLE_PGSTRANDED[0] 0->1
atomic_dec_and_test P._refcount 2->1
spin_unlock L.ptl
)");
    EXPECT_EQ(part(did.operations, "down_read anon_vma", "up_read"), R"(
down_read anon_vma.rwsem
spin_lock L.ptl
atomic_inc new0._refcount 1->2
READ_ONCE L.vm_flags =8195
WRITE_ONCE L.pte[0] 34->259
READ_ONCE new0.mapping
atomic_inc_and_test new0._mapcount -1->0
test_bit locked new0.flags =1
READ_ONCE new0.mapping
READ_ONCE L.vm_flags =8195
test_bit locked new0.flags =1
test_and_set_bit mlocked new0.flags 0->1
atomic_add zone0.NR_MLOCK 0->1
this_cpu_add UNEVICTABLE_PGMLOCKED[0] 0->1
atomic_read new0._refcount =2
test_bit lru new0.flags =0
spin_unlock L.ptl
up_read anon_vma.rwsem
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

// paths: 4.3 step 3: the pin is looked for without a lock, so the page is looked at before and
// after.
TEST(PageGetAnonVma, PinsOnlyWhatIsMapped) {
    const ScenarioWords words = migration_of(
        {{.where = "inactive_anon", .mapped_by = "A"}, {.name = "Q", .where = "inactive_anon"}},
        {{}, {.name = "u", .steps = "zap_pte_range A P", .cpu = 1}});
    const auto body = [] {
        BUG_ON(page_get_anon_vma(pfn_to_page(1)) != nullptr);
        struct anon_vma* anon_vma = page_get_anon_vma(pfn_to_page(0));
        BUG_ON(anon_vma == nullptr);
        put_anon_vma(anon_vma);
    };
    const ModelRun did = run(with_bodies(words, {body}), {{"t"}});

    EXPECT_EQ(did.operations, R"(
READ_ONCE Q.mapping
atomic_read Q._mapcount =-1
READ_ONCE P.mapping
atomic_read P._mapcount =0
atomic_add_unless anon_vma.refcount 1->2
atomic_read P._mapcount =0
atomic_dec_and_test anon_vma.refcount 2->1
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_migrate_test
