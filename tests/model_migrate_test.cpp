// SPDX-License-Identifier: Apache-2.0
// model/migrate.cpp, model/compaction.cpp and migration entries elsewhere: visible operations against
// "paths" 4, 7, 11 and 12.
#include "model/migrate.h"

#include <gtest/gtest.h>

#include "model/compaction.h"
#include "model/memory.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/vmscan.h"
#include "tests/model_operations.h"

namespace heddle {
namespace {

// With one free page, "new0".
ScenarioWords migration_of(const std::vector<PageSetting>& pages,
                           const std::vector<TaskSetting>& tasks) {
    ScenarioWords words = world_of(pages, tasks);
    words.machine.free_pages = 1;
    return words;
}

constexpr const char* migrate = "migrate_pages P";

TEST(MigratePages, MovesAnAnonymousPage) {
    const ModelRun did =
        run(migration_of({{.where = "active_anon", .mapped_by = "A"}}, {{.steps = migrate}}));

    EXPECT_EQ(did.operations, "");
    EXPECT_EQ(did.state, "");
    EXPECT_EQ(did.violation, "");
}

TEST(MigratePages, MovesAFilePage) {
    const ModelRun did =
        run(migration_of({{.where = "inactive_file", .flags = "dirty", .mapped_by = "A", .mapping = "file", .cached = true}},
                         {{.steps = migrate}}));

    EXPECT_EQ(part(did.operations, "spin_lock_irq file.tree_lock", "WRITE_ONCE P.mapping"), "");
    EXPECT_EQ(did.state, "");
    EXPECT_EQ(did.violation, "");
}

TEST(MigratePages, MovesAnMlockedPage) {
    const ModelRun did =
        run(migration_of({{.where = "unevictable", .flags = "mlocked", .mapped_by = "L"}}, {{.steps = migrate}}));

    EXPECT_EQ(part(did.operations, "down_read_trylock", "up_read"), "");
    EXPECT_EQ(part(did.operations, "down_read anon_vma", "dec_and_test anon_vma"), "");
    EXPECT_EQ(did.state, "");
    EXPECT_EQ(did.violation, "");
}

TEST(MigratePages, PutsAPinnedPageBack) {
    const ModelRun did =
        run(migration_of({{.where = "unevictable", .flags = "mlocked", .mapped_by = "L", .pinned_by = "t u"}},
                         {{.steps = migrate}, {.name = "u", .steps = "put_page P", .cpu = 1}}), {{"t"}});

    EXPECT_EQ(only(did.operations, {"trylock", "test_and_set_bit_lock", "wait_on", "choose", "P.refcount", "atomic_read P._refcount", "mlocked", "NR_ISOLATED"}), "");
    EXPECT_EQ(did.state, "");
    EXPECT_EQ(did.violation, "");
}

TEST(MigratePages, FreesAPageThatIsFreeButForIt) {
    const ModelRun did = run(
        migration_of({{.where = "unevictable", .flags = "mlocked", .mapped_by = "L"}},
                     {{.steps = migrate}, {.name = "u", .steps = "zap_pte_range L P", .cpu = 1}}),
        {{"t", "READ_ONCE buddy"}, {"u"}, {"t"}});

    EXPECT_EQ(part(did.operations, "t: test_and_clear_bit"), "");
    EXPECT_EQ(did.state, "");
    EXPECT_EQ(did.violation, "");
}

TEST(MigratePages, WaitsForThePageLockInTheLastPassOnly) {
    const ModelRun did = run(
        migration_of({{.where = "inactive_anon", .mapped_by = "A", .pinned_by = "t"}},
                     {{.steps = migrate}, {.name = "u", .steps = "lru_add_drain", .cpu = 1}}),
        {{"t"}});
    EXPECT_EQ(only(did.operations, {"lock"}), "");
}

}  // namespace
}  // namespace heddle
