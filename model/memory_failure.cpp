// SPDX-License-Identifier: Apache-2.0
#include "model/memory_failure.h"

#include <cerrno>

#include "model/fixes.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/vmscan.h"

namespace heddle {

namespace {

// Brings the page to a list if it waits in a pagevec.
void shake_page(struct page*) { lru_add_drain_all(); }

// The page is locked.
void hwpoison_user_mappings(struct page* page) {
    const bool mlocked = PageMlocked(page);
    if (!page_mapped(page)) {
        return;
    }
    try_to_unmap(page, TTU_UNMAP | TTU_IGNORE_MLOCK | TTU_IGNORE_ACCESS | TTU_POISON);
    // The last unmapping has taken PG_mlocked off it and put it back by a pagevec, which has a
    // reference to it.
    if (mlocked && has(Fix::hwpoison_drains_after_unmap)) {
        shake_page(page);
    }
}

// False if it is on no list.
bool delete_from_lru_cache(struct page* page) {
    if (isolate_lru_page(page) != 0) {
        return false;
    }
    // Whoever frees it must not find them.
    ClearPageActive(page);
    ghost([&] { ghost_drop_unevictable(page); });
    ClearPageUnevictable(page);
    ghost([&] { ghost_end_isolation(page); });
    put_page(page, Holder::isolation);
    return true;
}

}  // namespace

int memory_failure(struct page* page) {
    if (TestSetPageHWPoison(page)) {
        return 0;
    }
    if (!PageLRU(page)) {
        shake_page(page);
    }
    lock_page(page);
    // Somebody has it isolated: it is left to him.
    if (!PageLRU(page)) {
        unlock_page(page);
        return -EBUSY;
    }
    wait_on_page_writeback(page);
    hwpoison_user_mappings(page);
    bool recovered = !page_mapped(page) && delete_from_lru_cache(page);
    // The caller's reference; and the page cache has one.
    if (page_count(page) != (PageAnon(page) ? 1 : 2)) {
        recovered = false;
    }
    unlock_page(page);
    return recovered ? 0 : -EBUSY;
}

}  // namespace heddle
