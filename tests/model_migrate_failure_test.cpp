// SPDX-License-Identifier: Apache-2.0
// model/migrate.cpp: pages that are not moved, and what must never be; against "paths" 4 and
// "invariants" I.
#include <gtest/gtest.h>

#include <cerrno>

#include "model/migrate.h"
#include "model/rmap.h"
#include "model/vmscan.h"
#include "tests/migration_world.h"

namespace heddle::model_migrate_failure_test {
namespace {

// paths: 4.3 step 6 with 4.5: one reference too many: -EAGAIN; step 7: the old page is mapped and
// mlocked again; 4.6: two passes, then what is left is put back, without PGCULLED.
TEST(MigratePages, PutsAPinnedPageBack) {
    const ModelRun did = run(
        migration_of(
            {{.where = "unevictable", .flags = "mlocked", .mapped_by = "L", .pinned_by = "t u"}},
            {{.steps = "migrate_pages P"}, {.name = "u", .steps = "put_page P", .cpu = 1}}),
        {{"t"}});

    EXPECT_EQ(only(did.operations, {"test_and_set_bit_lock", "P._refcount", "mlocked", "new0._ref",
                                    "NR_ISOLATED", "buddy"}),
              R"(
atomic_read P._refcount =3
atomic_inc P._refcount 3->4
atomic_add zone0.NR_ISOLATED_ANON
atomic_dec_and_test P._refcount 4->3
READ_ONCE buddy
test_and_clear_bit buddy 1->0
atomic_set new0._refcount 0->1
atomic_read P._refcount =3
test_and_set_bit_lock locked P.flags 0->1
test_and_set_bit_lock locked new0.flags 0->1
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
atomic_read P._refcount =3
atomic_dec_and_test P._refcount 3->2
atomic_read P._refcount =2
atomic_inc P._refcount 2->3
test_and_set_bit mlocked P.flags 0->1
atomic_read P._refcount =3
atomic_dec_and_test new0._refcount 1->0
set_bit buddy 0->1
READ_ONCE buddy
test_and_clear_bit buddy 1->0
atomic_set new0._refcount 0->1
atomic_read P._refcount =3
test_and_set_bit_lock locked P.flags 0->1
test_and_set_bit_lock locked new0.flags 0->1
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
atomic_read P._refcount =3
atomic_dec_and_test P._refcount 3->2
atomic_read P._refcount =2
atomic_inc P._refcount 2->3
test_and_set_bit mlocked P.flags 0->1
atomic_read P._refcount =3
atomic_dec_and_test new0._refcount 1->0
set_bit buddy 0->1
atomic_add zone0.NR_ISOLATED_ANON
test_bit mlocked P.flags =1
test_bit mlocked P.flags =1
atomic_dec_and_test P._refcount 3->2
atomic_dec_and_test P._refcount 2->1
)");
    EXPECT_EQ(did.state, R"(
P dirty|lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
new0 free
zone0.NR_MLOCK 1
UNEVICTABLE_PGMLOCKED 2
UNEVICTABLE_PGCLEARED 2
UNEVICTABLE_PGSTRANDED 2
PGFREE 2
PGMIGRATE_FAIL 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 4.2 step 2: the last mapping went after the isolation.
TEST(MigratePages, FreesAPageThatNobodyElseHas) {
    const ModelRun did = run(
        migration_of(
            {{.where = "unevictable", .flags = "mlocked", .mapped_by = "L"}},
            {{.steps = "migrate_pages P"}, {.name = "u", .steps = "zap_pte_range L P", .cpu = 1}}),
        {{"t", "READ_ONCE buddy"}, {"u"}, {"t"}});

    EXPECT_EQ(part(did.operations, "t: test_and_clear_bit"), R"(
t: test_and_clear_bit buddy 1->0
t: atomic_set new0._refcount 0->1
t: atomic_read P._refcount =1
t: clear_bit active P.flags 0->0
t: clear_bit unevictable P.flags 1->0
t: atomic_dec_and_test new0._refcount 1->0
t: test_bit lru new0.flags =0
t: this_cpu_add PGFREE[0] 0->1
t: set_bit buddy 0->1
t: test_bit swapbacked P.flags =1
t: atomic_add zone0.NR_ISOLATED_ANON
t: atomic_dec_and_test P._refcount 1->0
t: test_bit lru P.flags =0
t: this_cpu_add PGFREE[0] 1->2
t: set_bit buddy 0->1
t: this_cpu_add PGMIGRATE_SUCCESS[0] 0->1
)");
    EXPECT_EQ(did.state, R"(
P free
new0 free
zone0.NR_MLOCK 0
UNEVICTABLE_PGCLEARED 1
UNEVICTABLE_PGSTRANDED 1
PGFREE 2
PGMIGRATE_SUCCESS 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 4.3 step 1, 4.6: by trylock first, in the last pass by force.
TEST(MigratePages, WaitsForThePageLockInTheLastPass) {
    const ScenarioWords words =
        migration_of({{.where = "inactive_anon", .mapped_by = "A", .pinned_by = "t u"}},
                     {{}, {.name = "u", .cpu = 1}});
    const auto migrate = [] {
        page_set pages = {};
        pages.add(0);
        isolate_lru_page(pfn_to_page(0));
        mod_zone_isolated(pfn_to_page(0), 1);
        put_page(pfn_to_page(0), Holder::pin);
        BUG_ON(migrate_pages(pages, MIGRATE_SYNC) != 0 || !pages.empty());
    };
    const auto locker = [] {
        lock_page(pfn_to_page(0));
        unlock_page(pfn_to_page(0));
        put_page(pfn_to_page(0), Holder::pin);
    };
    const ModelRun did = run(with_bodies(words, {migrate, locker}),
                             {{"u", "wait_on_bit_lock"}, {"t"}, {"u"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"bit_lock", "bit_unlock", "buddy"}), R"(
u: wait_on_bit_lock locked P.flags 0->1
t: READ_ONCE buddy
t: test_and_clear_bit buddy 1->0
t: test_and_set_bit_lock locked P.flags 1->1
t: set_bit buddy 0->1
t: READ_ONCE buddy
t: test_and_clear_bit buddy 1->0
t: test_and_set_bit_lock locked P.flags 1->1
u: clear_bit_unlock locked P.flags 1->0
t: wait_on_bit_lock locked P.flags 0->1
t: test_and_set_bit_lock locked new0.flags 0->1
t: clear_bit_unlock locked new0.flags 1->0
t: clear_bit_unlock locked P.flags 1->0
t: set_bit buddy 0->1
)");
    EXPECT_EQ(did.violation, "");
}

struct GivenUp {
    const char* flags;
    migrate_mode mode;
    unsigned free_pages;
    int result;
};

// paths: 4.3 step 2 (writeback); 4.2 step 1 (no memory). A page given up for good is back on its
// way to a list, one without memory to move to stays with the caller (4.6).
TEST(MigratePages, GivesUpAtOnce) {
    for (const GivenUp& c :
         {GivenUp{"writeback", MIGRATE_ASYNC, 1, 1}, GivenUp{"", MIGRATE_ASYNC, 0, -ENOMEM},
          GivenUp{"", MIGRATE_SYNC, 0, -ENOMEM}}) {
        ScenarioWords words =
            migration_of({{.where = "inactive_anon", .flags = c.flags, .mapped_by = "A"}});
        words.tasks[0].steps.clear();
        words.machine.free_pages = c.free_pages;
        const auto body = [c] {
            page_set pages = {};
            pages.add(0);
            isolate_lru_page(pfn_to_page(0));
            mod_zone_isolated(pfn_to_page(0), 1);
            put_page(pfn_to_page(0), Holder::pin);
            BUG_ON(migrate_pages(pages, c.mode) != c.result);
            BUG_ON(pages.empty() != (c.result > 0));
            putback_movable_pages(pages);
        };
        const ModelRun did = run(with_bodies(words, {body}), {{"t"}});
        EXPECT_EQ(did.violation, "") << c.flags;
        EXPECT_EQ(count(did.operations, "A.pte[0]"), 0U) << c.flags;
        EXPECT_EQ(count(did.operations, "atomic_add zone0.NR_ISOLATED_ANON"), 2U) << c.flags;
        EXPECT_EQ(count(did.state, "lru_add_pvec[0]: P"), 1U) << c.flags;
        EXPECT_EQ(count(did.state, "PGMIGRATE_FAIL 1"), 1U) << c.flags;
    }
}

// ---- assertions: invariants I

std::string violation_of(const std::vector<PageSetting>& pages, const std::function<void()>& body) {
    return run(with_bodies(migration_of(pages, {{}}), {body}), {{"t"}}).violation;
}

TEST(MigrationAssertions, HoldAsTheKernelsDo) {
    const auto map_once_more = [] {
        page_add_anon_rmap(pfn_to_page(0), this_machine().vmas, this_machine().vmas->vm_start);
    };
    EXPECT_EQ(violation_of({{.where = "inactive_anon"}}, map_once_more), "VM_BUG_ON");
    EXPECT_EQ(violation_of({{.where = "inactive_anon", .flags = "locked"}}, map_once_more), "");
    EXPECT_EQ(
        violation_of({{.where = "inactive_anon"}}, [] { page_ref_unfreeze(pfn_to_page(0), 1); }),
        "VM_BUG_ON");
    EXPECT_EQ(violation_of({{.where = "inactive_anon"}},
                           [] {
                               BUG_ON(!page_ref_freeze(pfn_to_page(0), 1));
                               page_ref_unfreeze(pfn_to_page(0), 0);
                           }),
              "VM_BUG_ON");
    // migrate_page_copy(): PG_active => !PG_unevictable.
    EXPECT_EQ(violation_of({{.where = "unevictable", .flags = "active", .mapped_by = "A"}},
                           [] {
                               page_set pages = {};
                               pages.add(0);
                               isolate_lru_page(pfn_to_page(0));
                               put_page(pfn_to_page(0), Holder::pin);
                               migrate_pages(pages, MIGRATE_SYNC);
                           }),
              "VM_BUG_ON");
}

}  // namespace
}  // namespace heddle::model_migrate_failure_test
