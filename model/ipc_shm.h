// SPDX-License-Identifier: Apache-2.0
// Mirrors ipc/shm.c at July 2016 (v4.8), and of fs/hugetlbfs/inode.c the charge. Leaves out:
// attaching (nobody has), security hooks, RCU (a segment's memory stays), permissions beyond owner,
// creator and CAP_IPC_LOCK.
#pragma once

#include "model/shm_types.h"

namespace heddle {

// shmctl() with SHM_LOCK or SHM_UNLOCK. 0, also if there was nothing to do; -EINVAL if the segment
// does not exist, -EIDRM if it was destroyed meanwhile, -EPERM if the task may not, -ENOMEM if its
// limit is exceeded. Pages of a segment that was unlocked are moved off the unevictable list before
// it returns; those of one that was locked move when reclaim meets them. Sleeps.
int shmctl(struct shmid_kernel* shp, shmctl_command cmd);

// Ends a segment that nobody has attached: its id, its charge, its file reference. Entered with
// shm_ids.rwsem held for writing and shm_perm.lock held, which it drops. Sleeps.
void shm_destroy(struct shmid_kernel* shp);

// shmctl() with IPC_RMID for a segment that nobody has attached: shm_destroy() with the locks its
// caller shmctl_down() takes. 0, or -EINVAL if the segment does not exist. Sleeps.
int shmctl_down(struct shmid_kernel* shp);

// shmget() of a segment of huge pages by a task that may lock memory only within its limit: charges
// it and makes it known. 0, or -EPERM if the charge is refused. Leaves out: everything else that
// can fail.
int newseg(struct shmid_kernel* shp);

}  // namespace heddle
