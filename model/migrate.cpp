// SPDX-License-Identifier: Apache-2.0
#include "model/migrate.h"

#include <bit>
#include <cerrno>

#include "model/huge_memory.h"
#include "model/ksm.h"
#include "model/mlock.h"
#include "model/mm_inline.h"
#include "model/mutations.h"
#include "model/page_alloc.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/rmap_walk.h"
#include "model/vmscan.h"
#include "model/vmstat.h"

namespace heddle {

// ---- sets of isolated pages

void mod_zone_isolated(struct page* page, long delta) {
    const zone_stat_item item = page_is_file_cache(page) ? NR_ISOLATED_FILE : NR_ISOLATED_ANON;
    mod_zone_page_state(page_zone(page), item, delta);
}

void putback_movable_pages(page_set& from) {
    while (from != 0) {
        struct page* page = pfn_to_page(static_cast<unsigned>(std::countr_zero(from)));
        list_del(page, from, Where::here());
        mod_zone_isolated(page, -1);
        putback_lru_page(page);
    }
}

// ---- migration entries

namespace {

int remove_migration_pte(struct page* newpage, struct vm_area_struct* vma, unsigned long address,
                         void* arg) {
    auto* old = static_cast<struct page*>(arg);
    struct mm_struct* mm = vma->vm_mm;
    spinlock_t* ptl = pte_lockptr(mm, address);
    if (pmd_peek(mm, address) != page_table_pmd) {
        return SWAP_AGAIN;
    }
    // No look before the ptl is held: mremap() may be moving the entry and not hold the lock of
    // this walk.
    spin_lock(ptl);
    const pte_t entry = pte_at(mm, address);
    if (is_migration_entry(entry) && migration_entry_to_page(entry) == old) {
        get_page(newpage, Holder::map);
        const bool write =
            is_write_migration_entry(entry) && (READ_ONCE(vma->vm_flags) & VM_WRITE) != 0;
        set_pte_at(mm, address, pte_mkold(mk_pte(newpage, write ? _PAGE_RW : 0U)));
        if (PageAnon(newpage)) {
            page_add_anon_rmap(newpage, vma, address);
        } else {
            page_add_file_rmap(newpage);
        }
        // Under the ptl: munlock clears VM_LOCKED before it takes the ptl of the first entry. If it
        // passed this entry before us the flag is gone; if it comes after us it finds PG_mlocked.
        // A part of a huge page that could not be split is left alone.
        if (!mutated(Mutation::migration_leaves_mlocking_to_reclaim) &&
            (READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0 && !PageTransCompound(newpage)) {
            mlock_vma_page(newpage);
        }
    }
    spin_unlock(ptl);
    return SWAP_AGAIN;
}

}  // namespace

void remove_migration_ptes(struct page* old, struct page* newpage) {
    struct address_space* mapping = READ_ONCE(newpage->mapping);
    if (mapping == nullptr) {
        return;
    }
    if (is_ksm(mapping)) {
        rmap_walk_ksm(newpage, {remove_migration_pte, old, never});
        return;
    }
    const bool anon = is_anon(mapping);
    struct rw_semaphore* rwsem = anon ? &anon_vma_of(mapping)->root->rwsem : &mapping->i_mmap_rwsem;
    VM_BUG_ON_PAGE(!anon && !PageLocked(newpage), newpage);
    down_read(rwsem);
    rmap_walk_tree(newpage, anon ? anon_vma_of(mapping)->rb_root : mapping->i_mmap,
                   {remove_migration_pte, old, never});
    up_read(rwsem);
}

void remove_migration_ptes_locked(struct page* page) {
    struct address_space* mapping = READ_ONCE(compound_head(page)->mapping);
    VM_BUG_ON_PAGE(!is_anon(mapping) || is_ksm(mapping), page);
    rmap_walk_tree(page, anon_vma_of(mapping)->rb_root, {remove_migration_pte, page, never});
}

void migration_entry_wait(struct mm_struct* mm, unsigned long address) {
    spinlock_t* ptl = pte_lockptr(mm, address);
    spin_lock(ptl);
    const pte_t entry = pte_at(mm, address);
    if (!is_migration_entry(entry)) {
        spin_unlock(ptl);
        return;
    }
    struct page* page = migration_entry_to_page(entry);
    const bool referenced = get_page_unless_zero(page, Holder::pin);
    spin_unlock(ptl);
    if (referenced) {
        wait_on_page_locked(page);
        put_page(page, Holder::pin);
        return;
    }
    // Frozen while its page-cache slot changes hands, or a part of a huge page that is being split.
    // The kernel faults again and again until that is over.
    struct address_space* mapping = page_mapping(page);
    if (mapping != nullptr) {
        spin_unlock_wait(&mapping->tree_lock);
    } else if (has_huge_pages()) {
        wait_on_page_locked(compound_head(page));
    }
}

// ---- moving one page

void migrate_page_copy(struct page* newpage, struct page* page) {
    newpage->mem_cgroup = page->mem_cgroup;
    ghost([&] { ghost_copy_content(newpage, page); });
    if (PageReferenced(page)) {
        SetPageReferenced(newpage);
    }
    if (PageUptodate(page)) {
        SetPageUptodate(newpage);
    }
    if (TestClearPageActive(page)) {
        VM_BUG_ON_PAGE(PageUnevictable(page), page);
        SetPageActive(newpage);
    } else if (TestClearPageUnevictable(page)) {
        SetPageUnevictable(newpage);
    }
    // PG_mlocked stays behind: the last unmap has cleared it, remove_migration_pte() sets it anew.
    if (PageDirty(page)) {
        SetPageDirty(newpage);
    }
    if (PageKsm(page)) {
        ksm_migrate_page(newpage, page);
    }
    if (PageSwapCache(page)) {
        ClearPageSwapCache(page);
        page->swap = 0;
    }
}

namespace {

void copy_identity(struct page* newpage, const struct page* page) {
    newpage->index = page->index;
    WRITE_ONCE(newpage->mapping, READ_ONCE(page->mapping));
    if (PageSwapBacked(page)) {
        __SetPageSwapBacked(newpage);
    }
}

int migrate_page_move_mapping(struct address_space* mapping, struct page* newpage,
                              struct page* page) {
    int expected_count = 1;  // the isolation's
    if (mapping == nullptr) {
        if (page_count(page) != expected_count) {
            return -EAGAIN;
        }
        copy_identity(newpage, page);
        return MIGRATEPAGE_SUCCESS;
    }
    ++expected_count;
    spin_lock_irq(&mapping->tree_lock);
    // Frozen: nobody gets a reference by the old slot who would not see the new one.
    page_tree_entry& slot = mapping->page_tree[page_index(page)];
    if (page_count(page) != expected_count || slot != entry_of(page) ||
        !page_ref_freeze(page, expected_count)) {
        spin_unlock_irq(&mapping->tree_lock);
        return -EAGAIN;
    }
    copy_identity(newpage, page);
    get_page(newpage, Holder::cache);
    if (PageSwapCache(page)) {
        SetPageSwapCache(newpage);
        newpage->swap = page->swap;
    }
    if (PageDirty(page)) {
        ClearPageDirty(page);
        SetPageDirty(newpage);
    }
    ghost([&] { ghost_require_tree_lock(mapping); });
    WRITE_ONCE(slot, entry_of(newpage));
    ghost([&] { ghost_put(page, Holder::cache); });
    page_ref_unfreeze(page, expected_count - 1);
    spin_unlock_irq(&mapping->tree_lock);
    return MIGRATEPAGE_SUCCESS;
}

int move_to_new_page(struct page* newpage, struct page* page) {
    VM_BUG_ON_PAGE(!PageLocked(page), page);
    VM_BUG_ON_PAGE(!PageLocked(newpage), newpage);
    struct address_space* mapping = page_mapping(page);
    const int rc = migrate_page_move_mapping(mapping, newpage, page);
    if (rc == MIGRATEPAGE_SUCCESS) {
        migrate_page_copy(newpage, page);
        // An anonymous page keeps its mapping until it is freed.
        if (!PageAnon(page)) {
            WRITE_ONCE(page->mapping, nullptr);
        }
    }
    return rc;
}

// Unmaps the locked page, moves it to the locked new one, and maps what it is in then.
int move_mapped_page(struct page* page, struct page* newpage, const struct anon_vma* anon_vma) {
    int rc = -EAGAIN;
    bool page_was_mapped = false;
    struct address_space* mapping = READ_ONCE(page->mapping);
    VM_BUG_ON_PAGE(mapping == nullptr && PageAnon(page), page);
    if (mapping != nullptr && page_mapped(page)) {
        VM_BUG_ON_PAGE(is_anon(mapping) && !is_ksm(mapping) && anon_vma == nullptr, page);
        try_to_unmap(page, TTU_MIGRATION | TTU_IGNORE_MLOCK | TTU_IGNORE_ACCESS);
        page_was_mapped = true;
    }
    if (!page_mapped(page)) {
        rc = move_to_new_page(newpage, page);
    }
    if (page_was_mapped) {
        remove_migration_ptes(page, rc == MIGRATEPAGE_SUCCESS ? newpage : page);
    }
    return rc;
}

int __unmap_and_move(struct page* page, struct page* newpage, bool force, migrate_mode mode) {
    int rc = -EAGAIN;
    struct anon_vma* anon_vma = nullptr;

    if (!trylock_page(page)) {
        if (!force || mode == MIGRATE_ASYNC) {
            return rc;
        }
        lock_page(page);
    }
    if (PageWriteback(page)) {
        if (mode != MIGRATE_SYNC) {
            rc = -EBUSY;
            goto out_unlock;
        }
        if (!force) {
            goto out_unlock;
        }
        wait_on_page_writeback(page);
    }
    // The page will be unmapped for a while: without a pin its anon_vma could go meanwhile.
    anon_vma = page_get_anon_vma(page);
    if (trylock_page(newpage)) {
        rc = move_mapped_page(page, newpage, anon_vma);
        unlock_page(newpage);
    }
    if (anon_vma != nullptr) {
        put_anon_vma(anon_vma);
    }
out_unlock:
    unlock_page(page);
    if (rc == MIGRATEPAGE_SUCCESS) {
        // By the flags it has now: who has munlocked or mlocked it meanwhile could not isolate it.
        putback_lru_page(newpage);
    }
    return rc;
}

// A page to move to. Ghost: off the lists and the caller's own, so it counts as isolated, with the
// reference it comes with.
struct page* alloc_newpage() {
    struct page* newpage = alloc_page();
    if (newpage != nullptr) {
        ghost([&] {
            ghost_transfer(newpage, Holder::pin, Holder::isolation);
            ghost_isolate(newpage);
        });
    }
    return newpage;
}

// Drops the reference of an isolation that ends without the page going back to a list.
void put_isolated_page(struct page* page) {
    ghost([&] { ghost_end_isolation(page); });
    put_page(page, Holder::isolation);
}

// A huge page moves in parts: this one now. The others, of which the caller knows nothing, go to
// the list that the head says.
int split_before_move(struct page* page) {
    if (!PageTransHuge(page)) {
        return 0;
    }
    lock_page(page);
    const int rc = split_huge_page_to_list(page, nullptr);
    unlock_page(page);
    return rc;
}

int unmap_and_move(page_set& from, struct page* page, bool force, migrate_mode mode) {
    int rc = MIGRATEPAGE_SUCCESS;
    struct page* newpage = alloc_newpage();
    if (newpage == nullptr) {
        return -ENOMEM;
    }
    if (page_count(page) == 1) {
        // Freed while it was off the lists, by all but us. Its last reference finds no PG_lru and
        // leaves the flags of a list alone.
        ClearPageActive(page);
        ghost([&] { ghost_drop_unevictable(page); });
        ClearPageUnevictable(page);
        put_isolated_page(newpage);
    } else {
        rc = split_before_move(page);
        if (rc == 0) {
            rc = __unmap_and_move(page, newpage, force, mode);
        }
    }
    if (rc != -EAGAIN) {
        list_del(page, from, Where::here());
        mod_zone_isolated(page, -1);
    }
    if (rc == MIGRATEPAGE_SUCCESS) {
        put_isolated_page(page);
        return rc;
    }
    if (rc != -EAGAIN) {
        putback_lru_page(page);
    }
    put_isolated_page(newpage);
    return rc;
}

}  // namespace

// ---- all pages

int migrate_pages(page_set& from, migrate_mode mode) {
    const unsigned passes = this_machine().migrate_passes;
    unsigned nr_succeeded = 0;
    int nr_failed = 0;
    int retry = 1;
    int rc = 0;

    for (unsigned pass = 0; pass < passes && retry != 0 && rc != -ENOMEM; ++pass) {
        retry = 0;
        for (page_set left = from; left != 0 && rc != -ENOMEM;
             left = static_cast<page_set>(left & (left - 1))) {
            struct page* page = pfn_to_page(static_cast<unsigned>(std::countr_zero(left)));
            rc = unmap_and_move(from, page, pass + 1 == passes, mode);
            nr_succeeded += rc == MIGRATEPAGE_SUCCESS ? 1 : 0;
            retry += rc == -EAGAIN ? 1 : 0;
            nr_failed += rc != MIGRATEPAGE_SUCCESS && rc != -EAGAIN ? 1 : 0;
        }
    }
    if (rc != -ENOMEM) {
        nr_failed += retry;
        rc = nr_failed;
    }
    if (nr_succeeded != 0) {
        count_vm_events(PGMIGRATE_SUCCESS, nr_succeeded);
    }
    if (nr_failed != 0) {
        count_vm_events(PGMIGRATE_FAIL, static_cast<unsigned>(nr_failed));
    }
    return rc;
}

}  // namespace heddle
