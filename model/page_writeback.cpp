// SPDX-License-Identifier: Apache-2.0
#include "model/page_writeback.h"

#include "model/mm.h"

namespace heddle {

bool test_clear_page_writeback(struct page* page) {
    struct address_space* mapping = page_mapping(page);
    unsigned long flags = 0;

    if (mapping == nullptr) {
        return TestClearPageWriteback(page);
    }
    spin_lock_irqsave(&mapping->tree_lock, flags);
    const bool was_set = TestClearPageWriteback(page);
    spin_unlock_irqrestore(&mapping->tree_lock, flags);
    return was_set;
}

}  // namespace heddle
