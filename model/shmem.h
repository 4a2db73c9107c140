// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/shmem.c at July 2016 (v4.8: info->lock is taken with interrupts off), for small pages.
// Leaves out: faults, swapping in and out, block and inode counts.
#pragma once

#include "model/shm_types.h"

namespace heddle {

// Locks (`lock` 1) or unlocks the file's pages in memory: charges `user`, sets VM_LOCKED of the
// inode and AS_UNEVICTABLE of the mapping, or takes that back. 0, also if there was nothing to do;
// -ENOMEM if the charge was refused. Moves no page. Unlocking with a null `user` does nothing.
int shmem_lock(struct file* file, int lock, struct user_struct* user);

// Moves the pages of a file that has become evictable off the unevictable list, a pagevec at a
// time; stops when it has become unevictable again. Pages that are isolated or wait in a pagevec
// are left to their putback. Sleeps.
void shmem_unlock_mapping(struct address_space* mapping);

// Takes pages beyond the end of the file off the inode's account. Called by the split of a huge
// page under the mapping's tree_lock, which is why info->lock is taken with interrupts off.
void shmem_uncharge(struct inode* inode);

// The last reference to the file is gone: its pages leave the cache. Nobody maps them. Sleeps.
void shmem_evict_inode(struct inode* inode);

}  // namespace heddle
