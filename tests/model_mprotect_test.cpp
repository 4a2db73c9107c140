// SPDX-License-Identifier: Apache-2.0
// model/mprotect.cpp: visible operations against "paths" 12.9 and 1.14.
#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_mprotect_test {
namespace {

// Process A with a VM_LOCKED vma `a` of two pages, whose first is P, and the vma `B` that maps P
// too if it is said so.
ScenarioWords locked_vma(const char* step, const char* mapped_by) {
    ScenarioWords words =
        world_of({{.where = "unevictable", .flags = "mlocked uptodate", .pinned_by = ""}},
                 {{.steps = step}});
    words.machine.free_pages = 2;
    words.processes.emplace_back().name.text = "A";
    VmaWords& vma = words.vmas.emplace_back();
    vma.name.text = "a";
    vma.process.text = "A";
    vma.pages = 2;
    vma.locked = true;
    for (const Word& word : words_in(mapped_by)) {
        words.pages[0].mapped_by.push_back({word, 0, 0});
    }
    words.tasks[0].process.text = "A";
    return words;
}

const std::vector<std::string> of_the_change = {"mmap_sem", "vm_flags",  "A.ptl",
                                                "A.pte",    "locked_vm", "mlocked"};

// paths: 12.9 and 1.14 steps 2 to 4: the flags, then the entries under the ptl, each of which is
// gone for a moment; locked_vm and PG_mlocked stay.
TEST(Mprotect, ChangesEntriesUnderThePtl) {
    EXPECT_EQ(only(run(locked_vma("mprotect 0 2 read", "a")).operations, of_the_change), R"(
down_write A.mmap_sem
WRITE_ONCE a.vm_flags 8195->8193
spin_lock A.ptl
WRITE_ONCE A.pte[0] 15->0
WRITE_ONCE A.pte[0] 0->13
spin_unlock A.ptl
up_write A.mmap_sem
)");
}

// paths: 12.9: what becomes writable is made the process's own at once, under mmap_sem for writing.
TEST(Mprotect, PopulatesWhatBecomesWritable) {
    ScenarioWords words = locked_vma("mprotect 0 2 read write", "a B");
    words.vmas.back().read_only = true;
    words.vmas.back().pages = 1;
    EXPECT_EQ(only(run(words).operations, of_the_change), R"(
down_write A.mmap_sem
WRITE_ONCE a.vm_flags 8193->8195
spin_lock A.ptl
WRITE_ONCE A.pte[0] 5->0
WRITE_ONCE A.pte[0] 0->5
spin_unlock A.ptl
spin_lock A.ptl
spin_unlock A.ptl
READ_ONCE A.pte[0] =5
spin_lock A.ptl
spin_unlock A.ptl
spin_lock A.ptl
READ_ONCE a.vm_flags =8195
test_and_set_bit mlocked new0.flags 0->1
WRITE_ONCE A.pte[0] 5->271
spin_unlock A.ptl
READ_ONCE a.vm_flags =8195
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
test_bit mlocked P.flags =0
spin_lock A.ptl
READ_ONCE a.vm_flags =8195
test_and_set_bit mlocked new0.flags 1->1
spin_unlock A.ptl
up_write A.mmap_sem
)");
}

// A dirty page of a shared file has been counted as such: a write to it need not fault.
TEST(Mprotect, LeavesDirtyEntriesOfASharedFileWritable) {
    for (const bool is_shared : {true, false}) {
        ScenarioWords words = world_of({}, {{.steps = "touch 0 write; mprotect 0 1 read write; "
                                                      "mprotect 0 1 write"}});
        words.machine.free_pages = 2;
        words.processes.emplace_back().name.text = "A";
        VmaWords& vma = words.vmas.emplace_back();
        vma.name.text = "a";
        vma.process.text = "A";
        vma.pages = 1;
        vma.file.text = "file";
        vma.shared = is_shared;
        words.tasks[0].process.text = "A";
        EXPECT_EQ(only(part(run(words).operations, "vm_flags"), {"A.pte"}), is_shared ? R"(
WRITE_ONCE A.pte[0] 15->0
WRITE_ONCE A.pte[0] 0->15
)"
                                                                                      : R"(
WRITE_ONCE A.pte[0] 0->15
READ_ONCE A.pte[0] =15
WRITE_ONCE A.pte[0] 15->0
WRITE_ONCE A.pte[0] 0->13
)");
    }
}

}  // namespace
}  // namespace heddle::model_mprotect_test
