// SPDX-License-Identifier: Apache-2.0
#include "model/shmem.h"

#include <cerrno>
#include <cstddef>

#include "model/filemap.h"
#include "model/fixes.h"
#include "model/mlock_shm.h"
#include "model/swap.h"
#include "model/truncate.h"
#include "model/vmscan.h"

namespace heddle {

struct shmem_inode_info* SHMEM_I(struct inode* inode) {
    return reinterpret_cast<struct shmem_inode_info*>(reinterpret_cast<std::uintptr_t>(inode) -
                                                      offsetof(struct shmem_inode_info, vfs_inode));
}

int shmem_lock(struct file* file, int lock, struct user_struct* user) {
    struct inode* inode = file->f_inode;
    struct shmem_inode_info* info = SHMEM_I(inode);
    int retval = -ENOMEM;
    vm_flags_t info_flags = 0;

    // With the fix nothing is locked here: shmctl() holds shm_perm.lock, and the segment that
    // shm_destroy() calls this for has left the reach of others.
    if (!has(Fix::shmem_lock_without_info_lock)) {
        spin_lock_irq(&info->lock);
    }
    ghost([&] { ++inode->ghost.changing; });
    info_flags = READ_ONCE(info->flags);
    if (lock != 0 && (info_flags & VM_LOCKED) == 0) {
        if (!user_shm_lock(inode->i_size, user)) {
            goto out_nomem;
        }
        WRITE_ONCE(info->flags, info_flags | VM_LOCKED);
        ghost([&] {
            inode->ghost.locked_for = user;
            inode->ghost.unlocked = false;
        });
        mapping_set_unevictable(inode->i_mapping);
    }
    if (lock == 0 && (info_flags & VM_LOCKED) != 0 && user != nullptr) {
        user_shm_unlock(inode->i_size, user);
        WRITE_ONCE(info->flags, info_flags & ~VM_LOCKED);
        ghost([&] { inode->ghost.locked_for = nullptr; });
        mapping_clear_unevictable(inode->i_mapping);
    }
    retval = 0;
out_nomem:
    ghost([&] { --inode->ghost.changing; });
    // The release orders the clear of AS_UNEVICTABLE before the scan's looks at PG_lru: the other
    // side is the barrier in putback_lru_page().
    if (!has(Fix::shmem_lock_without_info_lock)) {
        spin_unlock_irq(&info->lock);
    }
    return retval;
}

namespace {

// Keeps the pages. Source: mm/swap.c, pagevec_remove_exceptionals().
void pagevec_of_pages(struct pagevec* pvec, const page_tree_entry* entries, unsigned nr) {
    pagevec_init(pvec);
    for (unsigned i = 0; i < nr; ++i) {
        if (!radix_tree_exceptional_entry(entries[i])) {
            pagevec_add(pvec, entry_page(entries[i]));
        }
    }
}

}  // namespace

void shmem_unlock_mapping(struct address_space* mapping) {
    struct pagevec pvec;
    page_tree_entry entries[PAGEVEC_SIZE];
    pgoff_t indices[PAGEVEC_SIZE];
    unsigned index = 0;

    // SHM_LOCK may come in at any time. Who locks does not want the pages to be rescued.
    while (!mapping_unevictable(mapping)) {
        const auto lookup =
            has(Fix::shm_unlock_sees_swap_entries) ? find_get_entries : find_get_pages;
        const unsigned nr = lookup(mapping, index, this_machine().pagevec_size, entries, indices);
        if (nr == 0) {
            break;
        }
        index = indices[nr - 1] + 1U;
        pagevec_of_pages(&pvec, entries, nr);
        check_move_unevictable_pages(pvec.pages, pagevec_count(&pvec));
        pagevec_release(&pvec, Holder::pin);
        might_sleep();
    }
}

void shmem_uncharge(struct inode* inode) {
    struct shmem_inode_info* info = SHMEM_I(inode);
    unsigned long flags = 0;

    spin_lock_irqsave(&info->lock, flags);
    spin_unlock_irqrestore(&info->lock, flags);
}

void shmem_evict_inode(struct inode* inode) {
    struct address_space* mapping = inode->i_mapping;
    struct pagevec pvec;
    page_tree_entry entries[PAGEVEC_SIZE];
    pgoff_t indices[PAGEVEC_SIZE];
    unsigned index = 0;

    for (;;) {
        const unsigned nr =
            find_get_entries(mapping, index, this_machine().pagevec_size, entries, indices);
        if (nr == 0) {
            break;
        }
        index = indices[nr - 1] + 1U;
        for (unsigned i = 0; i < nr; ++i) {
            if (!radix_tree_exceptional_entry(entries[i])) {
                struct page* page = entry_page(entries[i]);
                lock_page(page);
                VM_BUG_ON_PAGE(PageWriteback(page), page);
                truncate_inode_page(mapping, page);
                unlock_page(page);
            }
        }
        pagevec_of_pages(&pvec, entries, nr);
        pagevec_release(&pvec, Holder::pin);
    }
}

}  // namespace heddle
