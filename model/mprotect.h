// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/mprotect.c (v4.8). Leaves out: PROT_EXEC, PROT_GROWSDOWN, NUMA hints, -EACCES (every
// mapping may be anything), accounting of private writable memory, the flush of the TLB.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// Takes from each entry of the range, which lies in the vma, what the vma's flags do not allow;
// what they allow comes with the next fault, but for dirty entries of a shared vma that may be
// written
// (`dirty_accountable`). mmap_sem is held for writing.
void change_protection(struct vm_area_struct* vma, unsigned long start, unsigned long end,
                       bool dirty_accountable);

// The system call, for the running task's mm. `prot`: VM_READ and VM_WRITE, or 0 for PROT_NONE.
// Pages of a private VM_LOCKED vma that becomes writable are made the process's own, whether that
// works or not. 0; -EINVAL for an address that is not aligned; -ENOMEM if the range wraps, over a
// hole (what lies before it is changed), or if there are too many vmas.
int sys_mprotect(unsigned long start, unsigned long len, vm_flags_t prot);

}  // namespace heddle
