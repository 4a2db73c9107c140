// SPDX-License-Identifier: Apache-2.0
// Mirrors the second part of mm/mlock.c at commit a52633d8e9 (July 2016): the charge of locked SysV
// segments to users. Leaves out: namespaces of users.
#pragma once

#include <cstddef>

#include "model/cred.h"

namespace heddle {

// The running task's. Only in scenarios with users.
const struct task_cred* current_cred();

// Charges `size` bytes, rounded up to pages, to `user`, with a reference to it. False, and nothing
// done, if that exceeds RLIMIT_MEMLOCK of the running task and it lacks CAP_IPC_LOCK. Works with
// interrupts on and off, and does not change them.
bool user_shm_lock(std::size_t size, struct user_struct* user);

// Takes the charge back and drops its reference. F4 if less was charged.
void user_shm_unlock(std::size_t size, struct user_struct* user);

}  // namespace heddle
