// SPDX-License-Identifier: Apache-2.0
// Mirrors include/linux/pagevec.h (v4.8). Leaves out: `cold`.
#pragma once

#include "model/ghost.h"

namespace heddle {

// Another CPU reads the count of a per-CPU vector (lru_add_drain_all()), so changing it is an
// operation; a vector on the stack is its task's own.
inline void pagevec_reinit(struct pagevec* pvec, Where where = Where::here()) {
    this_cpu_write(pvec->nr, 0, where);
    ghost([&] {
        ghost_require_own_pagevec(pvec, where);
        pvec->moved = 0;
    });
    // Stale pointers would tell states apart that have the same future.
    for (page_slot& page : pvec->pages) {
        page = nullptr;
    }
}

inline void pagevec_init(struct pagevec* pvec) { *pvec = {}; }

// Slots in use. To be asked by the vector's own CPU.
inline unsigned pagevec_count(const struct pagevec* pvec, Where where = Where::here()) {
    return this_cpu_read(pvec->nr, where);
}

// Appends; returns how many slots are left, so that 0 means "just became full".
inline unsigned pagevec_add(struct pagevec* pvec, struct page* page, Where where = Where::here()) {
    const unsigned slot = pagevec_count(pvec, where);
    this_cpu_write(pvec->nr, static_cast<unsigned char>(slot + 1), where);
    ghost([&] { ghost_require_own_pagevec(pvec, where); });
    pvec->pages[slot] = page;
    return this_machine().pagevec_size - slot - 1;
}

}  // namespace heddle
