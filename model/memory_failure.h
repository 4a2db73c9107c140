// SPDX-License-Identifier: Apache-2.0
// Mirrors mm/memory-failure.c (v4.8): leaves out signals to processes, huge pages, pages of the
// swap cache or dirty ones, free pages, and what other walks do with a page that has PG_hwpoison.
// A page of a file stays in the page cache.
#pragma once

#include "model/mm.h"

namespace heddle {

// The memory of the page, to which the caller has a reference, is broken: unmaps it everywhere and
// takes it off its list. 0 if nobody else has a reference then, or somebody has been here before;
// -EBUSY. Sleeps.
int memory_failure(struct page* page);

}  // namespace heddle
