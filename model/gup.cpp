// SPDX-License-Identifier: Apache-2.0
#include "model/gup.h"

#include "model/mlock.h"
#include "model/swap.h"

namespace heddle {

void follow_page_pte(struct vm_area_struct* vma, struct page* page) {
    spin_lock(&vma->ptl);
    if ((vma->ptes.locked() & page_bit(page)) == 0) {
        goto out;
    }
    if ((READ_ONCE(vma->vm_flags) & VM_LOCKED) != 0) {
        // The mapping is looked at because truncation may be on its way through the page.
        if (READ_ONCE(page->mapping) != nullptr && trylock_page(page)) {
            lru_add_drain();  // so that the page can be isolated
            mlock_vma_page(page);
            unlock_page(page);
        }
    }
out:
    spin_unlock(&vma->ptl);
}

}  // namespace heddle
