// SPDX-License-Identifier: Apache-2.0
// Mirrors what the model needs of include/linux/cred.h and sched.h (v4.8): who a task is, and what
// its user has locked.
#pragma once

#include "checker/sync/sync.h"

namespace heddle {

struct user_ghost {
    int processes;  // references of tasks, which none of them drops
};

// The lock of all users' locked_shm: the one global lock.
spinlock_t* shmlock_user_lock_of(const void* locked_shm);

struct user_struct {
    atomic_t __count;
    guarded<unsigned long, shmlock_user_lock_of> locked_shm;  // pages of locked segments
    struct user_ghost ghost;
};

// Who a task is; constant. Its limits and capabilities are those of its process.
struct task_cred {
    struct user_struct* user;
};

// A reference that keeps the user in being. Source: include/linux/sched.h.
inline struct user_struct* get_uid(struct user_struct* user, Where where = Where::here()) {
    atomic_inc(&user->__count, where);
    return user;
}

// Drops one. Leaves out: freeing the user with the last one. Source: kernel/user.c.
inline void free_uid(struct user_struct* user, Where where = Where::here()) {
    atomic_dec_and_test(&user->__count, where);
}

}  // namespace heddle
