// SPDX-License-Identifier: Apache-2.0
// model/vmscan_reclaim.cpp: visible operations against "paths" 6.1 to 6.4, and 3.2 and 3.7 as
// reclaim comes to them. Taking pages off their lists is pinned in model_vmscan_test.cpp, putting
// unevictable ones back in model_putback_test.cpp.
#include <gtest/gtest.h>

#include "tests/model_operations.h"

namespace heddle::model_reclaim_test {
namespace {

constexpr const char* shrink_file = "shrink_inactive_list 0 inactive_file 1";
constexpr const char* shrink_anon = "shrink_inactive_list 0 inactive_anon 1";

// Reclaim of one page, which no entry has accessed, with `slots` of swap.
ScenarioWords reclaim_of(PageSetting page, const char* step, unsigned slots = 0) {
    page.pinned_by = "";
    ScenarioWords words = world_of({page}, {{.steps = step, .cpu = 1}});
    words.pages[0].old = true;
    words.machine.swap_slots = slots;
    return words;
}

ScenarioWords reclaim_of_file(const char* mapped_by, const char* flags = "") {
    return reclaim_of({.where = "inactive_file",
                       .flags = flags,
                       .mapped_by = mapped_by,
                       .mapping = "file",
                       .cached = true},
                      shrink_file);
}

ScenarioWords accessed(ScenarioWords words) {
    words.pages[0].old = false;
    return words;
}

const std::vector<std::string> of_the_frame = {"lru_lock", "NR_ISOLATED", "bit lru", " locked P",
                                               "_refcount"};

// paths: 6.1 steps 1 to 4, 6.3 steps 1, 9 and 10: the count of isolated pages changes under
// lru_lock; the page is freed between the two sections, without lru_lock.
TEST(ShrinkInactiveList, FreesACleanPageOfAFile) {
    const ModelRun did = run(reclaim_of_file(""));

    EXPECT_EQ(only(did.operations, of_the_frame), R"(
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit lru P.flags =1
atomic_add_unless P._refcount 1->2
clear_bit lru P.flags 1->0
atomic_add zone0.NR_ISOLATED_FILE
spin_unlock_irq node0.lru_lock
test_and_set_bit_lock locked P.flags 0->1
test_bit locked P.flags =1
atomic_cmpxchg P._refcount 2->0
spin_lock_irq node0.lru_lock
atomic_add zone0.NR_ISOLATED_FILE
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P free
zone0.NR_MLOCK 0
PGFREE 1
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 6.3 steps 2 to 5.
TEST(ShrinkPageList, LooksAtThePageBeforeItsMappings) {
    const ModelRun did = run(reclaim_of_file("A"));

    EXPECT_EQ(part(did.operations, "test_and_set_bit_lock", "test_and_clear_bit referenced"), R"(
test_and_set_bit_lock locked P.flags 0->1
test_bit active P.flags =0
READ_ONCE P.mapping
test_bit unevictable file.flags =0
test_bit mlocked P.flags =0
test_bit writeback P.flags =0
atomic_read P._mapcount =0
READ_ONCE P.mapping
READ_ONCE P.mapping
test_bit locked P.flags =1
READ_ONCE P.mapping
down_read file.i_mmap_rwsem
READ_ONCE A.pte[0] =1
spin_lock A.ptl
READ_ONCE A.vm_flags =3
spin_unlock A.ptl
up_read file.i_mmap_rwsem
test_and_clear_bit referenced P.flags 0->0
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.2 steps 3 to 9 for a file page: the flag is read under the ptl, the entry goes before
// the count, the count before the reference.
TEST(TryToUnmap, RemovesTheEntryUnderThePtl) {
    const ModelRun did = run(reclaim_of_file("A"));

    EXPECT_EQ(
        part(part(did.operations, "test_and_clear_bit referenced"), "READ_ONCE A.pte", "up_read"),
        R"(
READ_ONCE A.pte[0] =1
spin_lock A.ptl
READ_ONCE A.vm_flags =3
WRITE_ONCE A.pte[0] 1->0
READ_ONCE P.mapping
atomic_add_negative P._mapcount 0->-1
test_bit mlocked P.flags =0
atomic_dec_and_test P._refcount 3->2
spin_unlock A.ptl
atomic_read P._mapcount =-1
up_read file.i_mmap_rwsem
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 6.3 steps 9 and 10: frozen under tree_lock, dirty looked at again, PG_locked without an
// atomic operation.
TEST(RemoveMapping, FreezesTheCountUnderTreeLock) {
    const ModelRun did = run(reclaim_of_file("A"));

    EXPECT_EQ(part(did.operations, "spin_lock_irq file.tree_lock", "set_bit buddy"), R"(
spin_lock_irq file.tree_lock
atomic_cmpxchg P._refcount 2->0
test_bit dirty P.flags =0
atomic_read P._mapcount =-1
WRITE_ONCE file.page_tree[0] 1->0
WRITE_ONCE P.mapping
spin_unlock_irq file.tree_lock
__clear_bit load P.flags
__clear_bit store P.flags
set_bit buddy 0->1
)");
}

// paths: 6.3 step 9: a reference that comes before the freeze keeps the page.
TEST(RemoveMapping, KeepsAPageThatSomebodyElseHolds) {
    ScenarioWords words = reclaim_of_file("");
    words.pages[0].pinned_by = words_in("idle");
    const ModelRun did = run(words);

    EXPECT_EQ(part(did.operations, "spin_lock_irq file.tree_lock", "clear_bit_unlock"), R"(
spin_lock_irq file.tree_lock
atomic_cmpxchg P._refcount 3->3
spin_unlock_irq file.tree_lock
test_bit locked P.flags =1
clear_bit_unlock locked P.flags 1->0
)");
    EXPECT_EQ(part(did.state, "P ", "mapping"), R"(
P lru on inactive_file, 2 references, 0 mappings
)");
}

// paths: 6.3 steps 6 to 9 for an anonymous page: a slot, the entry of it, the write, the end.
TEST(ShrinkPageList, SwapsAnAnonymousPageOut) {
    const ModelRun did =
        run(reclaim_of({.where = "inactive_anon", .mapped_by = "A"}, shrink_anon, 1));

    EXPECT_EQ(only(part(did.operations, "test_and_clear_bit referenced"),
                   {"tree_lock", "bit swapcache", "swap.page_tree", "A.pte", "A.ptl", "dirty",
                    "_refcount"}),
              R"(
test_bit swapcache P.flags =0
spin_lock_irq swap.tree_lock
atomic_inc P._refcount 2->3
set_bit swapcache P.flags 0->1
WRITE_ONCE swap.page_tree 0->1
spin_unlock_irq swap.tree_lock
test_bit swapcache P.flags =1
READ_ONCE A.pte[0] =11
spin_lock A.ptl
WRITE_ONCE A.pte[0] 11->0
set_bit dirty P.flags 0->1
test_bit swapcache P.flags =1
spin_lock_irq swap.tree_lock
spin_unlock_irq swap.tree_lock
WRITE_ONCE A.pte[0] 0->320
atomic_dec_and_test P._refcount 3->2
spin_unlock A.ptl
test_bit dirty P.flags =1
test_bit swapcache P.flags =1
atomic_read P._refcount =2
test_and_clear_bit dirty P.flags 1->0
test_bit swapcache P.flags =1
spin_lock_irq swap.tree_lock
atomic_cmpxchg P._refcount 2->0
test_bit dirty P.flags =0
test_bit swapcache P.flags =1
WRITE_ONCE swap.page_tree 1->0
clear_bit swapcache P.flags 1->0
spin_unlock_irq swap.tree_lock
)");
    EXPECT_EQ(did.violation, "");
}

// paths: 6.3 steps 5 to 7 and cull, 3.2 step 4, 6.4: the page of a VM_LOCKED vma gets PG_mlocked
// under the ptl, loses its slot, and goes to the unevictable list without lru_lock.
TEST(ShrinkPageList, CullsThePageOfALockedVma) {
    const ModelRun did =
        run(reclaim_of({.where = "inactive_anon", .mapped_by = "L"}, shrink_anon, 1));

    EXPECT_EQ(only(part(part(did.operations, "test_and_clear_bit referenced"), "READ_ONCE L.pte"),
                   {"L.", "mlocked P", "lru_lock", "swap.page_tree", "bit_unlock", "set_bit"}),
              R"(
READ_ONCE L.pte[0] =11
spin_lock L.ptl
READ_ONCE L.vm_flags =8195
test_and_set_bit mlocked P.flags 0->1
spin_unlock L.ptl
WRITE_ONCE swap.page_tree 1->0
set_bit dirty P.flags 0->1
clear_bit_unlock locked P.flags 1->0
spin_lock_irq node0.lru_lock
test_bit mlocked P.flags =1
spin_unlock_irq node0.lru_lock
test_bit mlocked P.flags =1
spin_lock_irq node0.lru_lock
set_bit unevictable P.flags 0->1
set_bit lru P.flags 0->1
spin_unlock_irq node0.lru_lock
test_bit mlocked P.flags =1
spin_lock_irq node0.lru_lock
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(did.state, R"(
P dirty|lru|swapbacked|unevictable|mlocked on unevictable, 1 reference, 1 mapping
zone0.NR_MLOCK 1
UNEVICTABLE_PGCULLED 1
UNEVICTABLE_PGMLOCKED 1
)");
    EXPECT_EQ(did.violation, "");
}

struct Outcome {
    const char* name;
    ScenarioWords words;
    const char* state;  // of the page
};

// paths: 6.3: which exit a page takes, by where it ends.
TEST(ShrinkPageList, KeepsActivatesOrCulls) {
    const PageSetting anon = {.where = "inactive_anon", .mapped_by = "A"};
    for (const Outcome& c : {
             Outcome{"no swap", reclaim_of(anon, shrink_anon),
                     "active|swapbacked on active_anon, 1 reference, 1 mapping"},
             Outcome{"accessed", accessed(reclaim_of(anon, shrink_anon, 1)),
                     "active|swapbacked on active_anon, 1 reference, 1 mapping"},
             Outcome{"file, accessed once", accessed(reclaim_of_file("A")),
                     "on inactive_file, 2 references, 1 mapping"},
             Outcome{"file, accessed twice", accessed(reclaim_of_file("A B")),
                     "active on active_file, 3 references, 2 mappings"},
             Outcome{"file, accessed again", accessed(reclaim_of_file("A", "referenced")),
                     "active on active_file, 2 references, 1 mapping"},
             Outcome{"writeback", reclaim_of_file("A", "writeback"),
                     "writeback on inactive_file, 2 references, 1 mapping"},
             Outcome{"dirty", reclaim_of_file("A", "dirty"),
                     "on inactive_file, 1 reference, 0 mappings"},
             Outcome{"mlocked", reclaim_of_file("L", "mlocked"),
                     "unevictable|mlocked on unevictable, 2 references, 1 mapping"},
         }) {
        const ModelRun did = run(c.words);
        EXPECT_NE(did.state.find(c.state), std::string::npos) << c.name << did.state;
        EXPECT_EQ(did.violation, "") << c.name;
    }
}

// paths: 6.2: per page without lru_lock the evictable test, the walk, PG_active; then the move,
// which does not look again.
TEST(ShrinkActiveList, MovesAPageToTheInactiveList) {
    const ModelRun did = run(reclaim_of({.where = "active_anon", .mapped_by = "A"},
                                        "shrink_active_list 0 active_anon 1"));

    EXPECT_EQ(only(did.operations,
                   {"lru_lock", "NR_ISOLATED", "bit lru", "mlocked", "A.", "active", "_refcount"}),
              R"(
spin_lock_irq node0.lru_lock
test_bit lru P.flags =1
test_bit lru P.flags =1
atomic_add_unless P._refcount 1->2
clear_bit lru P.flags 1->0
atomic_add zone0.NR_ISOLATED_ANON
spin_unlock_irq node0.lru_lock
test_bit mlocked P.flags =0
READ_ONCE A.pte[0] =11
spin_lock A.ptl
READ_ONCE A.vm_flags =3
spin_unlock A.ptl
clear_bit active P.flags 1->0
spin_lock_irq node0.lru_lock
test_bit lru P.flags =0
set_bit lru P.flags 0->1
atomic_dec_and_test P._refcount 2->1
atomic_add zone0.NR_ISOLATED_ANON
spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(part(did.state, "PGDEACTIVATE"), "\nPGDEACTIVATE 1\n");
    EXPECT_EQ(did.violation, "");
}

// paths: 3.7: the page lock is only tried, for a file page, and its holder makes the page "used".
TEST(PageReferenced, TriesTheLockOfAFilePage) {
    const PageSetting page = {
        .where = "active_file", .mapped_by = "A", .mapping = "file", .cached = true};
    const ModelRun did = run(reclaim_of(page, "shrink_active_list 0 active_file 1"));

    EXPECT_EQ(only(did.operations, {"lock locked", "i_mmap", "unlock locked"}), R"(
test_and_set_bit_lock locked P.flags 0->1
down_read file.i_mmap_rwsem
up_read file.i_mmap_rwsem
clear_bit_unlock locked P.flags 1->0
)");
}

// paths: 6.4: the last reference is dropped under lru_lock, and the page unlinked by hand.
TEST(PutbackInactivePages, UnlinksAPageWhoseLastReferenceItDrops) {
    ScenarioWords words = reclaim_of({.where = "inactive_anon", .mapped_by = "A"}, shrink_anon);
    words.tasks.push_back({});
    words.tasks.back().name.text = "zap";
    words.tasks.back().steps.push_back({words_in("zap_pte_range A P")});
    const ModelRun did = run(words, {{"t", "clear_bit lru"}, {"zap"}, {"t"}});

    EXPECT_EQ(part(did.operations, "t: set_bit lru", "t: spin_unlock_irq"), R"(
t: set_bit lru P.flags 0->1
t: test_bit unevictable P.flags =0
t: test_bit swapbacked P.flags =1
t: test_bit active P.flags =1
t: atomic_dec_and_test P._refcount 1->0
t: __clear_bit load P.flags
t: __clear_bit store P.flags
t: __clear_bit load P.flags
t: __clear_bit store P.flags
t: atomic_add zone0.NR_ISOLATED_ANON
t: spin_unlock_irq node0.lru_lock
)");
    EXPECT_EQ(part(did.state, "P free", "P free"), "\nP free\n");
    EXPECT_EQ(did.violation, "");
}

// paths: 7.4: lock, entry, mapping, activate_page, slot; not mlocked, but without a slot in a
// VM_LOCKED vma.
TEST(DoSwapPage, MapsThePageThatIsStillInTheSwapCache) {
    ScenarioWords words =
        world_of({{.where = "inactive_anon", .mapped_by = "a", .pinned_by = "u"}},
                 {{.steps = "touch 0", .cpu = 1},
                  {.name = "u", .steps = "shrink_inactive_list 0 inactive_anon 1; put_page P"}});
    words.machine.swap_slots = 1;
    words.processes.emplace_back().name.text = "A";
    words.pages[0].old = true;
    VmaWords& vma = words.vmas.emplace_back();
    vma.name.text = "a";
    vma.process.text = "A";
    vma.pages = 1;
    words.tasks[0].process.text = "A";
    const ModelRun did =
        run(words, {{"u", "this_cpu_add PGACTIVATE"}, {"u", "spin_unlock_irq"}, {"t"}, {"u"}});

    EXPECT_EQ(part(only(did.operations, {"t: "}), "wait_on_bit_lock", "clear_bit_unlock"), R"(
t: wait_on_bit_lock locked P.flags 0->1
t: test_bit swapcache P.flags =1
t: spin_lock A.ptl
t: WRITE_ONCE A.pte[0] 320->5
t: atomic_inc_and_test P._mapcount -1->0
t: test_bit locked P.flags =1
t: READ_ONCE P.mapping
t: test_bit lru P.flags =1
t: test_bit active P.flags =0
t: test_bit unevictable P.flags =0
t: atomic_inc P._refcount 3->4
t: this_cpu_write activate_page_pvecs[1].nr 0->1
t: spin_lock_irq swap.tree_lock
t: spin_unlock_irq swap.tree_lock
t: READ_ONCE a.vm_flags =3
t: test_bit mlocked P.flags =0
t: test_bit locked P.flags =1
t: clear_bit_unlock locked P.flags 1->0
)");
    EXPECT_EQ(did.violation, "");
}

}  // namespace
}  // namespace heddle::model_reclaim_test
