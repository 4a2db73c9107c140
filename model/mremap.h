// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/mremap.c (v4.8). Leaves out: MREMAP_MAYMOVE without MREMAP_FIXED,
// userfaultfd, and the failure of a move midway.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// mremap(): grows or shrinks the vma at `start` in place, or, with `new_start` elsewhere, moves it
// there over whatever is there (MREMAP_MAYMOVE | MREMAP_FIXED). A move of an old_len of 0 maps the
// same once more. Bytes, for the running task's mm.
// 0; -EINVAL, -EFAULT (no one vma has the range), -EAGAIN (RLIMIT_MEMLOCK), -ENOMEM.
int sys_mremap(unsigned long start, unsigned long old_len, unsigned long new_len,
               unsigned long new_start);

}  // namespace heddle
