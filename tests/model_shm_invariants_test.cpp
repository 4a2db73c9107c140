// SPDX-License-Identifier: Apache-2.0
// Invariants F can fail: a world with a locked segment is put out of order in one place, and those
// that notice are named.
#include <gtest/gtest.h>

#include <functional>

#include "checker/execution.h"
#include "model/invariants.h"
#include "model/machine.h"
#include "tests/read_words.h"
#include "tests/shm_world.h"

namespace heddle::model_shm_invariants_test {
namespace {

struct Machine {
    struct user_struct& alice = this_machine().shm.users[0];
    struct user_struct& bob = this_machine().shm.users[1];
    struct shmid_kernel& segment = this_machine().shm.segments[0];
    struct shmid_kernel& huge = this_machine().shm.segments[1];
    struct shmem_inode_info& info = this_machine().shm.inodes[0];
    struct inode_ghost& ghost = this_machine().shm.inodes[0].vfs_inode.ghost;
    struct inode_ghost& huge_ghost = this_machine().shm.inodes[1].vfs_inode.ghost;
    struct address_space& mapping = this_machine().mappings[1];
};

// The ids of the invariants that do not hold after `poke`.
std::string broken_by(const std::function<void(const Machine&)>& poke) {
    const ScenarioWords words = world_with_segment({{.where = "unevictable",
                                                     .flags = "swapbacked",
                                                     .pinned_by = "",
                                                     .mapping = "shm",
                                                     .cached = true}},
                                                   {{}});
    const Execution execution(with_bodies(words, {}));
    const ReadWords before;
    poke(Machine());
    std::string ids;
    for (const Invariant& invariant : invariants()) {
        std::string sides;
        if (!invariant.holds(&sides)) {
            ids += (ids.empty() ? "" : " ") + std::string(invariant.id);
            EXPECT_NE(sides, "") << invariant.id;
            EXPECT_FALSE(invariant.holds(nullptr)) << invariant.id;
            EXPECT_TRUE(before.have_changed(invariant)) << invariant.id;
        }
    }
    return ids;
}

void unlock(const Machine& in) {
    in.info.flags = 0;
    in.segment.shm_perm.mode = 0;
    in.segment.mlock_user = nullptr;
    in.ghost.locked_for = nullptr;
    in.alice.locked_shm.value = 0;
    --in.alice.__count.counter;
    in.mapping.flags = 0;
}

TEST(ShmInvariants, HoldOfACleanWorld) {
    EXPECT_EQ(broken_by([](const Machine&) {}), "");
}

TEST(ShmInvariants, OfCharges) {
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.alice.locked_shm.value; }), "F1");
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.bob.locked_shm.value; }), "F1");
    EXPECT_EQ(broken_by([](const Machine& in) { in.segment.mlock_user = &in.bob; }), "F1 F4");
    EXPECT_EQ(broken_by([](const Machine& in) { --in.alice.__count.counter; }), "F4");
    EXPECT_EQ(broken_by([](const Machine& in) { ++in.bob.__count.counter; }), "F4");
    EXPECT_EQ(broken_by([](const Machine& in) { in.huge_ghost.locked_for = &in.bob; }), "F1 F4");
}

// Only the locker knows whom he has charged before mlock_user says so.
TEST(ShmInvariants, OfChargesThatMlockUserDoesNotTellYet) {
    EXPECT_EQ(broken_by([](const Machine& in) {
                  in.segment.mlock_user = nullptr;
                  in.segment.shm_perm.lock.owner = 1;
              }),
              "");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  in.segment.mlock_user = nullptr;
                  in.ghost.locked_for = &in.bob;
                  in.segment.shm_perm.lock.owner = 1;
              }),
              "F1 F4");
}

TEST(ShmInvariants, OfChargesWaitForTheLocks) {
    for (const auto& busy : std::vector<std::function<void(const Machine&)>>{
             [](const Machine&) { this_machine().state->shmlock_user_lock.owner = 1; },
             [](const Machine& in) { in.info.lock.owner = 1; },
             [](const Machine& in) { in.ghost.changing = 1; },
             [](const Machine& in) { in.huge_ghost.changing = 1; }}) {
        EXPECT_EQ(broken_by([&busy](const Machine& in) {
                      ++in.alice.locked_shm.value;
                      --in.bob.__count.counter;
                      busy(in);
                  }),
                  "");
    }
    EXPECT_EQ(broken_by([](const Machine& in) {
                  ++in.alice.locked_shm.value;
                  in.segment.shm_perm.lock.owner = 1;  // says nothing of charges
              }),
              "F1");
}

TEST(ShmInvariants, OfFlags) {
    // The page on the unevictable list is evictable then.
    EXPECT_EQ(broken_by([](const Machine& in) { in.mapping.flags = 0; }), "C1 C1' F2");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  unlock(in);
                  in.mapping.flags = bit_mask(AS_UNEVICTABLE);
              }),
              "F2");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  unlock(in);
                  in.mapping.flags = bit_mask(AS_UNEVICTABLE);
                  in.info.lock.owner = 1;
              }),
              "");
    EXPECT_EQ(broken_by([](const Machine& in) { in.segment.shm_perm.mode = 0; }), "F3");
    EXPECT_EQ(broken_by([](const Machine& in) { in.segment.mlock_user = nullptr; }), "F3");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  in.segment.shm_perm.mode = 0;
                  in.segment.shm_perm.lock.owner = 1;
              }),
              "");
}

// shm_destroy() unlocks the file and leaves the mode.
TEST(ShmInvariants, OfModesEndWithTheSegment) {
    EXPECT_EQ(broken_by([](const Machine& in) {
                  unlock(in);
                  in.mapping.flags = bit_mask(AS_UNEVICTABLE);
                  in.info.lock.owner = 1;
                  in.segment.shm_perm.mode = SHM_LOCKED;
              }),
              "F3");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  unlock(in);
                  in.mapping.flags = bit_mask(AS_UNEVICTABLE);
                  in.info.lock.owner = 1;
                  in.segment.shm_perm.mode = SHM_LOCKED;
                  in.segment.shm_perm.deleted = true;
              }),
              "");
}

// What is charged to a segment that has been destroyed is charged for ever.
TEST(ShmInvariants, OfChargesDoNotCountASegmentThatIsGone) {
    EXPECT_EQ(broken_by([](const Machine& in) { in.ghost.gone = true; }), "F1 F4");
}

TEST(ShmInvariants, OfTheScan) {
    EXPECT_EQ(broken_by([](const Machine& in) {
                  unlock(in);
                  in.ghost.unlocked = true;
              }),
              "C1 C1' F5");
    // While the scan is owed only F5 complains, which is about the time after it.
    EXPECT_EQ(broken_by([](const Machine& in) {
                  unlock(in);
                  in.ghost.unlocked = true;
                  pfn_to_page(0)->ghost.scan_owed = true;
              }),
              "F5");
    EXPECT_EQ(broken_by([](const Machine& in) {
                  unlock(in);
                  pfn_to_page(0)->ghost.scan_owed = true;
              }),
              "");
}

}  // namespace
}  // namespace heddle::model_shm_invariants_test
