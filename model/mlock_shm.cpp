// SPDX-License-Identifier: Apache-2.0
// The second part of mm/mlock.c: what locked segments are charged to.
#include "model/mlock_shm.h"

#include "model/machine.h"

namespace heddle {

spinlock_t* shmlock_user_lock_of(const void*) { return &this_machine().state->shmlock_user_lock; }

const struct task_cred* current_cred() { return this_machine().shm.creds + current_task(); }

namespace {

unsigned long pages_of(std::size_t size) { return (size + PAGE_SIZE - 1) / PAGE_SIZE; }

}  // namespace

bool user_shm_lock(std::size_t size, struct user_struct* user) {
    const unsigned long locked = pages_of(size);
    const unsigned long lock_limit = rlimit_memlock();
    bool allowed = lock_limit == RLIM_INFINITY;

    // Interrupts as they are: shmem_lock() has them off, hugetlb_file_setup() has them on.
    spin_lock(&this_machine().state->shmlock_user_lock);
    const unsigned long locked_shm = READ_ONCE(user->locked_shm.locked());
    if (!allowed && locked + locked_shm > lock_limit >> PAGE_SHIFT && !capable_ipc_lock()) {
        goto out;
    }
    get_uid(user);
    WRITE_ONCE(user->locked_shm.locked(), locked_shm + locked);
    allowed = true;
out:
    spin_unlock(&this_machine().state->shmlock_user_lock);
    return allowed;
}

void user_shm_unlock(std::size_t size, struct user_struct* user) {
    spin_lock(&this_machine().state->shmlock_user_lock);
    const unsigned long locked_shm = READ_ONCE(user->locked_shm.locked());
    ghost([&] {
        if (locked_shm < pages_of(size)) {
            fail({.claim = "F4",
                  .formula = "locked_shm does not go below 0",
                  .left = locked_shm,
                  .right = pages_of(size),
                  .object = &user->locked_shm});
        }
    });
    WRITE_ONCE(user->locked_shm.locked(), locked_shm - pages_of(size));
    spin_unlock(&this_machine().state->shmlock_user_lock);
    // Perhaps the last reference, so not before the user is no longer touched.
    free_uid(user);
}

}  // namespace heddle
