// SPDX-License-Identifier: Apache-2.0
// model/mmap_stack.cpp: visible operations against "paths" 12.8 and 8.3.
#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_stack_test {
namespace {

// Process A with a VM_LOCKED stack of one page, page 5.
ScenarioWords locked_stack(const char* steps) {
    ScenarioWords words = world_of({}, {{.steps = steps}});
    words.machine.free_pages = 3;
    words.processes.emplace_back().name.text = "A";
    VmaWords& vma = words.vmas.emplace_back();
    vma.name.text = "s";
    vma.process.text = "A";
    vma.start = 5;
    vma.pages = 1;
    vma.locked = true;
    vma.grows_down = true;
    words.tasks[0].process.text = "A";
    return words;
}

const std::vector<std::string> of_the_growth = {"sem", "locked_vm", "page_table_lock", "A.pte"};

// paths: 12.8: mmap_sem for reading, the lock of the tree for writing; locked_vm is read for the
// limit before page_table_lock is taken, and changed under it. The lowest page is touched, so one
// more.
TEST(StackGrowth, CountsUnderPageTableLock) {
    EXPECT_EQ(only(run(locked_stack("touch 5 write -> 0")).operations, of_the_growth), R"(
down_read A.mmap_sem
READ_ONCE A.pte[5] =0
down_write anon_vma0.rwsem
spin_lock A.page_table_lock
spin_unlock A.page_table_lock
up_write anon_vma0.rwsem
down_write anon_vma0.rwsem
READ_ONCE A.locked_vm =1
spin_lock A.page_table_lock
READ_ONCE A.locked_vm =1
WRITE_ONCE A.locked_vm 1->2
spin_unlock A.page_table_lock
up_write anon_vma0.rwsem
WRITE_ONCE A.pte[5] 0->15
up_read A.mmap_sem
READ_ONCE A.pte[5] =15
)");
}

TEST(StackGrowth, WasCountedWithoutItBefore) {
    ScenarioWords words = locked_stack("touch 5 write -> 0");
    words.fixes_without = {{"stack_growth_counts_under_lock", {}}};

    EXPECT_EQ(only(run(words).operations, of_the_growth), R"(
down_read A.mmap_sem
READ_ONCE A.pte[5] =0
down_write anon_vma0.rwsem
spin_lock A.page_table_lock
spin_unlock A.page_table_lock
up_write anon_vma0.rwsem
down_write anon_vma0.rwsem
READ_ONCE A.locked_vm =1
READ_ONCE A.locked_vm =1
WRITE_ONCE A.locked_vm 1->2
spin_lock A.page_table_lock
spin_unlock A.page_table_lock
up_write anon_vma0.rwsem
WRITE_ONCE A.pte[5] 0->15
up_read A.mmap_sem
READ_ONCE A.pte[5] =15
)");
}

// paths: 12.8: who gets a page for somebody else grows the stack and populates what is new; 8.3:
// but for the page that is the lowest then.
TEST(StackGrowth, PopulatesWhatIsNewForGetUserPages) {
    const ModelRun did = run(locked_stack("get_user_pages 3 write -> 0"));

    EXPECT_EQ(only(did.operations, {"locked_vm", "A.pte"}), R"(
READ_ONCE A.locked_vm =1
READ_ONCE A.locked_vm =1
WRITE_ONCE A.locked_vm 1->3
READ_ONCE A.pte[4] =0
WRITE_ONCE A.pte[4] 0->15
READ_ONCE A.pte[3] =0
READ_ONCE A.locked_vm =3
READ_ONCE A.locked_vm =3
WRITE_ONCE A.locked_vm 3->4
WRITE_ONCE A.pte[3] 0->271
)");
    EXPECT_EQ(did.violation, "");
}

struct Refused {
    unsigned memlock_limit;
    unsigned stack_limit;
    bool capable;
    const char* steps;
};

TEST(StackGrowth, EndsAtTheLimits) {
    for (const Refused& c : {
             Refused{2, 1, false, "touch 5 write -> 0"},
             Refused{1, 1, false, "touch 5 write -> -EFAULT"},
             Refused{1, 1, true, "touch 5 write -> 0"},
             Refused{9, 1, false, "touch 4 write -> -EFAULT"},
             Refused{9, 2, false, "touch 4 write -> 0"},
             Refused{2, 2, false, "touch 4 write -> -EFAULT"},
             Refused{9, 9, false, "touch 1 write -> -EFAULT"},
             Refused{9, 9, false, "touch 2 write -> 0"},
         }) {
        ScenarioWords words = locked_stack(c.steps);
        words.processes[0].memlock_limit = c.memlock_limit;
        words.processes[0].stack_limit = c.stack_limit;
        words.processes[0].cap_ipc_lock = c.capable;
        EXPECT_EQ(run(words).violation, "") << c.memlock_limit << " " << c.stack_limit << c.steps;
    }
}

}  // namespace
}  // namespace heddle::model_stack_test
