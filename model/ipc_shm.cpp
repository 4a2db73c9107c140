// SPDX-License-Identifier: Apache-2.0
#include "model/ipc_shm.h"

#include <cerrno>

#include "model/ghost.h"
#include "model/machine.h"
#include "model/mlock_shm.h"
#include "model/shmem.h"

namespace heddle {

namespace {

void get_file(struct file* file, Where where = Where::here()) {
    atomic_inc(&file->f_count, where);
    // Ghost: whoever takes a reference has one, or the file may have gone.
    ghost([&] { BUG_ON(file->f_count.counter <= 1, where); });
}

// Source: fs/file_table.c. Leaves out: that the last reference is dropped on the way out to user
// space.
void fput(struct file* file, Where where = Where::here()) {
    const bool last = atomic_dec_and_test(&file->f_count, where);
    ghost([&] { BUG_ON(file->f_count.counter < 0, where); });
    if (last && !file->huge) {
        shmem_evict_inode(file->f_inode);
    }
}

bool ipc_valid_object(const struct kern_ipc_perm* perm, Where where = Where::here()) {
    return !READ_ONCE(perm->deleted, where);
}

bool may_lock(const struct kern_ipc_perm* perm, shmctl_command cmd) {
    const struct task_cred* cred = current_cred();
    if (capable_ipc_lock()) {
        return true;
    }
    return (cred->user == perm->uid || cred->user == perm->cuid) &&
           (cmd != SHM_LOCK || rlimit_memlock() != 0);
}

// What the scan did not reach it will not look at any more; a destroyed segment's pages go away
// with its last file reference.
void ghost_end_scan(struct file* file) {
    struct inode* inode = file->f_inode;
    BUG_ON(file->f_count.counter == 0);  // the inode would have gone under the scan
    if (--inode->ghost.scans != 0) {
        return;
    }
    inode->ghost.unlocked = (SHMEM_I(inode)->flags & VM_LOCKED) == 0;
    for (unsigned pfn = 0; pfn < this_machine().nr_pages && !inode->ghost.destroyed; ++pfn) {
        struct page* page = pfn_to_page(pfn);
        page->ghost.scan_owed = page->ghost.scan_owed && page->mapping != inode->i_mapping;
    }
}

// A huge segment has no info->lock: the task that changes its charge stands for it.
void ghost_charge_changed(struct inode* inode, struct user_struct* locked_for) {
    --inode->ghost.changing;
    inode->ghost.locked_for = locked_for;
}

// The part of SHM_LOCK under shm_perm.lock.
int lock_segment(struct shmid_kernel* shp) {
    struct user_struct* user = current_cred()->user;
    const int err = shmem_lock(shp->shm_file, 1, user);
    const unsigned short mode = READ_ONCE(shp->shm_perm.mode);
    if (err == 0 && (mode & SHM_LOCKED) == 0) {
        WRITE_ONCE(shp->shm_perm.mode, static_cast<unsigned short>(mode | SHM_LOCKED));
        WRITE_ONCE(shp->mlock_user, user);
    }
    return err;
}

}  // namespace

int shmctl(struct shmid_kernel* shp, shmctl_command cmd) {
    struct file* shm_file = shp->shm_file;
    unsigned short mode = 0;
    int err = 0;

    if (!ipc_valid_object(&shp->shm_perm)) {
        return -EINVAL;
    }
    spin_lock(&shp->shm_perm.lock);
    // shm_destroy() may have come between the look-up and the lock.
    if (!ipc_valid_object(&shp->shm_perm)) {
        err = -EIDRM;
        goto out_unlock0;
    }
    if (!may_lock(&shp->shm_perm, cmd)) {
        err = -EPERM;
        goto out_unlock0;
    }
    if (shm_file->huge) {
        goto out_unlock0;
    }
    if (cmd == SHM_LOCK) {
        err = lock_segment(shp);
        goto out_unlock0;
    }
    mode = READ_ONCE(shp->shm_perm.mode);
    if ((mode & SHM_LOCKED) == 0) {
        goto out_unlock0;
    }
    ghost([&] { ++shm_file->f_inode->ghost.scans; });
    shmem_lock(shm_file, 0, READ_ONCE(shp->mlock_user));
    WRITE_ONCE(shp->shm_perm.mode, static_cast<unsigned short>(mode & ~SHM_LOCKED));
    WRITE_ONCE(shp->mlock_user, nullptr);
    get_file(shm_file);
    spin_unlock(&shp->shm_perm.lock);
    // The scan sleeps. Until its end the file's pages are kept by the reference, also from
    // shm_destroy().
    shmem_unlock_mapping(shm_file->f_inode->i_mapping);
    ghost([&] { ghost_end_scan(shm_file); });
    fput(shm_file);
    return 0;

out_unlock0:
    spin_unlock(&shp->shm_perm.lock);
    return err;
}

void shm_destroy(struct shmid_kernel* shp) {
    struct file* shm_file = shp->shm_file;
    struct inode* inode = shm_file->f_inode;

    // From here on shmctl() fails: nobody else can change the lock or mlock_user.
    WRITE_ONCE(shp->shm_perm.deleted, true);
    ghost([&] { inode->ghost.destroyed = true; });
    spin_unlock(&shp->shm_perm.lock);
    struct user_struct* mlock_user = READ_ONCE(shp->mlock_user);
    if (!shm_file->huge) {
        shmem_lock(shm_file, 0, mlock_user);
    } else if (mlock_user != nullptr) {
        ghost([&] { ++inode->ghost.changing; });
        user_shm_unlock(inode->i_size, mlock_user);
        ghost([&] { ghost_charge_changed(inode, nullptr); });
    }
    ghost([&] { inode->ghost.gone = true; });
    fput(shm_file);
}

int shmctl_down(struct shmid_kernel* shp) {
    down_write(&this_machine().state->shm_ids_rwsem);
    const bool exists = ipc_valid_object(&shp->shm_perm);
    if (exists) {
        spin_lock(&shp->shm_perm.lock);
        shm_destroy(shp);
    }
    up_write(&this_machine().state->shm_ids_rwsem);
    return exists ? 0 : -EINVAL;
}

namespace {

// Source: fs/hugetlbfs/inode.c. Interrupts are on, unlike under the info->lock of shmem_lock().
int hugetlb_file_setup(struct file* file, struct user_struct** user) {
    struct inode* inode = file->f_inode;
    struct user_struct* charged = current_cred()->user;

    WRITE_ONCE(*user, charged);
    ghost([&] { ++inode->ghost.changing; });
    if (!user_shm_lock(inode->i_size, charged)) {
        ghost([&] { ghost_charge_changed(inode, nullptr); });
        WRITE_ONCE(*user, nullptr);
        return -EPERM;
    }
    ghost([&] { ghost_charge_changed(inode, charged); });
    return 0;
}

}  // namespace

int newseg(struct shmid_kernel* shp) {
    down_write(&this_machine().state->shm_ids_rwsem);
    const int error = hugetlb_file_setup(shp->shm_file, &shp->mlock_user);
    if (error == 0) {
        WRITE_ONCE(shp->shm_perm.deleted, false);
    }
    up_write(&this_machine().state->shm_ids_rwsem);
    return error;
}

}  // namespace heddle
