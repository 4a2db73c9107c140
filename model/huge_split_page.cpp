// SPDX-License-Identifier: Apache-2.0
// The third part of mm/huge_memory.c: splitting a huge page itself.
#include <bit>
#include <cerrno>

#include "model/fixes.h"
#include "model/huge_memory.h"
#include "model/migrate.h"
#include "model/mm_inline.h"
#include "model/pgtable.h"
#include "model/rmap.h"
#include "model/swap.h"
#include "model/vmstat.h"

namespace heddle {

namespace {

// Takes every mapping away: ptes become migration entries, which a page of a file does without.
void freeze_page(struct page* page) {
    unsigned ttu_flags = TTU_IGNORE_MLOCK | TTU_IGNORE_ACCESS | TTU_RMAP_LOCKED;
    if (PageAnon(page)) {
        ttu_flags |= TTU_MIGRATION;
    }
    const bool for_sure = has(Fix::split_unmaps_for_sure);
    int ret = try_to_unmap(page, ttu_flags | TTU_SPLIT_HUGE_PMD);
    for (unsigned i = 1; (for_sure || ret == SWAP_SUCCESS) && i < hpage_pmd_nr(); ++i) {
        ret = try_to_unmap(page + i, ttu_flags);
    }
    VM_BUG_ON_PAGE(for_sure ? page_mapped(page) : ret != SWAP_SUCCESS, page);
}

// Of the huge page that could not be split, or of its parts.
void unfreeze_page(struct page* page, bool anon) {
    for (unsigned i = 0; anon && i < hpage_pmd_nr(); ++i) {
        remove_migration_ptes_locked(page + i);
    }
}

// Under lru_lock; nobody has a reference to the huge page but who splits it.
void __split_huge_page_tail(struct page* head, unsigned tail, struct lruvec* lruvec,
                            page_set* list) {
    struct page* page_tail = head + tail;
    const bool cached = page_mapping(head) != nullptr;
    VM_BUG_ON_PAGE(atomic_read(&page_tail->_mapcount) != -1, page_tail);
    VM_BUG_ON_PAGE(atomic_read(&page_tail->_refcount) != 0, page_tail);
    // From here on the tail can be found by its number, and get_page_unless_zero() succeeds.
    atomic_add(cached ? 2 : 1, &page_tail->_refcount);
    ghost([&] { ghost_split_tail(page_tail, cached); });
    // Not atomic: whoever has a reference since the line before must not change the flags yet.
    unsigned long flags = READ_ONCE(page_tail->flags);
    flags &= ~(flags_of_tails | bit_mask(PG_double_map));
    flags |= READ_ONCE(head->flags) & flags_of_tails;
    WRITE_ONCE(page_tail->flags, flags);
    ghost([&] {
        if ((flags & bit_mask(PG_unevictable)) != 0) {
            ghost_happened(Happened::made_unevictable, page_tail);
        }
    });
    bit_lock_is_born(PG_locked, &page_tail->flags);
    // Who sees that it is no tail any more sees its flags.
    smp_wmb();
    WRITE_ONCE(compound_of(page_tail)->compound_head.raw(), 0);
    WRITE_ONCE(page_tail->mapping, READ_ONCE(head->mapping));
    page_tail->index = static_cast<unsigned char>(head->index + tail);
    page_tail->mem_cgroup = head->mem_cgroup;
    lru_add_page_tail(head, page_tail, lruvec, list);
}

// The caller holds lru_lock, and tree_lock if the page is of a file; both are free at the end.
void __split_huge_page(struct page* page, page_set* list, unsigned long flags) {
    struct page* head = compound_head(page);
    struct zone* zone = page_zone(head);
    struct lruvec* lruvec = mem_cgroup_page_lruvec(head, zone);
    struct address_space* mapping = page_mapping(head);

    ghost([&] { ghost_split(head, true); });
    for (unsigned i = hpage_pmd_nr() - 1; i >= 1; --i) {
        __split_huge_page_tail(head, i, lruvec, list);
    }
    clear_bit(PG_head, &head->flags);
    ghost([&] { ghost_split(head, false); });
    atomic_set(&head->_refcount, mapping == nullptr ? 1 : 2);
    ghost([&] { ghost_freeze(head, false); });
    if (mapping != nullptr) {
        spin_unlock(&mapping->tree_lock);
    }
    spin_unlock_irqrestore(page_lru_lock(head), flags);
    unfreeze_page(head, mapping == nullptr);
    for (unsigned i = 0; i < hpage_pmd_nr(); ++i) {
        struct page* subpage = head + i;
        if (subpage != page) {
            unlock_page(subpage);
            // Frees a part that nothing maps.
            put_page(subpage, Holder::pin);
        }
    }
}

// Takes away all references but the caller's and those of the page cache, which nobody can then get
// back: true, with lru_lock and the tree_lock of a file's page held.
bool freeze_references(struct page* head, struct address_space* mapping, unsigned long& flags) {
    struct deferred_split* queue = deferred_split_of(page_pgdat(head));
    const int extra_pins = mapping == nullptr ? 0 : static_cast<int>(hpage_pmd_nr());
    spin_lock_irqsave(page_lru_lock(head), flags);
    bool frozen = true;
    if (mapping != nullptr) {
        spin_lock(&mapping->tree_lock);
        ghost([&] { ghost_require_tree_lock(mapping); });
        frozen = READ_ONCE(mapping->page_tree[head->index]) == entry_of(head);
    }
    spin_lock(&queue->split_queue_lock);
    const int mapcount = total_mapcount(head);
    BUG_ON(mapcount != 0);
    frozen = frozen && page_ref_freeze(head, 1 + extra_pins);
    if (frozen) {
        unqueue(queue->split_queue.locked(), head);
    }
    spin_unlock(&queue->split_queue_lock);
    if (!frozen) {
        if (mapping != nullptr) {
            spin_unlock(&mapping->tree_lock);
        }
        spin_unlock_irqrestore(page_lru_lock(head), flags);
    }
    return frozen;
}

int split_locked_tree(struct page* page, page_set* list) {
    struct page* head = compound_head(page);
    struct address_space* mapping = page_mapping(head);
    const int extra_pins = mapping == nullptr ? 0 : static_cast<int>(hpage_pmd_nr());
    // Racy: saves taking the page apart in vain.
    if (total_mapcount(head) != page_count(head) - extra_pins - 1) {
        return -EBUSY;
    }
    const bool mlocked = PageMlocked(page);
    freeze_page(head);
    VM_BUG_ON_PAGE(compound_mapcount(head) != 0, head);
    // The split of a pmd has put the munlocked page into a pagevec, perhaps this CPU's.
    if (mlocked) {
        lru_add_drain();
    }
    unsigned long flags = 0;
    if (!freeze_references(head, mapping, flags)) {
        unfreeze_page(head, mapping == nullptr);
        return -EBUSY;
    }
    __split_huge_page(page, list, flags);
    return 0;
}

}  // namespace

int split_huge_page_to_list(struct page* page, page_set* list) {
    struct page* head = compound_head(page);
    struct address_space* mapping = nullptr;
    struct anon_vma* anon_vma = nullptr;
    int ret = -EBUSY;

    VM_BUG_ON_PAGE(!PageLocked(page), page);
    VM_BUG_ON_PAGE(!PageSwapBacked(page), page);
    VM_BUG_ON_PAGE(!PageTransCompound(page), page);
    if (PageAnon(head)) {
        // Until migration entries are all that is left, some of which may go meanwhile.
        anon_vma = page_get_anon_vma(head);
        if (anon_vma == nullptr) {
            goto out;
        }
        down_write(&anon_vma->root->rwsem);
        ret = split_locked_tree(page, list);
        up_write(&anon_vma->root->rwsem);
        put_anon_vma(anon_vma);
    } else {
        mapping = page_mapping(head);
        // Truncated.
        if (mapping == nullptr) {
            goto out;
        }
        down_read(&mapping->i_mmap_rwsem);
        ret = split_locked_tree(page, list);
        up_read(&mapping->i_mmap_rwsem);
    }
out:
    count_vm_event(ret == 0 ? THP_SPLIT_PAGE : THP_SPLIT_PAGE_FAILED);
    return ret;
}

void deferred_split_scan(struct pglist_data* pgdat) {
    struct deferred_split* queue = deferred_split_of(pgdat);
    unsigned long flags = 0;
    page_set pages = 0;
    spin_lock_irqsave(&queue->split_queue_lock, flags);
    struct split_queue& split_queue = queue->split_queue.locked();
    for (page_set left = split_queue.pages; left != 0;
         left = static_cast<page_set>(left & (left - 1))) {
        struct page* page = pfn_to_page(static_cast<unsigned>(std::countr_zero(left)));
        if (get_page_unless_zero(page, Holder::pin)) {
            list_add(page, pages, Where::here());
        } else {
            // On its way to free_transhuge_page().
            unqueue(split_queue, page);
        }
    }
    spin_unlock_irqrestore(&queue->split_queue_lock, flags);
    // What cannot be split stays in the queue.
    for (; pages != 0; pages = static_cast<page_set>(pages & (pages - 1))) {
        struct page* page = pfn_to_page(static_cast<unsigned>(std::countr_zero(pages)));
        lock_page(page);
        split_huge_page_to_list(page, nullptr);
        unlock_page(page);
        put_page(page, Holder::pin);
    }
}

}  // namespace heddle
