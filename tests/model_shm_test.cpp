// SPDX-License-Identifier: Apache-2.0
// model/mlock_shm.cpp, shmem.cpp, ipc_shm.cpp and filemap.cpp: visible operations against "paths"
// 1.20 and 9.
#include "model/ipc_shm.h"

#include <gtest/gtest.h>

#include "tests/shm_world.h"

namespace heddle::model_shm_test {
namespace {

ModelRun run_unlocked(const char* steps) {
    return run(world_with_unlocked_segment({}, {{.steps = steps}}));
}

// paths: 9.1 steps 1 to 8, 9.3 steps 1, 2 and 4, 1.20 lock steps 2, 4, 5 and 6.
TEST(Shmctl, LocksASegment) {
    const ModelRun did = run_unlocked("shmctl SHM_LOCK S -> 0");

    EXPECT_EQ(did.operations, R"(
READ_ONCE S.shm_perm.deleted =0
spin_lock S.shm_perm.lock
READ_ONCE S.shm_perm.deleted =0
spin_lock_irq S.info.lock
READ_ONCE S.info.flags =0
spin_lock shmlock_user_lock
READ_ONCE alice.locked_shm
atomic_inc alice.__count 2->3
WRITE_ONCE alice.locked_shm
spin_unlock shmlock_user_lock
WRITE_ONCE S.info.flags 0->8192
set_bit unevictable shm.flags 0->1
spin_unlock_irq S.info.lock
READ_ONCE S.shm_perm.mode =0
WRITE_ONCE S.shm_perm.mode 0->1024
WRITE_ONCE S.mlock_user
spin_unlock S.shm_perm.lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 9.2, 9.3 steps 1, 3 and 4, 1.20 unlock, 9.4, 2.15: one page and the end of the file.
TEST(Shmctl, UnlocksASegmentAndScansIt) {
    const ModelRun did = run(world_with_segment({{.where = "unevictable",
                                                  .flags = "swapbacked",
                                                  .pinned_by = "",
                                                  .mapping = "shm",
                                                  .cached = true}},
                                                {{.steps = "shmctl SHM_UNLOCK S -> 0"}}));

    EXPECT_EQ(did.operations, R"(
READ_ONCE S.shm_perm.deleted =0
spin_lock S.shm_perm.lock
READ_ONCE S.shm_perm.deleted =0
READ_ONCE S.shm_perm.mode =1024
READ_ONCE S.mlock_user
spin_lock_irq S.info.lock
READ_ONCE S.info.flags =8192
spin_lock shmlock_user_lock
READ_ONCE alice.locked_shm
WRITE_ONCE alice.locked_shm
spin_unlock shmlock_user_lock
atomic_dec_and_test alice.__count 3->2
WRITE_ONCE S.info.flags 8192->0
clear_bit unevictable shm.flags 1->0
spin_unlock_irq S.info.lock
WRITE_ONCE S.shm_perm.mode 1024->0
WRITE_ONCE S.mlock_user
atomic_inc S.f_count
spin_unlock S.shm_perm.lock
test_bit unevictable shm.flags =0
READ_ONCE shm.page_tree[0] =1
atomic_add_unless P._refcount 1->2
READ_ONCE shm.page_tree[0] =1
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit unevictable P.flags =1
READ_ONCE P.mapping
test_bit unevictable shm.flags =0
test_bit mlocked P.flags =0
test_bit swapbacked P.flags =1
test_bit active P.flags =0
clear_bit unevictable P.flags 1->0
this_cpu_add UNEVICTABLE_PGRESCUED[0] 0->1
this_cpu_add UNEVICTABLE_PGSCANNED[0] 0->1
spin_unlock_irq node0.lru_lock
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
atomic_dec_and_test P._refcount 2->1
test_bit unevictable shm.flags =0
atomic_dec_and_test S.f_count
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 9.4: a batch of entries at a time; swap entries are no pages and not the end of the file.
TEST(Shmctl, ScansPastSwapEntries) {
    ScenarioWords words = world_with_segment({{.where = "unevictable",
                                               .flags = "swapbacked",
                                               .pinned_by = "",
                                               .mapping = "shm",
                                               .cached = true}},
                                             {{.steps = "shmctl SHM_UNLOCK S"}});
    words.segments[0].pages = 4;
    words.segments[0].entries = words_in("swap swap none P");
    const std::vector<std::string> looks = {"page_tree", "shm.flags", "lru_lock"};

    EXPECT_EQ(only(run(words).operations, looks), R"(
clear_bit unevictable shm.flags 1->0
test_bit unevictable shm.flags =0
READ_ONCE shm.page_tree[0] =-1
READ_ONCE shm.page_tree[1] =-1
test_bit unevictable shm.flags =0
READ_ONCE shm.page_tree[2] =0
READ_ONCE shm.page_tree[3] =1
READ_ONCE shm.page_tree[3] =1
spin_lock_irq node0.lru_lock
test_bit unevictable shm.flags =0
spin_unlock_irq node0.lru_lock
test_bit unevictable shm.flags =0
)");
    words.fixes_without = words_in("shm_unlock_sees_swap_entries");
    const ModelRun did = run(words);
    EXPECT_EQ(only(did.operations, looks), R"(
clear_bit unevictable shm.flags 1->0
test_bit unevictable shm.flags =0
READ_ONCE shm.page_tree[0] =-1
READ_ONCE shm.page_tree[1] =-1
)");
    EXPECT_EQ(did.violation, "C1'");
}

// paths: 9.2: a SHM_LOCK that comes in behind the clear stops the scan.
TEST(Shmctl, StopsTheScanOfASegmentThatIsLockedAgain) {
    const ScenarioWords words =
        world_with_segment({{.where = "unevictable",
                             .flags = "swapbacked",
                             .pinned_by = "",
                             .mapping = "shm",
                             .cached = true}},
                           {{.steps = "shmctl SHM_UNLOCK S -> 0"},
                            {.name = "u", .steps = "shmctl SHM_LOCK S -> 0", .cpu = 1}});
    const ModelRun did = run(words, {{"t", "spin_unlock S.shm_perm.lock"}, {"u"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"shm.flags", "page_tree", "f_count"}), R"(
t: clear_bit unevictable shm.flags 1->0
t: atomic_inc S.f_count
u: set_bit unevictable shm.flags 0->1
t: test_bit unevictable shm.flags =1
t: atomic_dec_and_test S.f_count
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 9.3: a locked segment is not charged twice; 9.2: one that is not locked is left alone.
TEST(Shmctl, DoesNothingTwice) {
    EXPECT_EQ(run(world_with_segment({}, {{.steps = "shmctl SHM_LOCK S -> 0"}})).operations, R"(
READ_ONCE S.shm_perm.deleted =0
spin_lock S.shm_perm.lock
READ_ONCE S.shm_perm.deleted =0
spin_lock_irq S.info.lock
READ_ONCE S.info.flags =8192
spin_unlock_irq S.info.lock
READ_ONCE S.shm_perm.mode =1024
spin_unlock S.shm_perm.lock
)");
    EXPECT_EQ(run_unlocked("shmctl SHM_UNLOCK S -> 0").operations, R"(
READ_ONCE S.shm_perm.deleted =0
spin_lock S.shm_perm.lock
READ_ONCE S.shm_perm.deleted =0
READ_ONCE S.shm_perm.mode =0
spin_unlock S.shm_perm.lock
)");
}

// paths: 9.5, 9.3: the charge goes back without a scan; the pages leave the cache.
TEST(ShmDestroy, GivesTheChargeAndThePagesBack) {
    const ModelRun did = run(world_with_segment({{.where = "unevictable",
                                                  .flags = "swapbacked",
                                                  .pinned_by = "",
                                                  .mapping = "shm",
                                                  .cached = true}},
                                                {{.steps = "shm_destroy S -> 0"}}));

    EXPECT_EQ(did.operations, R"(
down_write shm_ids.rwsem
READ_ONCE S.shm_perm.deleted =0
spin_lock S.shm_perm.lock
WRITE_ONCE S.shm_perm.deleted 0->1
spin_unlock S.shm_perm.lock
READ_ONCE S.mlock_user
spin_lock_irq S.info.lock
READ_ONCE S.info.flags =8192
spin_lock shmlock_user_lock
READ_ONCE alice.locked_shm
WRITE_ONCE alice.locked_shm
spin_unlock shmlock_user_lock
atomic_dec_and_test alice.__count 3->2
WRITE_ONCE S.info.flags 8192->0
clear_bit unevictable shm.flags 1->0
spin_unlock_irq S.info.lock
atomic_dec_and_test S.f_count
READ_ONCE shm.page_tree[0] =1
atomic_add_unless P._refcount 1->2
READ_ONCE shm.page_tree[0] =1
wait_on_bit_lock locked P.flags 0->1
test_bit writeback P.flags =0
atomic_read P._mapcount =-1
READ_ONCE P.mapping
test_bit locked P.flags =1
spin_lock_irqsave shm.tree_lock
atomic_read P._mapcount =-1
WRITE_ONCE shm.page_tree[0] 1->0
WRITE_ONCE P.mapping
spin_unlock_irqrestore shm.tree_lock
atomic_dec_and_test P._refcount 2->1
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
smp_mb__after_atomic
this_cpu_read lru_add_pvec[0].nr =0
this_cpu_read lru_rotate_pvecs[0].nr =0
this_cpu_read lru_deactivate_file_pvecs[0].nr =0
this_cpu_read lru_deactivate_pvecs[0].nr =0
this_cpu_read activate_page_pvecs[0].nr =0
atomic_dec_and_test P._refcount 1->0
test_bit lru P.flags =1
spin_lock_irqsave node0.lru_lock
test_bit lru P.flags =1
__clear_bit load P.flags
__clear_bit store P.flags
test_bit unevictable P.flags =1
__clear_bit load P.flags
__clear_bit store P.flags
__clear_bit load P.flags
__clear_bit store P.flags
spin_unlock_irqrestore node0.lru_lock
this_cpu_add PGFREE[0] 0->1
set_bit buddy 0->1
up_write shm_ids.rwsem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 1.20 callers, 9.5: the charge of a huge segment, with interrupts on.
TEST(Newseg, ChargesAHugeSegment) {
    const ModelRun did = run_unlocked("newseg H -> 0; shmctl SHM_LOCK H -> 0; shm_destroy H -> 0");

    EXPECT_EQ(did.operations, R"(
down_write shm_ids.rwsem
WRITE_ONCE H.mlock_user
spin_lock shmlock_user_lock
READ_ONCE alice.locked_shm
atomic_inc alice.__count 2->3
WRITE_ONCE alice.locked_shm
spin_unlock shmlock_user_lock
WRITE_ONCE H.shm_perm.deleted 1->0
up_write shm_ids.rwsem
READ_ONCE H.shm_perm.deleted =0
spin_lock H.shm_perm.lock
READ_ONCE H.shm_perm.deleted =0
spin_unlock H.shm_perm.lock
down_write shm_ids.rwsem
READ_ONCE H.shm_perm.deleted =0
spin_lock H.shm_perm.lock
WRITE_ONCE H.shm_perm.deleted 0->1
spin_unlock H.shm_perm.lock
READ_ONCE H.mlock_user
spin_lock shmlock_user_lock
READ_ONCE alice.locked_shm
WRITE_ONCE alice.locked_shm
spin_unlock shmlock_user_lock
atomic_dec_and_test alice.__count 3->2
atomic_dec_and_test H.f_count
up_write shm_ids.rwsem
)");
    EXPECT_EQ(did.violation, "");
}

struct Refused {
    const char* user;
    bool limited;
    unsigned rlimit;
    bool cap_ipc_lock;
    const char* step;
};

// paths: 9.1 steps 3 and 4, 9.3 step 2, 1.20 lock step 3 by their result. S has two pages, H three.
TEST(Shmctl, RefusesByRightsAndLimit) {
    for (const Refused& c : {
             Refused{"bob", true, 2, false, "shmctl SHM_LOCK S -> 0"},
             Refused{"bob", true, 1, false, "shmctl SHM_LOCK S -> -ENOMEM"},
             Refused{"bob", true, 0, false, "shmctl SHM_LOCK S -> -EPERM"},
             Refused{"bob", true, 0, true, "shmctl SHM_LOCK S -> 0"},
             Refused{"bob", true, 0, false, "shmctl SHM_UNLOCK S -> 0"},
             Refused{"carol", false, 0, false, "shmctl SHM_LOCK S -> -EPERM"},
             Refused{"carol", false, 0, false, "shmctl SHM_UNLOCK S -> -EPERM"},
             Refused{"carol", true, 1, true, "shmctl SHM_LOCK S -> 0"},
             Refused{"carol", false, 0, false, "shmctl SHM_LOCK H -> -EINVAL"},
             Refused{"carol", true, 3, false, "newseg H -> 0"},
             Refused{"carol", true, 2, false, "newseg H -> -EPERM"},
             Refused{"carol", true, 2, false, "shm_destroy H -> -EINVAL"},
         }) {
        ScenarioWords words = world_with_unlocked_segment({}, {{.steps = c.step}});
        words.users.push_back({{"carol", {}}});
        ProcessWords& process = words.processes.emplace_back();
        process.name.text = "p";
        process.cap_ipc_lock = c.cap_ipc_lock;
        if (c.limited) {
            process.memlock_limit = c.rlimit;
        }
        words.tasks[0].user.text = c.user;
        words.tasks[0].process.text = "p";
        EXPECT_EQ(run(words).violation, "") << c.user << " " << c.rlimit << " " << c.step;
    }
}

// paths: 9.1 step 3: destroyed between the look-up and the lock.
TEST(Shmctl, FindsThatTheSegmentHasGone) {
    const ScenarioWords words =
        world_with_segment({}, {{.steps = "shmctl SHM_UNLOCK S -> -EIDRM"},
                                {.name = "u", .steps = "shm_destroy S -> 0", .cpu = 1}});

    EXPECT_EQ(run(words, {{"t", "shm_perm.deleted"}, {"u"}, {"t"}}).violation, "");
}

// A step's result that is not the expected one ends the run.
TEST(Shmctl, IsHeldToItsExpectedResult) {
    EXPECT_EQ(run_unlocked("shmctl SHM_LOCK S -> -ENOMEM").violation, "result");
}

// paths: 9.3: whoever unlocks, the charge is that of mlock_user.
TEST(Shmctl, GivesTheChargeBackToWhomItWasTakenFrom) {
    ScenarioWords words = world_with_segment({}, {{.steps = "shmctl SHM_UNLOCK S"}});
    words.tasks[0].user.text = "bob";

    EXPECT_EQ(only(run(words).operations, {"locked_shm", "__count"}), R"(
READ_ONCE alice.locked_shm
WRITE_ONCE alice.locked_shm
atomic_dec_and_test alice.__count 2->1
)");
}

// paths: 1.20, 9.3 and ea0dfeb4209b: with the fix shmlock_user_lock is taken with interrupts on.
TEST(Shmctl, TakesNoInfoLockWithTheFix) {
    ScenarioWords words = world_with_unlocked_segment({}, {{.steps = "shmctl SHM_LOCK S"}});
    words.fixes_with = words_in("shmem_lock_without_info_lock");

    EXPECT_EQ(only(run(words).operations, {"spin_"}), R"(
spin_lock S.shm_perm.lock
spin_lock shmlock_user_lock
spin_unlock shmlock_user_lock
spin_unlock S.shm_perm.lock
)");
}

// A split and the end of writeback nest as lock-order has it: tree_lock > info.lock.
TEST(Shmctl, HasTheLocksOfItsSurroundings) {
    const ModelRun did = run(world_with_segment({{.where = "inactive_anon",
                                                  .flags = "swapbacked writeback",
                                                  .pinned_by = "",
                                                  .mapping = "shm",
                                                  .cached = true}},
                                                {{.steps = "shmem_uncharge S; "
                                                           "test_clear_page_writeback P"}}));

    EXPECT_EQ(did.operations, R"(
spin_lock_irq shm.tree_lock
spin_lock_irqsave S.info.lock
spin_unlock_irqrestore S.info.lock
spin_unlock_irq shm.tree_lock
READ_ONCE P.mapping
spin_lock_irqsave shm.tree_lock
test_and_clear_bit writeback P.flags 1->0
spin_unlock_irqrestore shm.tree_lock
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_shm_test
