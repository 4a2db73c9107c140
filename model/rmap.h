// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/rmap.c (v4.8) for small pages: leaves out KSM, swap, and every walk but munlock's. All
// anonymous vmas share one anon_vma.
#pragma once

#include "model/mm.h"

namespace heddle {

// Results of a walk. Source: include/linux/rmap.h.
enum swap_result : int { SWAP_SUCCESS, SWAP_AGAIN, SWAP_FAIL, SWAP_MLOCK };

// Looks whether some VM_LOCKED vma maps the page, and sets PG_mlocked again if so: SWAP_MLOCK, else
// SWAP_AGAIN. The page is locked and isolated. Sleeps.
int try_to_munlock(struct page* page);

// Takes one mapping off the count; the last one clears PG_mlocked. Under the ptl of the mapping.
void page_remove_rmap(struct page* page);

// One page of zap_pte_range() (mm/memory.c): removes the entry of `page` from the vma, if it is
// present, and drops its reference after the ptl is free (the batch of mmu_gather).
void zap_pte_range(struct vm_area_struct* vma, struct page* page);

}  // namespace heddle
