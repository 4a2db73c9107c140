// SPDX-License-Identifier: Apache-2.0
// Which lru_locks the paths take under each layout. The world: P of A and Q of B in zone 0, R of A
// in zone 1.
#include <gtest/gtest.h>

#include "model/lru_lock.h"
#include "tests/model_operations.h"

namespace heddle::lru_lock_layout_test {
namespace {

ModelRun run_under(const char* layout, const char* steps) {
    ScenarioWords words =
        world_of({{.name = "P", .where = "unevictable", .flags = "mlocked", .mapped_by = "A"},
                  {.name = "Q", .where = "unevictable", .flags = "mlocked", .mapped_by = "B"},
                  {.name = "R", .where = "lru_add:0", .mapped_by = "A", .zone = 1},
                  {.name = "S", .where = "lru_add:0", .mapped_by = "A"}},
                 {{.steps = steps}});
    words.machine.zones = 2;
    words.machine.pagevec_size = 4;
    words.machine.lru_lock = layout;
    return run(words);
}

TEST(LruLockLayout, NodeIsOneLockForAllZones) {
    EXPECT_EQ(only(run_under("node", "lru_add_drain").operations, {"lru_lock"}), R"(
spin_lock_irqsave node0.lru_lock
spin_unlock_irqrestore node0.lru_lock
)");
}

TEST(LruLockLayout, ZoneIsOneLockForEach) {
    EXPECT_EQ(only(run_under("zone", "lru_add_drain").operations, {"lru_lock"}), R"(
spin_lock_irqsave zone1.lru_lock
spin_unlock_irqrestore zone1.lru_lock
spin_lock_irqsave zone0.lru_lock
spin_unlock_irqrestore zone0.lru_lock
)");
    EXPECT_EQ(part(only(run_under("zone", "__munlock_pagevec P Q").operations, {"lru_lock"}),
                   "spin_lock_irq ", "spin_unlock_irq "),
              R"(
spin_lock_irq zone0.lru_lock
spin_unlock_irq zone0.lru_lock
)");
}

// Vmas without a process are processes of their own: A is 1, B is 2. The batch of munlock goes from
// one lock to the other.
TEST(LruLockLayout, LruvecIsALockForEachZoneAndProcess) {
    const ModelRun munlock = run_under("lruvec", "__munlock_pagevec P Q");
    EXPECT_EQ(part(only(munlock.operations, {"lru_lock", "mlocked"}), "spin_lock_irq ", "lruvec2"),
              R"(
spin_lock_irq zone0.lruvec1.lru_lock
test_and_clear_bit mlocked P.flags 1->0
spin_unlock_irq zone0.lruvec1.lru_lock
spin_lock_irq zone0.lruvec2.lru_lock
)");
    EXPECT_EQ(munlock.violation, "");
    EXPECT_EQ(only(run_under("lruvec", "lru_add_drain").operations, {"lru_lock"}), R"(
spin_lock_irqsave zone1.lruvec1.lru_lock
spin_unlock_irqrestore zone1.lruvec1.lru_lock
spin_lock_irqsave zone0.lruvec1.lru_lock
spin_unlock_irqrestore zone0.lruvec1.lru_lock
)");
}

// Q is under the second lock, and the list it stands on is not.
TEST(LruLockLayout, PageHashGuardsNoList) {
    EXPECT_EQ(run_under("page-hash", "__munlock_pagevec P").violation, "");
    EXPECT_EQ(run_under("page-hash", "__munlock_pagevec Q").violation, "guarded-by");
}

TEST(LruLockLayout, IsFoundByName) {
    for (const LruLockLayoutInfo& info : lru_lock_layouts) {
        EXPECT_EQ(find_lru_lock_layout(info.name), &info);
    }
    EXPECT_EQ(find_lru_lock_layout("list"), nullptr);
}

}  // namespace
}  // namespace heddle::lru_lock_layout_test
