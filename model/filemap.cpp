// SPDX-License-Identifier: Apache-2.0
#include "model/filemap.h"

#include "model/memory.h"
#include "model/page_alloc.h"
#include "model/swap.h"

namespace heddle {

namespace {

// The entry at `index`, a page with a reference.
page_tree_entry find_get_entry(struct address_space* mapping, unsigned index) {
repeat:
    const page_tree_entry entry = READ_ONCE(mapping->page_tree[index]);
    if (entry == 0 || radix_tree_exceptional_entry(entry)) {
        return entry;
    }
    // All references to a huge page are counted at its head.
    struct page* head = compound_head(entry_page(entry));
    if (!get_page_unless_zero(head, Holder::pin)) {
        // The kernel spins until the page is gone from the slot or no longer frozen; whoever has
        // frozen it holds the lock for that long.
        spin_unlock_wait(&mapping->tree_lock);
        goto repeat;
    }
    // The page may have left the cache, or its head, before it had our reference.
    if (compound_head(entry_page(entry)) != head || READ_ONCE(mapping->page_tree[index]) != entry) {
        put_page(head, Holder::pin);
        goto repeat;
    }
    return entry;
}

}  // namespace

struct page* find_get_page(struct address_space* mapping, unsigned index) {
    const page_tree_entry entry = find_get_entry(mapping, index);
    return entry == 0 || radix_tree_exceptional_entry(entry) ? nullptr : entry_page(entry);
}

unsigned find_get_entries(struct address_space* mapping, unsigned start, unsigned nr_entries,
                          page_tree_entry* entries, pgoff_t* indices) {
    unsigned ret = 0;
    for (unsigned index = start; index < mapping->page_tree_end && ret < nr_entries; ++index) {
        const page_tree_entry entry = find_get_entry(mapping, index);
        if (entry != 0) {
            entries[ret] = entry;
            indices[ret] = static_cast<pgoff_t>(index);
            ++ret;
        }
    }
    return ret;
}

unsigned find_get_pages(struct address_space* mapping, unsigned start, unsigned nr_entries,
                        page_tree_entry* entries, pgoff_t* indices) {
    const unsigned found = find_get_entries(mapping, start, nr_entries, entries, indices);
    unsigned ret = 0;
    for (unsigned i = 0; i < found; ++i) {
        if (!radix_tree_exceptional_entry(entries[i])) {
            entries[ret] = entries[i];
            indices[ret] = indices[i];
            ++ret;
        }
    }
    return ret;
}

void __delete_from_page_cache(struct page* page, unsigned index) {
    VM_BUG_ON_PAGE(PageTail(page), page);
    VM_BUG_ON_PAGE(page_mapped(page), page);
    ghost([&] { ghost_require_tree_lock(page->mapping); });
    WRITE_ONCE(page->mapping->page_tree[index], 0);
    WRITE_ONCE(page->mapping, nullptr);
}

void delete_from_page_cache(struct page* page, unsigned index) {
    struct address_space* mapping = page->mapping;
    unsigned long flags = 0;

    VM_BUG_ON_PAGE(!PageLocked(page), page);
    spin_lock_irqsave(&mapping->tree_lock, flags);
    __delete_from_page_cache(page, index);
    spin_unlock_irqrestore(&mapping->tree_lock, flags);
    put_page(page, Holder::cache);
}

namespace {

// add_to_page_cache_lru(): inserts the new, locked page. False if another was faster.
bool add_to_page_cache_lru(struct page* page, struct address_space* mapping, unsigned index) {
    __SetPageLocked(page);
    spin_lock_irq(&mapping->tree_lock);
    page_tree_entry& entry = mapping->page_tree[index];
    const bool inserted = entry == 0;
    if (inserted) {
        ghost([&] { ghost_require_tree_lock(mapping); });
        get_page(page, Holder::cache);
        page->index = static_cast<pgoff_t>(index);
        WRITE_ONCE(page->mapping, mapping);
        WRITE_ONCE(entry, entry_of(page));
    }
    spin_unlock_irq(&mapping->tree_lock);
    if (inserted) {
        lru_cache_add(page);
    } else {
        clear_bit_unlock(PG_locked, &page->flags);
    }
    return inserted;
}

bool is_behind_the_end(const struct address_space* mapping, unsigned index) {
    return index >= READ_ONCE(mapping->i_size);
}

}  // namespace

unsigned filemap_fault(struct address_space* mapping, unsigned index, struct page*& page) {
    // The kernel looks at the size first and with the page locked, not at each turn between.
    while (!is_behind_the_end(mapping, index)) {
        page = find_get_page(mapping, index);
        if (page != nullptr) {
            lock_page(page);
            if (page_mapping(page) == mapping && !is_behind_the_end(mapping, index)) {
                return 0;
            }
            // Truncated while we waited, or about to be: whoever does that waits for the lock.
            unlock_page(page);
            put_page(page, Holder::pin);
            continue;
        }
        page = alloc_page();
        if (page == nullptr) {
            return VM_FAULT_OOM;
        }
        if (add_to_page_cache_lru(page, mapping, index)) {
            SetPageUptodate(page);
            unlock_page(page);
        }
        put_page(page, Holder::pin);
    }
    return VM_FAULT_SIGBUS;
}

}  // namespace heddle
