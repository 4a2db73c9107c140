// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/page-writeback.c (v4.8): the end of writeback as far as it takes locks.
#pragma once

#include "model/mm_types.h"

namespace heddle {

// Clears PG_writeback of a file page under its mapping's tree_lock. Interrupts call it. Leaves out:
// tags, statistics. True if the flag was set.
bool test_clear_page_writeback(struct page* page);

}  // namespace heddle
