// SPDX-License-Identifier: Apache-2.0
// Mirrors dup_mmap() and mmput() of kernel/fork.c (v4.8). Leaves out: VM_DONTCOPY, accounting.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// fork(): makes `child`, which does not exist yet, a copy of the running task's address space,
// without any lock of memory. 0, or -ENOMEM with the child as far as it was made.
int dup_mmap(struct mm_struct* child);

// exit(): the running task's process goes. Rmap walks of others may still come by until the end.
void do_exit();

}  // namespace heddle
