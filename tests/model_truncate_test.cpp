// SPDX-License-Identifier: Apache-2.0
// model/truncate.cpp and unmap_mapping_range(): visible operations against "paths" 7.5, 13 and 3.5.
#include <gtest/gtest.h>

#include "model/mm.h"
#include "model/truncate.h"
#include "tests/model_operations.h"

namespace heddle::model_truncate_test {
namespace {

const PageSetting of_the_file = {.where = "unevictable",
                                 .flags = "mlocked uptodate",
                                 .mapped_by = "L",
                                 .pinned_by = "",
                                 .mapping = "file",
                                 .cached = true};

// The world with a file of one page.
ScenarioWords short_file(const std::vector<PageSetting>& pages,
                         const std::vector<TaskSetting>& tasks) {
    ScenarioWords words = world_of(pages, tasks);
    words.mappings[0].pages = 1;
    return words;
}

const std::vector<std::string> of_the_truncation = {"i_size",    "i_mmap_rwsem", "L.p",
                                                    "locked P",  "mlocked P",    "page_tree[0]",
                                                    "P.mapping", "P._mapcount"};

// paths: 7.5: unmap all with the lock of the tree for writing; each page under its lock, if it is
// in the cache still; unmap all again.
TEST(Truncate, UnmapsThenTakesPagesOutOfTheCacheThenUnmaps) {
    const ModelRun did = run(short_file({of_the_file}, {{.steps = "truncate file"}}));

    EXPECT_EQ(only(did.operations, of_the_truncation), R"(
READ_ONCE file.i_size =1
WRITE_ONCE file.i_size 1->0
down_write file.i_mmap_rwsem
spin_lock L.ptl
WRITE_ONCE L.pte[0] 5->0
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
READ_ONCE P.mapping
test_bit mlocked P.flags =0
spin_unlock L.ptl
up_write file.i_mmap_rwsem
READ_ONCE file.page_tree[0] =1
READ_ONCE file.page_tree[0] =1
test_and_set_bit_lock locked P.flags 0->1
atomic_read P._mapcount =-1
READ_ONCE P.mapping
test_bit locked P.flags =1
atomic_read P._mapcount =-1
WRITE_ONCE file.page_tree[0] 1->0
WRITE_ONCE P.mapping
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
READ_ONCE file.page_tree[0] =0
down_write file.i_mmap_rwsem
spin_lock L.ptl
spin_unlock L.ptl
up_write file.i_mmap_rwsem
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
UNEVICTABLE_PGRESCUED 1
UNEVICTABLE_PGCLEARED 1
PGFREE 1
)");
}

// paths: 7.5 (2): a page that is mapped again is unmapped under its lock, private copies are not.
TEST(Truncate, UnmapsAPageThatIsMappedUnderItsLock) {
    PageSetting pinned = of_the_file;
    pinned.pinned_by = "t";
    const ScenarioWords words = short_file({pinned}, {{}});
    const Scenario scenario = with_bodies(words, {[] {
                                              struct page* page = pfn_to_page(0);
                                              lock_page(page);
                                              truncate_inode_page(page->mapping, page);
                                              unlock_page(page);
                                          }});

    EXPECT_EQ(only(run(scenario, {{"t"}}).operations, of_the_truncation), R"(
wait_on_bit_lock locked P.flags 0->1
atomic_read P._mapcount =0
down_write file.i_mmap_rwsem
spin_lock L.ptl
READ_ONCE P.mapping
WRITE_ONCE L.pte[0] 5->0
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =1
test_and_clear_bit mlocked P.flags 1->0
READ_ONCE P.mapping
test_bit mlocked P.flags =0
spin_unlock L.ptl
up_write file.i_mmap_rwsem
READ_ONCE P.mapping
test_bit locked P.flags =1
atomic_read P._mapcount =-1
WRITE_ONCE file.page_tree[0] 1->0
WRITE_ONCE P.mapping
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
)");
}

// paths: 7.5 (2): what has left the cache is not taken out of it again.
TEST(Truncate, LeavesAPageAloneThatHasLeftTheCache) {
    PageSetting pinned = of_the_file;
    pinned.pinned_by = "t";
    const Scenario scenario = with_bodies(short_file({pinned}, {{}}), {[] {
                                              struct page* page = pfn_to_page(0);
                                              struct address_space* mapping = page->mapping;
                                              lock_page(page);
                                              truncate_inode_page(mapping, page);
                                              truncate_inode_page(mapping, page);
                                              unlock_page(page);
                                              put_page(page, Holder::pin);
                                          }});
    const ModelRun did = run(scenario, {{"t"}});

    EXPECT_EQ(count(did.operations, "WRITE_ONCE file.page_tree[0]"), 1U);
    EXPECT_EQ(did.violation, "");
}

// A fault that comes late finds that the file has become shorter: with the page locked.
TEST(Truncate, IsNoticedByAFaultWithThePageLocked) {
    ScenarioWords words = short_file(
        {{.where = "inactive_file", .pinned_by = "", .mapping = "file", .cached = true}},
        {{.name = "u", .steps = "touch 0 -> -EFAULT"}, {.steps = "truncate file", .cpu = 1}});
    words.processes.emplace_back().name.text = "A";
    VmaWords& vma = words.vmas.emplace_back();
    vma.name.text = "a";
    vma.process.text = "A";
    vma.pages = 1;
    vma.file.text = "file";
    words.tasks[0].process.text = "A";
    const ModelRun did =
        run(words, {{"u", "wait_on_bit_lock"}, {"t", "WRITE_ONCE file.i_size"}, {"u"}, {"t"}});

    EXPECT_EQ(only(did.operations, {"i_size", "locked P", "A.pte"}), R"(
u: READ_ONCE A.pte[0] =0
u: READ_ONCE file.i_size =1
u: wait_on_bit_lock locked P.flags 0->1
t: READ_ONCE file.i_size =1
t: WRITE_ONCE file.i_size 1->0
u: READ_ONCE file.i_size =0
u: test_bit locked P.flags =1
u: clear_bit_unlock locked P.flags 1->0
u: READ_ONCE file.i_size =0
t: test_and_set_bit_lock locked P.flags 0->1
t: test_bit locked P.flags =1
t: test_bit locked P.flags =1
t: clear_bit_unlock locked P.flags 1->0
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_truncate_test
