// SPDX-License-Identifier: Apache-2.0
// R4: what a user has written is in his page. Each way to lose it, done by hand.
#include <gtest/gtest.h>

#include "model/ghost.h"
#include "model/memory.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "tests/model_operations.h"

namespace heddle::model_contents_test {
namespace {

// A has written to P, and its second page has never been touched.
constexpr const char* world = R"(story = "A page with content."
sometimes = ["P.uptodate"]
[machine]
swap_slots = 1
free_pages = 1
[[process]]
name = "A"
[[process]]
name = "B"
[[vma]]
name = "a"
process = "A"
pages = 2
[[page]]
name = "P"
flags = ["uptodate"]
where = "inactive_anon"
mapped_by = ["a"]
[[task]]
name = "t"
process = "A"
steps = ["lru_add_drain"]
)";

struct page* p() {
    return pfn_to_page(0);
}
struct mm_struct* mm() {
    return this_machine().mms;
}
pte_t& entry() { return mm()->pgd[0].entries.value.pte[0]; }

std::string broken(std::function<void()> body) {
    const auto words = std::get<0>(parse_scenario_file("world.toml", world));
    return run(with_bodies(words[0], {std::move(body)}), {{"t"}}).violation;
}

void look() { do_user_access(0, false); }
void write() { do_user_access(0, true); }

TEST(Contents, AreFoundAgain) {
    EXPECT_EQ(broken([] {
                  look();
                  write();
                  look();
              }),
              "");
    EXPECT_EQ(broken([] { do_user_access(PAGE_SIZE, true); }), "");
}

TEST(Contents, AreLostWithThePage) {
    EXPECT_EQ(broken([] {
                  p()->ghost.content = 0;
                  look();
              }),
              "R4");
    EXPECT_EQ(broken([] {
                  entry() = 0;  // nobody has zapped it: the next fault finds nothing
                  write();
              }),
              "R4");
    EXPECT_EQ(broken([] {
                  entry() = 0;
                  look();
              }),
              "R4");
    EXPECT_EQ(broken([] {
                  entry() = 0;
                  ghost_drop_content(mm(), 0);  // as zapping does
                  write();
              }),
              "");
}

// As a migration that does not copy, or copies before the last write.
TEST(Contents, AreLostByAnotherPageInItsPlace) {
    const auto replace = [](auto copy) {
        return broken([copy] {
            struct page* page = alloc_page();
            page->mapping = p()->mapping;
            page->flags = p()->flags;
            copy(page);
            spin_lock(pte_lockptr(mm(), 0));
            set_pte_at(mm(), 0, mk_pte(page, 0));
            spin_unlock(pte_lockptr(mm(), 0));
        });
    };
    EXPECT_EQ(replace([](struct page*) {}), "R4");
    EXPECT_EQ(replace([](struct page* page) {
                  ghost_copy_content(page, p());
                  write();
              }),
              "R4");
    EXPECT_EQ(replace([](struct page* page) {
                  write();
                  ghost_copy_content(page, p());
              }),
              "");
}

TEST(Contents, AreLostBySwapWithoutWriting) {
    const auto swap_in = [](bool written) {
        return broken([written] {
            if (written) {
                ghost_write_to_slot(1, p());
            }
            this_machine().swap->swap_map[1] = 1;
            entry() = swp_entry_to_pte(1);
            look();
        });
    };
    EXPECT_EQ(swap_in(true), "");
    EXPECT_EQ(swap_in(false), "R4");
}

TEST(Contents, OfASlotGoWithIt) {
    EXPECT_EQ(broken([] {
                  struct swap_area& swap = *this_machine().swap;
                  ghost_write_to_slot(1, p());
                  swap.swap_map[1] = 1;
                  ghost_forget_slot(1);
                  BUG_ON(swap.contents[1] != 1);
                  swap.swap_map[1] = 0;
                  ghost_forget_slot(1);
                  BUG_ON(swap.contents[1] != 0);
              }),
              "");
}

TEST(Contents, MoveAndAreShared) {
    const auto after = [](auto change) {
        return broken([change] {
            change();
            ghost_require_content(mm(), PAGE_SIZE, entry());
        });
    };
    EXPECT_EQ(after([] {}), "R4");
    EXPECT_EQ(after([] { ghost_move_content(mm(), 0, PAGE_SIZE); }), "");
    const auto shared = [](bool share) {
        return broken([share] {
            if (share) {
                ghost_share_content(mm(), mm() + 1, 0);
            }
            ghost_require_content(mm() + 1, 0, entry());
        });
    };
    EXPECT_EQ(shared(true), "");
    EXPECT_EQ(shared(false), "R4");
}

}  // namespace
}  // namespace heddle::model_contents_test
