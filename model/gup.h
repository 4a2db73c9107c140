// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/gup.c (v4.8): the part of follow_page_pte() that mlocks. Leaves out: faulting the page
// in, references for the caller.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// follow_page_pte() with FOLL_MLOCK, as mlock's populate calls it: if `vma` maps the page and is
// VM_LOCKED, mlocks it under the ptl. Does not wait for the page lock: a page that somebody has
// locked is left to reclaim.
void follow_page_pte(struct vm_area_struct* vma, struct page* page);

}  // namespace heddle
