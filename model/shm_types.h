// SPDX-License-Identifier: Apache-2.0
// Mirrors what the model needs of include/linux/shm.h, ipc.h, shmem_fs.h and fs.h (v4.8): a SysV
// segment, its file and its inode. Leaves out: attaching, times, namespaces, RCU.
#pragma once

#include "model/cred.h"
#include "model/mm_types.h"

namespace heddle {

constexpr unsigned short SHM_LOCKED = 02000;  // bit of kern_ipc_perm.mode

// Commands of shmctl(). Source: include/uapi/linux/shm.h.
enum shmctl_command : int { SHM_LOCK = 11, SHM_UNLOCK = 12 };

struct inode_ghost {
    struct user_struct* locked_for;  // who was charged, before mlock_user tells
    unsigned char changing;          // tasks about to change the charge
    unsigned char scans;             // calls of SHM_UNLOCK between their clear and their return
    bool unlocked;                   // SHM_UNLOCK has returned and no SHM_LOCK came since
    bool destroyed;                  // by shm_destroy(), which does not scan
    bool gone;                       // destroyed, and shm_destroy() has given the charge back
};

struct inode {
    unsigned long i_size;             // bytes; constant
    struct address_space* i_mapping;  // null for a huge segment, whose pages are not modelled
    struct inode_ghost ghost;
};

// A segment of huge pages has an inode of hugetlbfs, of which only vfs_inode is there.
struct shmem_inode_info {
    spinlock_t lock;
    vm_flags_t flags;  // VM_LOCKED
    struct inode vfs_inode;
};

struct file {
    atomic_long_t f_count;
    struct inode* f_inode;
    bool huge;  // is_file_hugepages()
};

struct kern_ipc_perm {
    spinlock_t lock;
    bool deleted;              // also stands for the absence of the id
    struct user_struct* uid;   // the owner; constant
    struct user_struct* cuid;  // the creator; constant
    unsigned short mode;       // SHM_LOCKED
};

struct shmid_kernel {
    struct kern_ipc_perm shm_perm;
    struct file* shm_file;
    struct user_struct* mlock_user;  // whom the lock is charged to
};

// Globals of mm/mlock.c and ipc/shm.c, and the objects of a scenario.
struct shm_globals {
    struct user_struct* users;
    struct task_cred* creds;  // by task; null if the scenario has no users
    struct shmid_kernel* segments;
    struct file* files;               // by segment
    struct shmem_inode_info* inodes;  // by segment
    unsigned nr_users;
    unsigned nr_segments;
};

// What shmem keeps around one of its inodes.
struct shmem_inode_info* SHMEM_I(struct inode* inode);

}  // namespace heddle
